//! `latent embed`: the vector of a picture or of words.

use latent_commands::wire;
use latent_engine::Engine;

use crate::args::Embed;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::query_image;

pub(super) fn run(engine: &Engine, args: &Embed, output: &mut Output) -> Result<Exit, Failure> {
    let image = args
        .picture
        .as_deref()
        .map(|typed| query_image(typed, args.crop))
        .transpose()?;
    let request = wire::Embed {
        image,
        text: args.text.clone(),
        space: args.space.clone(),
    };
    let embedding: wire::Embedding = call(engine, "embed", &request)?;
    output.answer(&embedding, |output, embedding| {
        output.remark(&format!("{}, {} numbers", embedding.space, embedding.dim));
        let numbers: Vec<String> = embedding.vector.iter().map(f32::to_string).collect();
        output.line(&numbers.join(" "))
    })?;
    Ok(Exit::Done)
}
