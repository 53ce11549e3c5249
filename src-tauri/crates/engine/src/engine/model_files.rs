//! The files of the models: which are offered, downloaded or in use, and how they come and go.
//!
//! Joins `download`, which fetches and checks, with `models`, which uses; the jobs of both kinds of
//! work on model files are here.

mod list;
mod remove;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, bounded};

use crate::download::{self, Hub, Lock, Offered, PlannedFile, Pulled};
use crate::embed::model::TextImageModel;
use crate::engine::Engine;
use crate::engine::models::{self, ModelView};
use crate::engine::precision::PrecisionChoice;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::JobId;
use crate::io;
use crate::jobs::{Ctx, JobKind, Phase, Report};

pub use list::{ModelLine, ModelState, describe, list, look};
pub use remove::{Removed, remove};

/// How often a download looks whether it was cancelled while it waits for the network.
const LOOK: Duration = Duration::from_millis(50);

/// What a job did to the files of a model.
#[derive(Clone, Debug)]
pub struct ModelReport {
    /// The model's name for people, or its folder.
    pub model: String,
    /// Where its files lie.
    pub folder: PathBuf,
    /// Files looked at or fetched.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// It was there, and whole, before.
    pub was_there: bool,
    /// It has a lock file that its files were compared with.
    pub locked: bool,
    /// Files that are not what they must be, and why.
    pub damaged: Vec<(String, String)>,
    /// How long it took.
    pub seconds: f64,
}

/// What pulling a model takes.
#[derive(Clone, Debug)]
pub struct PullPlan {
    /// The commit, where the source says it.
    pub commit: Option<String>,
    /// Names and bytes of the files.
    pub files: Vec<(String, u64)>,
    /// Bytes that have still to come.
    pub left_bytes: u64,
    /// Bytes free on the disk.
    pub free_bytes: u64,
    /// Where it will lie.
    pub folder: PathBuf,
    /// It is there already.
    pub installed: bool,
}

/// The folder that downloaded models lie in, each in a folder of its id.
#[must_use]
pub fn models_folder(engine: &Engine) -> PathBuf {
    let data = engine.data_dir();
    // Models in use are known by their canonical folder.
    let data = std::fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    data.join("models")
}

/// Finds an offered model by its id or repository.
///
/// # Errors
/// [`EngineError::NotFound`].
pub fn offered_by_name<'a>(list: &'a [Offered], name: &str) -> Result<&'a Offered, EngineError> {
    download::find(list, name)
        .ok_or_else(|| EngineError::not_found("model to download called", name))
}

/// Asks the source what pulling a model takes; for one that is here nothing is asked.
///
/// # Errors
/// [`EngineError::Download`].
pub fn plan_pull(engine: &Engine, hub: &Hub, offered: &Offered) -> Result<PullPlan, EngineError> {
    let models = models_folder(engine);
    let folder = models.join(&offered.id);
    if let Some(lock) = installed(&folder) {
        return Ok(PullPlan {
            free_bytes: download::free_bytes(&models)?,
            files: lock
                .files
                .iter()
                .map(|f| (f.name.clone(), f.bytes))
                .collect(),
            commit: lock.commit,
            left_bytes: 0,
            folder,
            installed: true,
        });
    }
    let plan = download::plan(hub, offered, &models, &|_, _| ControlFlow::Continue(()))?;
    let line = |file: &PlannedFile| (file.name.clone(), file.remote.bytes);
    Ok(PullPlan {
        files: plan.files.iter().map(line).collect(),
        left_bytes: plan.left_bytes(),
        free_bytes: plan.free_bytes,
        commit: plan.commit,
        folder,
        installed: false,
    })
}

/// The lock of a downloaded model whose files are all there.
fn installed(folder: &Path) -> Option<Lock> {
    let lock = Lock::read(folder).ok()??;
    lock.is_there(folder).then_some(lock)
}

/// Queues the download of a model. The same download that has not ended is answered again.
#[must_use]
pub fn start_pull(engine: &Engine, hub: Hub, offered: &Offered) -> JobId {
    let title = pull_title(offered);
    if let Some(running) = engine.jobs().unended(&title) {
        return running;
    }
    let (weak, offered) = (engine.downgrade(), offered.clone());
    engine.jobs().add(JobKind::Pull, title, None, move |ctx| {
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        let report = breaking_off(ctx, &hub, || pull(&engine, ctx, &hub, &offered))?;
        engine.events().changed(&[Kind::Models]);
        Ok(Report::Model(report))
    })
}

fn pull_title(offered: &Offered) -> String {
    format!("Download {}", offered.title)
}

