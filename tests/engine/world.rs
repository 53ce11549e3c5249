//! A temporary library and an engine on it.

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use latent_engine::Engine;
use latent_engine::engine::PictureSource;
use latent_engine::ids::{LibraryId, PhotoId};
use latent_engine::ingest::{self, IndexReport};
use latent_engine::jobs::{JobState, JobView, Report};
use latent_engine::library::folders;
use latent_engine::search::{self, Page, Query, QueryImage, Sort, Stacks};
use latent_engine::store::faults::Chosen;
use latent_engine::store::photos::PhotoRow;
use tempfile::TempDir;

use crate::painter;

/// No job of these tests takes nearly as long.
pub const LONG: Duration = Duration::from_secs(240);

/// Folders that go when the test ends, and the engine on them.
pub struct World {
    // Goes before the folders do.
    engine: Option<Engine>,
    dir: TempDir,
    pub library: LibraryId,
}

impl World {
    /// An empty library "Photos" on the folder `photos`.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("photos")).unwrap();
        let engine = Engine::open(&dir.path().join("data")).unwrap();
        let roots = [dir.path().join("photos")];
        let library = folders::add(&engine, Some("Photos"), &roots, &[])
            .unwrap()
            .id;
        Self {
            engine: Some(engine),
            dir,
            library,
        }
    }

    /// With these pictures, indexed: name and seed.
    pub fn with(photos: &[(&str, u64)]) -> Self {
        let world = Self::new();
        for (name, seed) in photos {
            world.write(name, &painter::photo(*seed));
        }
        world.index();
        world
    }

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    /// Closes the engine, so that the data folder is free.
    pub fn close(&mut self) {
        self.engine = None;
    }

    /// Opens the data folder again, as the next start does.
    pub fn reopen(&mut self) {
        self.close();
        self.engine = Some(Engine::open(&self.data()).unwrap());
    }

    /// A path beside the library.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.beside("data")
    }

    pub fn root(&self) -> PathBuf {
        self.beside("photos")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Writes a file below the root, and the folders to it.
    pub fn write(&self, name: &str, content: &[u8]) {
        write(&self.path(name), content);
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Runs an index job of all libraries, which must end well.
    pub fn index(&self) -> IndexReport {
        let job = ingest::start(self.engine(), None, false).unwrap();
        done(self.engine().jobs().wait(job, LONG).unwrap())
    }

    /// The photo whose file has this name; it must be there.
    pub fn id(&self, name: &str) -> PhotoId {
        self.find(name)
            .unwrap_or_else(|| panic!("{name} is not found"))
    }

    pub fn find(&self, name: &str) -> Option<PhotoId> {
        let path = self.path(name).to_string_lossy().into_owned();
        self.all()
            .into_iter()
            .find(|photo| photo.path == path)
            .map(|photo| photo.id)
    }

    pub fn photo(&self, name: &str) -> PhotoRow {
        self.engine().photo(self.id(name)).unwrap()
    }

    /// Every photo that can be found, by name; one may go while they are read.
    pub fn all(&self) -> Vec<PhotoRow> {
        let order = (Sort::Name, 0);
        let shapes = search::list(self.engine(), None, None, order, Stacks::Each)
            .unwrap()
            .shapes;
        shapes
            .iter()
            .filter_map(|shape| self.engine().photo(shape.id).ok())
            .collect()
    }

    pub fn names(&self) -> Vec<String> {
        self.all()
            .into_iter()
            .map(|photo| photo.file_name)
            .collect()
    }

    /// `(file name, stage, reason)` of every fault.
    pub fn faults(&self) -> Vec<(String, String, String)> {
        let (faults, total) = ingest::faults(self.engine(), &Chosen::default(), 10_000, 0).unwrap();
        assert_eq!(faults.len() as u64, total);
        let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        faults
            .into_iter()
            .map(|fault| (name(&fault.path), fault.stage, fault.reason))
            .collect()
    }

    pub fn search(&self, query: &Query) -> Page {
        let page = search::search(self.engine(), query).unwrap();
        check_said_how(query, &page);
        page
    }

    /// File names of what a person types, best first.
    pub fn typed(&self, typed: &str) -> Vec<String> {
        let query = Query {
            typed: Some(typed.into()),
            limit: Some(1000),
            ..Query::default()
        };
        self.hits(&query)
    }

    /// File names of a query's hits, best first.
    pub fn hits(&self, query: &Query) -> Vec<String> {
        let name = |id| self.engine().photo(id).unwrap().file_name;
        self.search(query)
            .hits
            .iter()
            .map(|hit| name(hit.photo))
            .collect()
    }
}

/// Every answer says how it was found.
fn check_said_how(query: &Query, page: &Page) {
    let found = &page.found;
    let compared = found.by.strip_prefix("words + ").unwrap_or(found.by);
    assert!(["exact scan", "code scan", "words", "listing"].contains(&compared));
    assert_eq!(
        found.by.ends_with("scan"),
        found.space.is_some(),
        "{found:?}"
    );
    assert_eq!(
        found.by == "listing",
        query.images.is_empty() && found.by == "listing"
    );
    assert!(found.total >= page.hits.len() as u64, "{found:?}");
    assert!(found.ms >= 0.0 && found.ms.is_finite());
    for hit in &page.hits {
        assert_eq!(hit.similarity.is_some(), found.by != "listing");
        assert_eq!(hit.by.is_empty(), found.by == "listing", "{hit:?}");
        assert!(
            hit.similarity.is_none_or(|s| (0.0..=1.0).contains(&s)),
            "{hit:?}"
        );
        assert!(
            hit.distance.is_none_or(|d| (-1e-3..=2.001).contains(&d)),
            "{hit:?}"
        );
    }
}

/// A query of one picture.
pub fn like(source: PictureSource) -> Query {
    Query {
        images: vec![image(source, 1.0)],
        ..Query::default()
    }
}

pub fn image(source: PictureSource, weight: f32) -> QueryImage {
    QueryImage {
        source,
        crop: None,
        weight,
    }
}

/// The report of a job that ended well.
#[track_caller]
pub fn done(job: JobView) -> IndexReport {
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    match job.report {
        Some(Report::Index(report)) => report,
        other => panic!("{other:?}"),
    }
}

/// `[photos, added, changed, moved, removed, faults]` of a report.
pub fn counts(report: &IndexReport) -> [u64; 6] {
    [
        report.photos,
        report.added,
        report.changed,
        report.moved,
        report.removed,
        report.faults,
    ]
}

pub fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub fn mtime(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

pub fn set_mtime(path: &Path, time: SystemTime) {
    let file = File::options().append(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

/// Replaces a file's content and makes sure that its time is another one.
pub fn replace(path: &Path, content: &[u8]) {
    let before = mtime(path);
    fs::write(path, content).unwrap();
    set_mtime(path, before + Duration::from_secs(5));
}
