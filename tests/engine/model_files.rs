//! Models from the list to their use and back: pulled by a job, used by id, verified, removed.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use latent_engine::EngineError;
use latent_engine::download::Offered;
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::engine::model_files::{
    self, ModelLine, ModelReport, ModelState, models_folder, start_pull, start_verify, use_named,
};
use latent_engine::engine::precision::PrecisionChoice;
use latent_engine::ids::JobId;
use latent_engine::jobs::{JobKind, JobState, JobView, Phase, Report};

use crate::hub::{COMMIT, Fault, Source};
use crate::world::{LONG, World};

/// A world with photos, and a source that has a small real model.
struct Scene {
    world: World,
    source: Source,
    list: Vec<Offered>,
}

impl Scene {
    fn new() -> Self {
        let world = World::with(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)]);
        let folder = world.beside("at the source");
        write_random_checkpoint(&folder, 7, &Shape::tiny()).unwrap();
        let files: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read(path).unwrap())
            })
            .collect();
        let files: Vec<(&str, Vec<u8>)> = files
            .iter()
            .map(|(name, content)| (name.as_str(), content.clone()))
            .collect();
        let source = Source::with(&files);
        let list = vec![source.offered("main")];
        Self {
            world,
            source,
            list,
        }
    }

    fn start(&self) -> JobId {
        start_pull(self.world.engine(), self.source.hub(), &self.list[0])
    }

    fn pull(&self) -> ModelReport {
        report(self.wait(self.start()))
    }

    fn wait(&self, job: JobId) -> JobView {
        self.world.engine().jobs().wait(job, LONG).unwrap()
    }

    fn verify(&self, name: &str) -> ModelReport {
        let job = start_verify(self.world.engine(), &self.list, Some(name)).unwrap();
        report(self.wait(job))
    }

    fn lines(&self) -> Vec<ModelLine> {
        model_files::list(self.world.engine(), &self.list).unwrap()
    }

    fn state(&self) -> ModelState {
        self.lines()[0].state
    }

    fn folder(&self) -> PathBuf {
        models_folder(self.world.engine()).join("painted")
    }

    fn use_it(&self) {
        use_named(
            self.world.engine(),
            &self.list,
            "painted",
            PrecisionChoice::Auto,
        )
        .unwrap();
        self.world.index();
    }

    fn remove(&self, name: &str, force: bool) -> Result<model_files::Removed, EngineError> {
        model_files::remove(self.world.engine(), &self.list, name, force)
    }

    fn has_space(&self) -> bool {
        let spaces = self.world.engine().list_spaces().unwrap();
        spaces.iter().any(|space| space.name == "semantic")
    }
}