fn pull(
    engine: &Engine,
    ctx: &Ctx,
    hub: &Hub,
    offered: &Offered,
) -> Result<ModelReport, EngineError> {
    let started = Instant::now();
    let models = models_folder(engine);
    let watch = watch(ctx);
    ctx.phase(Phase::Check, Some(offered.bytes()))?;
    let there = download::whole(offered, &models, &watch)?;
    let was_there = there.is_some();
    let Pulled { folder, lock } = match there {
        Some(pulled) => pulled,
        None => {
            ctx.phase(Phase::Download, None)?;
            let plan = download::plan(hub, offered, &models, &watch)?;
            ctx.phase(Phase::Download, Some(plan.bytes()))?;
            download::carry_out(hub, offered, &plan, &models, &watch)?
        }
    };
    Ok(ModelReport {
        model: offered.title.clone(),
        folder,
        files: lock.files.len() as u32,
        bytes: lock.bytes(),
        was_there,
        locked: true,
        damaged: Vec::new(),
        seconds: started.elapsed().as_secs_f64(),
    })
}

fn watch(ctx: &Ctx) -> impl Fn(u64, &str) -> ControlFlow<()> {
    let ctx = ctx.clone();
    move |bytes, file| match ctx.reach(bytes, file) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

/// Does what waits for the network, and breaks its connections off once the job is cancelled.
fn breaking_off<T>(ctx: &Ctx, hub: &Hub, work: impl FnOnce() -> T) -> T {
    let (done, at_work) = bounded::<()>(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            while at_work.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                if ctx.is_cancelled() {
                    hub.shut_down();
                    return;
                }
            }
        });
        let outcome = work();
        drop(done);
        outcome
    })
}

/// Queues the comparison of a model's files with their checksums; of the one in use when none is
/// named.
///
/// # Errors
/// [`EngineError::NotFound`].
pub fn start_verify(
    engine: &Engine,
    list: &[Offered],
    name: Option<&str>,
) -> Result<JobId, EngineError> {
    let folder = match name {
        Some(name) => folder_of(engine, list, name)?,
        None => in_use(engine)?,
    };
    let model = title_of(list, &folder);
    let title = format!("Verify {model}");
    if let Some(running) = engine.jobs().unended(&title) {
        return Ok(running);
    }
    Ok(engine.jobs().add(JobKind::Verify, title, None, move |ctx| {
        verify(ctx, model, folder).map(Report::Model)
    }))
}

fn verify(ctx: &Ctx, model: String, folder: PathBuf) -> Result<ModelReport, EngineError> {
    let started = Instant::now();
    let mut report = ModelReport {
        model,
        folder,
        files: 0,
        bytes: 0,
        was_there: true,
        locked: false,
        damaged: Vec::new(),
        seconds: 0.0,
    };
    match Lock::read(&report.folder)? {
        Some(lock) => {
            ctx.phase(Phase::Check, Some(lock.bytes()))?;
            report.damaged = lock.damaged(&report.folder, &watch(ctx))?;
            report.files = lock.files.len() as u32;
            report.bytes = lock.bytes();
            report.locked = true;
        }
        None => {
            ctx.phase(Phase::Check, None)?;
            let problem = TextImageModel::check(&report.folder).err();
            let whole = "the model".to_owned();
            report.damaged = problem
                .map(|why| (whole, why.to_string()))
                .into_iter()
                .collect();
        }
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Uses a model, by its id or its folder.
///
/// # Errors
/// As [`models::use_model`], and [`EngineError::Invalid`] for one that is not downloaded.
pub fn use_named(
    engine: &Engine,
    list: &[Offered],
    name: &str,
    choice: PrecisionChoice,
) -> Result<ModelView, EngineError> {
    let folder = folder_of(engine, list, name)?;
    models::use_model(engine, &folder, choice)
}

/// The folder of a model that is named by its id or by its folder.
fn folder_of(engine: &Engine, list: &[Offered], name: &str) -> Result<PathBuf, EngineError> {
    match downloaded_id(engine, list, name) {
        Some(id) => {
            let folder = models_folder(engine).join(&id);
            if folder.is_dir() {
                return Ok(folder);
            }
            let advice = format!("{id} is not downloaded: run latent model pull {id}");
            Err(EngineError::invalid(advice))
        }
        None if is_path(name) => Ok(PathBuf::from(name)),
        None => Err(EngineError::not_found("model", name)),
    }
}

/// The id that a name stands for: of an offered model, or of one downloaded when it was offered.
fn downloaded_id(engine: &Engine, list: &[Offered], name: &str) -> Option<String> {
    let offered = download::find(list, name).map(|offered| offered.id.clone());
    offered.or_else(|| {
        let is_there = !is_path(name) && !name.starts_with('.') && !name.is_empty();
        let there = is_there && models_folder(engine).join(name).is_dir();
        there.then(|| name.to_owned())
    })
}

fn is_path(name: &str) -> bool {
    let path = Path::new(name);
    path.is_absolute() || path.components().count() > 1
}

fn in_use(engine: &Engine) -> Result<PathBuf, EngineError> {
    let (serving, _) = engine.models().folders();
    serving.ok_or_else(|| {
        EngineError::not_found("model", "in use: `latent model list` shows which there are")
    })
}

/// A model's name for people.
fn title_of(list: &[Offered], folder: &Path) -> String {
    let locked = Lock::read(folder).ok().flatten();
    let offered = locked.and_then(|lock| download::find(list, &lock.id));
    offered.map_or_else(|| io::shown(folder), |offered| offered.title.clone())
}
