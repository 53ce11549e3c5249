//! `latent model`: the model of the `semantic` space.

use latent_commands::wire::{self, GetModel, Models, Nothing, UseModel};
use latent_engine::Engine;

use crate::args::Model;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::absolute;

pub(super) fn run(engine: &Engine, args: &Model, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Model::Use { folder } => use_model(engine, folder, output),
        Model::List => list(engine, output),
        Model::Info { folder } => info(engine, folder.as_deref(), output),
    }
}

fn use_model(engine: &Engine, folder: &str, output: &mut Output) -> Result<Exit, Failure> {
    let request = UseModel {
        folder: absolute(folder)?,
    };
    let model: wire::Model = call(engine, "use_model", &request)?;
    output.answer(&model, people)?;
    output.remark("Run latent index so that every photo gets its vector of this model");
    Ok(Exit::Done)
}

fn list(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    let models: Models = call(engine, "list_models", &Nothing {})?;
    output.answer(&models, |output, models| {
        if models.models.is_empty() {
            output.remark("No model is in use: name one's folder with latent model use DIR");
        }
        models
            .models
            .iter()
            .try_for_each(|model| people(output, model))
    })?;
    Ok(Exit::Done)
}

fn info(engine: &Engine, folder: Option<&str>, output: &mut Output) -> Result<Exit, Failure> {
    let request = GetModel {
        folder: folder.map(absolute).transpose()?,
    };
    let model: wire::Model = call(engine, "get_model", &request)?;
    output.answer(&model, people)?;
    Ok(Exit::Done)
}

fn people(output: &mut Output, model: &wire::Model) -> Result<(), Failure> {
    let in_use = if model.in_use { "yes" } else { "no" };
    let mut rows = vec![
        ("folder", model.folder.clone()),
        ("in use", in_use.to_owned()),
    ];
    if !model.family.is_empty() {
        rows.extend([
            ("family", model.family.clone()),
            ("vector", format!("{} numbers", model.dim)),
            (
                "picture",
                format!("{} × {} pixels", model.image_px, model.image_px),
            ),
            ("text", format!("{} tokens", model.context)),
            ("activation", model.activation.clone()),
            ("fingerprint", model.fingerprint.clone()),
        ]);
    }
    rows.push(("photos", model.photos.to_string()));
    rows.extend(model.problem.clone().map(|problem| ("problem", problem)));
    let rows: Vec<[String; 2]> = rows
        .into_iter()
        .map(|(name, value)| [name.to_owned(), value])
        .collect();
    output.table(&rows)
}
