//! `latent model`: the models of the `semantic` space, offered, downloaded and in use.

use std::path::{MAIN_SEPARATOR, Path};

use latent_commands::wire::{
    self, GetModel, Job, JobStarted, ModelAgreement, ModelOffer, ModelPrecision, ModelRemoved,
    ModelReport, ModelRole, ModelState, Models, Nothing, PlanPull, PullModel, PullPlan,
    RemoveModel, UseModel, VerifyModel,
};
use latent_engine::Engine;

use crate::args::{self, Model, Precision};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::{bytes, count, duration};

pub(super) fn run(engine: &Engine, args: &Model, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Model::List => list(engine, output),
        Model::Pull(args) => pull(engine, args, output),
        Model::Use { model, precision } => use_model(engine, model, *precision, output),
        Model::Remove { model, force } => remove(engine, model, *force, output),
        Model::Info { model } => info(engine, model.as_deref(), output),
        Model::Verify { model } => verify(engine, model.as_deref(), output),
    }
}

/// What was typed as a model: a folder where it looks like one or is one, else an id.
fn named(typed: &str) -> Result<String, Failure> {
    let is_path = typed.contains('/') || typed.contains(MAIN_SEPARATOR);
    // A repository's name looks like a folder; it is one only where there is such a folder.
    let is_repository = typed.split('/').count() == 2 && !typed.starts_with(['.', '/', '~']);
    if Path::new(typed).is_dir() || (is_path && !is_repository) {
        absolute(typed)
    } else {
        Ok(typed.to_owned())
    }
}

