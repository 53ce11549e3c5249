//! Models of the `semantic` space.

use latent_engine::Engine;
use latent_engine::download::{Hub, Lock, Offered, Role, Speed, offered};
use latent_engine::embed::encoder::Precision;
use latent_engine::engine::model_files::{self, ModelLine, ModelState};
use latent_engine::engine::models::{self, ModelView};
use latent_engine::engine::precision::{Compared, PrecisionChoice};
use latent_engine::error::EngineError;
use latent_engine::io::shown;

use super::Answer;
use crate::error::CommandError;
use crate::wire;

pub(crate) fn use_model(engine: &Engine, request: wire::UseModel) -> Answer<wire::Model> {
    let choice = match request.precision {
        wire::ModelPrecision::Auto => PrecisionChoice::Auto,
        wire::ModelPrecision::F32 => PrecisionChoice::Always(Precision::F32),
        wire::ModelPrecision::Int8 => PrecisionChoice::Always(Precision::Int8),
    };
    let view = model_files::use_named(engine, offered(), &request.model, choice)?;
    one(engine, view)
}

pub(crate) fn list(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Models> {
    let lines = model_files::list(engine, offered())?;
    Ok(wire::Models {
        models: lines.into_iter().map(model).collect(),
    })
}

pub(crate) fn get(engine: &Engine, request: wire::GetModel) -> Answer<wire::Model> {
    let Some(name) = request.model else {
        let in_use = models::list(engine)?.into_iter().find(|view| view.in_use);
        let view = in_use.ok_or_else(|| {
            let advice = "No model is in use: `latent model list` shows which there are";
            CommandError::new(wire::ErrorCode::NotFound, advice)
        })?;
        return one(engine, view);
    };
    Ok(model(model_files::look(engine, offered(), &name)?))
}

pub(crate) fn plan_pull(engine: &Engine, request: wire::PlanPull) -> Answer<wire::PullPlan> {
    let offered = model_files::offered_by_name(offered(), &request.id)?;
    let hub = Hub::from_env().map_err(EngineError::from)?.impatient();
    let plan = model_files::plan_pull(engine, &hub, offered)?;
    let file = |(name, bytes)| wire::PullFile { name, bytes };
    Ok(wire::PullPlan {
        id: offered.id.clone(),
        title: offered.title.clone(),
        source: hub.address_of(&offered.repo),
        commit: plan.commit,
        licence: offered.licence.clone(),
        licence_url: offered.licence_url.clone(),
        bytes: plan.files.iter().map(|(_, bytes)| bytes).sum(),
        files: plan.files.into_iter().map(file).collect(),
        left_bytes: plan.left_bytes,
        free_bytes: plan.free_bytes,
        folder: shown(&plan.folder),
        installed: plan.installed,
    })
}

pub(crate) fn pull(engine: &Engine, request: wire::PullModel) -> Answer<wire::JobStarted> {
    let offered = model_files::offered_by_name(offered(), &request.id)?;
    let hub = Hub::from_env().map_err(EngineError::from)?;
    let job = model_files::start_pull(engine, hub, offered);
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn verify(engine: &Engine, request: wire::VerifyModel) -> Answer<wire::JobStarted> {
    let job = model_files::start_verify(engine, offered(), request.model.as_deref())?;
    Ok(wire::JobStarted { job_id: job.0 })
}

pub(crate) fn remove(engine: &Engine, request: wire::RemoveModel) -> Answer<wire::ModelRemoved> {
    let removed = model_files::remove(engine, offered(), &request.model, request.force)?;
    Ok(wire::ModelRemoved {
        folder: shown(&removed.folder),
        files: removed.files,
        freed_bytes: removed.freed_bytes,
        photos: removed.photos,
    })
}

/// A model that was looked at, with what the list knows of it.
fn one(engine: &Engine, view: ModelView) -> Answer<wire::Model> {
    let line = model_files::describe(engine, offered(), view)?;
    Ok(model(line))
}

fn model(line: ModelLine) -> wire::Model {
    let info = line.view.as_ref().and_then(|view| view.info.as_ref());
    wire::Model {
        id: line.id,
        title: line.title,
        state: state(line.state),
        folder: line.folder.as_deref().map(shown),
        family: info.map_or(String::new(), |info| info.family.to_owned()),
        dim: info.map_or(0, |info| info.dim as u32),
        image_px: info.map_or(0, |info| info.image_px),
        context: info.map_or(0, |info| info.context as u32),
        activation: info.map_or(String::new(), |info| info.activation.clone()),
        precision: info.map_or(String::new(), |info| info.precision.name().to_owned()),
        agreement: line.view.as_ref().and_then(|v| v.agreement).map(agreement),
        fingerprint: info.map_or(String::new(), |info| info.fingerprint.clone()),
        in_use: line.state == ModelState::InUse,
        photos: line.photos,
        problem: line.view.and_then(|view| view.problem),
        offer: line.offered.map(offer),
        download: line.lock.map(download),
        kept_bytes: line.kept_bytes,
    }
}

fn agreement(compared: Compared) -> wire::ModelAgreement {
    wire::ModelAgreement {
        pictures: compared.pictures as u32,
        least_cosine: compared.least_cosine,
        same_neighbour: compared.same_neighbour,
        photos: compared.photos,
    }
}

fn state(state: ModelState) -> wire::ModelState {
    match state {
        ModelState::Offered => wire::ModelState::Offered,
        ModelState::Pulling => wire::ModelState::Pulling,
        ModelState::Partial => wire::ModelState::Partial,
        ModelState::Installed => wire::ModelState::Installed,
        ModelState::Building => wire::ModelState::Building,
        ModelState::InUse => wire::ModelState::InUse,
    }
}

fn offer(offered: Offered) -> wire::ModelOffer {
    let accuracy = offered.accuracy.iter().map(|measured| wire::ModelAccuracy {
        benchmark: measured.benchmark.clone(),
        percent: measured.percent,
    });
    wire::ModelOffer {
        role: offered.role.map(|role| match role {
            Role::Default => wire::ModelRole::Default,
            Role::Compact => wire::ModelRole::Compact,
        }),
        bytes: offered.bytes(),
        accuracy: accuracy.collect(),
        repo: offered.repo,
        licence: offered.licence,
        licence_url: offered.licence_url,
        languages: offered.languages,
        memory_bytes: offered.memory_bytes,
        speed: match offered.speed {
            Speed::Fast => wire::ModelSpeed::Fast,
            Speed::Medium => wire::ModelSpeed::Medium,
            Speed::Slow => wire::ModelSpeed::Slow,
        },
    }
}

fn download(lock: Lock) -> wire::ModelDownload {
    wire::ModelDownload {
        bytes: lock.bytes(),
        repo: lock.repo,
        commit: lock.commit,
    }
}
