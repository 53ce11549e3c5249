//! `latent crop`: a part of a picture as a file of its own.

use latent_commands::wire::{ExportCrop, ExportedCrop};
use latent_engine::Engine;

use crate::args::Crop;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::{absolute, query_image};

pub(super) fn run(engine: &Engine, args: &Crop, output: &mut Output) -> Result<Exit, Failure> {
    let request = ExportCrop {
        image: query_image(&args.picture, Some(args.crop))?,
        output: absolute(&args.output)?,
        overwrite: args.force,
    };
    let written: ExportedCrop = call(engine, "export_crop", &request)?;
    output.answer(&written, |output, written| {
        output.line(&format!(
            "{} × {}: {}",
            written.width, written.height, written.path
        ))
    })?;
    Ok(Exit::Done)
}