fn list(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    let models: Models = call(engine, "list_models", &Nothing {})?;
    output.answer(&models, |output, models| {
        let rows: Vec<[String; 5]> = models.models.iter().map(row).collect();
        output.table(&rows)?;
        if models.models.iter().all(|model| !model.in_use) {
            output.remark("No model is in use: latent model pull ID downloads one");
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn row(model: &wire::Model) -> [String; 5] {
    let name = model.id.clone().or_else(|| model.folder.clone());
    let size = match (&model.download, &model.offer) {
        (Some(download), _) => bytes(download.bytes),
        (None, Some(offer)) => bytes(offer.bytes),
        (None, None) => String::new(),
    };
    let about = model.offer.as_ref().map_or(String::new(), about);
    [
        name.unwrap_or_default(),
        state(model),
        size,
        model
            .offer
            .as_ref()
            .map_or(String::new(), |offer| offer.licence.clone()),
        about,
    ]
}

/// What an offered model is for, and how good.
fn about(offer: &ModelOffer) -> String {
    let role = offer.role.map(|role| match role {
        ModelRole::Default => "recommended".to_owned(),
        ModelRole::Compact => "compact".to_owned(),
    });
    let measured = offer.accuracy.first();
    let accuracy = measured.map(|m| format!("{:.1} % {}", m.percent, m.benchmark));
    [role, accuracy, Some(offer.languages.clone())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn state(model: &wire::Model) -> String {
    match model.state {
        ModelState::Offered => "to download".to_owned(),
        ModelState::Pulling => "downloading".to_owned(),
        ModelState::Partial => format!("begun, {} here", bytes(model.kept_bytes)),
        ModelState::Installed => "downloaded".to_owned(),
        ModelState::Building => format!("being built, {}", count(model.photos, "photo")),
        ModelState::InUse => format!("in use, {}", count(model.photos, "photo")),
    }
}

fn pull(engine: &Engine, args: &args::PullModel, output: &mut Output) -> Result<Exit, Failure> {
    let id = args.id.clone();
    let plan: PullPlan = call(engine, "plan_pull", &PlanPull { id: id.clone() })?;
    if !plan.installed && !agreed(&plan, args.yes, output)? {
        output.remark("Nothing was downloaded");
        return Ok(Exit::Done);
    }
    let started: JobStarted = call(engine, "pull_model", &PullModel { id })?;
    let report = reported(job::wait(engine, started.job_id, output)?)?;
    output.answer(&report, |output, report| {
        let done = match report.was_there {
            true => "is already there, and whole".to_owned(),
            false => format!("is downloaded; took {}", duration(report.seconds)),
        };
        output.line(&format!("{} {done}", report.model))?;
        output.line(&report.folder)
    })?;
    output.remark(&format!("Use it with latent model use {}", plan.id));
    Ok(Exit::Done)
}

/// Shows what will be downloaded and asks whether it should be.
fn agreed(plan: &PullPlan, yes: bool, output: &mut Output) -> Result<bool, Failure> {
    let commit = plan.commit.as_deref().unwrap_or("not told");
    output.remark(&format!("{}: {}", plan.title, bytes(plan.bytes)));
    output.remark(&format!("Licence  {}, {}", plan.licence, plan.licence_url));
    output.remark(&format!("Source   {}", plan.source));
    output.remark(&format!("Commit   {commit}"));
    output.remark(&format!(
        "Folder   {}, {} free",
        plan.folder,
        bytes(plan.free_bytes)
    ));
    if yes {
        return Ok(true);
    }
    let question = format!("Download {}?", bytes(plan.left_bytes));
    output.ask(&question)?.ok_or_else(|| {
        Failure::misuse(format!(
            "Downloading {} of {} from {} has to be agreed to: add --yes",
            bytes(plan.left_bytes),
            plan.id,
            plan.source
        ))
    })
}

fn reported(job: Job) -> Result<ModelReport, Failure> {
    let reason = "The job ended without saying what it did".to_owned();
    job.model.ok_or(Failure::Job { reason })
}

fn use_model(
    engine: &Engine,
    typed: &str,
    precision: Precision,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let request = UseModel {
        model: named(typed)?,
        precision: match precision {
            Precision::Auto => ModelPrecision::Auto,
            Precision::F32 => ModelPrecision::F32,
            Precision::Int8 => ModelPrecision::Int8,
        },
    };
    let model: wire::Model = call(engine, "use_model", &request)?;
    output.answer(&model, people)?;
    output.remark("Run latent index so that every photo gets its vector of this model");
    Ok(Exit::Done)
}

fn remove(engine: &Engine, typed: &str, force: bool, output: &mut Output) -> Result<Exit, Failure> {
    let request = RemoveModel {
        model: named(typed)?,
        force,
    };
    let removed: ModelRemoved = call(engine, "remove_model", &request)?;
    output.answer(&removed, |output, removed| {
        let vectors = format!("The vectors of {} are gone", count(removed.photos, "photo"));
        let files = match removed.files {
            true => format!("the files too: {} are free", bytes(removed.freed_bytes)),
            false => format!("the files stay in {}", removed.folder),
        };
        output.line(&format!("{vectors}, {files}"))
    })?;
    Ok(Exit::Done)
}

fn info(engine: &Engine, typed: Option<&str>, output: &mut Output) -> Result<Exit, Failure> {
    let request = GetModel {
        model: typed.map(named).transpose()?,
    };
    let model: wire::Model = call(engine, "get_model", &request)?;
    output.answer(&model, people)?;
    Ok(Exit::Done)
}

fn verify(engine: &Engine, typed: Option<&str>, output: &mut Output) -> Result<Exit, Failure> {
    let request = VerifyModel {
        model: typed.map(named).transpose()?,
    };
    let started: JobStarted = call(engine, "verify_model", &request)?;
    let report = reported(job::wait(engine, started.job_id, output)?)?;
    output.answer(&report, verified)?;
    Ok(if report.damaged.is_empty() {
        Exit::Done
    } else {
        Exit::Faults
    })
}

fn verified(output: &mut Output, report: &ModelReport) -> Result<(), Failure> {
    if !report.locked {
        output.remark("It has no lock file with checksums: only whether it opens was looked at");
    }
    for damaged in &report.damaged {
        output.line(&format!("{}: {}", damaged.file, damaged.problem))?;
    }
    match (report.damaged.is_empty(), report.locked) {
        (true, true) => output.line(&format!(
            "{}: {} are what they must be",
            report.model,
            count(u64::from(report.files), "file")
        )),
        (true, false) => output.line(&format!("{} opens", report.model)),
        (false, true) => {
            output.remark("Pull it again: what is damaged is fetched anew");
            Ok(())
        }
        (false, false) => Ok(()),
    }
}

/// What the model computes in, and why.
fn precision_of(model: &wire::Model) -> String {
    let Some(ModelAgreement {
        pictures,
        least_cosine,
        same_neighbour,
        photos,
    }) = &model.agreement
    else {
        return model.precision.clone();
    };
    let of = if *photos { "photos" } else { "drawn pictures" };
    format!(
        "{}: on {pictures} {of} the vectors in bytes have a cosine of {least_cosine:.4} at least \
         to those in f32, {:.0} % the same nearest neighbour",
        model.precision,
        100.0 * same_neighbour
    )
}

fn people(output: &mut Output, model: &wire::Model) -> Result<(), Failure> {
    let mut rows = vec![("model", model.title.clone()), ("state", state(model))];
    rows.extend(model.id.clone().map(|id| ("id", id)));
    rows.extend(model.folder.clone().map(|folder| ("folder", folder)));
    if let Some(offer) = &model.offer {
        rows.extend([
            ("source", offer.repo.clone()),
            (
                "licence",
                format!("{}, {}", offer.licence, offer.licence_url),
            ),
            ("languages", offer.languages.clone()),
            ("memory", format!("about {}", bytes(offer.memory_bytes))),
        ]);
        let measured = offer.accuracy.iter();
        rows.extend(measured.map(|m| ("accuracy", format!("{:.1} % {}", m.percent, m.benchmark))));
    }
    if let Some(download) = &model.download {
        rows.push(("size", bytes(download.bytes)));
        rows.extend(download.commit.clone().map(|commit| ("commit", commit)));
    }
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
            ("precision", precision_of(model)),
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