#[track_caller]
fn report(job: JobView) -> ModelReport {
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    match job.report {
        Some(Report::Model(report)) => report,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_model_goes_from_offered_to_in_use_and_back() {
    let scene = Scene::new();
    assert_eq!(scene.state(), ModelState::Offered);
    let not_here = use_named(
        scene.world.engine(),
        &scene.list,
        "painted",
        PrecisionChoice::Auto,
    );
    let advice = not_here.err().unwrap().to_string();
    assert!(advice.contains("latent model pull painted"), "{advice}");
    let plan =
        model_files::plan_pull(scene.world.engine(), &scene.source.hub(), &scene.list[0]).unwrap();
    assert_eq!(
        (plan.commit.as_deref(), plan.installed),
        (Some(COMMIT), false)
    );
    let pulled = scene.pull();
    assert_eq!(
        (pulled.was_there, pulled.files, pulled.folder),
        (false, 4, scene.folder())
    );
    assert_eq!(pulled.bytes, plan.left_bytes);
    assert_eq!(scene.state(), ModelState::Installed);
    assert!(scene.pull().was_there);
    scene.use_it();
    let line = scene.lines().remove(0);
    assert_eq!((line.state, line.photos), (ModelState::InUse, 3));
    assert!(scene.has_space());
    let refused = scene.remove("painted", false).unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    let removed = scene.remove("painted", true).unwrap();
    assert_eq!((removed.files, removed.photos), (true, 3));
    assert!(removed.freed_bytes > pulled.bytes && !scene.folder().exists());
    assert_eq!(scene.state(), ModelState::Offered);
    assert!(!scene.has_space());
    // Words and looks go on. The folder's name is drawn, and may have the same letter as a word.
    assert_eq!(scene.world.typed("a").remove(0), "a.jpg");
    assert!(matches!(
        scene.remove("painted", true),
        Err(EngineError::NotFound { .. })
    ));
}

#[test]
fn a_removed_model_stays_removed_after_a_restart_and_comes_back_by_a_pull() {
    let mut scene = Scene::new();
    scene.pull();
    scene.use_it();
    scene.remove("painted", true).unwrap();
    scene.world.reopen();
    assert_eq!(scene.state(), ModelState::Offered);
    assert!(!scene.has_space());
    scene.pull();
    scene.use_it();
    assert_eq!(scene.lines()[0].photos, 3);
}

#[test]
fn a_named_folder_keeps_its_files_and_an_older_model_its_vectors_until_removed() {
    let scene = Scene::new();
    let mine = scene.world.beside("mine");
    write_random_checkpoint(&mine, 8, &Shape::tiny()).unwrap();
    let mine = mine.canonicalize().unwrap();
    let name = mine.to_str().unwrap();
    scene.pull();
    scene.use_it();
    use_named(
        scene.world.engine(),
        &scene.list,
        name,
        PrecisionChoice::Auto,
    )
    .unwrap();
    let states = |scene: &Scene| -> Vec<_> {
        scene
            .lines()
            .iter()
            .map(|line| (line.state, line.photos))
            .collect()
    };
    assert_eq!(
        states(&scene),
        [(ModelState::InUse, 3), (ModelState::Building, 0)]
    );
    scene.world.index();
    assert_eq!(
        states(&scene),
        [(ModelState::Installed, 3), (ModelState::InUse, 3)]
    );
    assert_eq!(scene.remove("painted", false).unwrap().photos, 3);
    assert_eq!(
        states(&scene),
        [(ModelState::Offered, 0), (ModelState::InUse, 3)]
    );
    let before = fs::read_dir(&mine).unwrap().count();
    let removed = scene.remove(name, true).unwrap();
    assert_eq!(
        (removed.files, removed.freed_bytes, removed.photos),
        (false, 0, 3)
    );
    assert_eq!(fs::read_dir(&mine).unwrap().count(), before);
    assert_eq!(states(&scene), [(ModelState::Offered, 0)]);
}

#[test]
fn verify_finds_a_flipped_byte_and_a_pull_mends_it() {
    let scene = Scene::new();
    scene.pull();
    let sound = scene.verify("painted");
    assert!(
        sound.locked && sound.damaged.is_empty() && sound.files == 4,
        "{sound:?}"
    );
    let weights = scene.folder().join("model.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let damaged = scene.verify("painted").damaged;
    assert_eq!(damaged.len(), 1);
    assert_eq!(damaged[0].0, "model.safetensors");
    assert!(!scene.pull().was_there);
    assert!(scene.verify("painted").damaged.is_empty());
    fs::remove_file(scene.folder().join("config.json")).unwrap();
    assert_eq!(scene.verify("painted").damaged[0].0, "config.json");
}

#[test]
fn a_folder_without_a_lock_is_only_opened() {
    let scene = Scene::new();
    let mine = scene.world.beside("mine");
    write_random_checkpoint(&mine, 8, &Shape::tiny()).unwrap();
    let name = mine.to_str().unwrap().to_owned();
    let report = scene.verify(&name);
    assert!(!report.locked && report.damaged.is_empty(), "{report:?}");
    fs::remove_file(mine.join("config.json")).unwrap();
    assert_eq!(scene.verify(&name).damaged.len(), 1);
}

#[test]
fn a_download_is_a_job_of_its_own_beside_the_index() {
    let scene = Scene::new();
    scene
        .source
        .break_file("model.safetensors", Fault::Silent { after: 1000 });
    let job = scene.start();
    assert_eq!(scene.start(), job, "the same download is not begun twice");
    let view = until(&scene, job, |view| view.progress.done > 1000);
    assert_eq!(
        (view.kind, view.progress.phase),
        (JobKind::Pull, Phase::Download)
    );
    assert!(view.progress.total.unwrap() > 1000);
    assert_eq!(scene.state(), ModelState::Pulling);
    assert!(scene.remove("painted", true).is_err());
    // Photos are indexed meanwhile, and removing a library leaves the download alone.
    scene.world.index();
    let jobs = scene.world.engine().jobs();
    jobs.stop_all_of(scene.world.library);
    let started = Instant::now();
    jobs.cancel(job).unwrap();
    assert_eq!(scene.wait(job).state, JobState::Cancelled);
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "silence is not waited out"
    );
    assert_eq!(scene.state(), ModelState::Partial);
    assert!(!scene.folder().exists());
    scene.source.mend();
    assert!(!scene.pull().was_there);
    assert_eq!(scene.state(), ModelState::Installed);
}

#[test]
fn a_paused_download_waits_and_goes_on() {
    let scene = Scene::new();
    scene
        .source
        .break_file("model.safetensors", Fault::Silent { after: 1000 });
    let job = scene.start();
    until(&scene, job, |view| view.progress.done > 1000);
    let jobs = scene.world.engine().jobs();
    jobs.pause(job).unwrap();
    scene.source.mend();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(jobs.view(job).unwrap().state, JobState::Paused);
    jobs.resume(job).unwrap();
    jobs.cancel(job).unwrap();
    scene.wait(job);
    scene.pull();
    assert!(scene.verify("painted").damaged.is_empty());
}

#[test]
fn what_was_begun_can_be_removed() {
    let scene = Scene::new();
    scene
        .source
        .break_file("model.safetensors", Fault::Silent { after: 1000 });
    let job = scene.start();
    until(&scene, job, |view| view.progress.done > 1000);
    scene.world.engine().jobs().cancel(job).unwrap();
    scene.wait(job);
    let line = scene.lines().remove(0);
    assert!(line.state == ModelState::Partial && line.kept_bytes > 1000);
    assert!(scene.remove("painted", false).unwrap().freed_bytes > 1000);
    assert_eq!(scene.state(), ModelState::Offered);
}

fn until(scene: &Scene, job: JobId, is_so: impl Fn(&JobView) -> bool) -> JobView {
    let until = Instant::now() + LONG;
    loop {
        let view = scene.world.engine().jobs().view(job).unwrap();
        assert!(!view.state.is_ended() && Instant::now() < until, "{view:?}");
        if is_so(&view) {
            return view;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
