//! [`Engine`]: opens a data folder and owns what lives in it: catalog, cache, vectors in memory,
//! model, jobs. The rooms beside this one work through it.

mod chosen;
mod fingerprints;
pub mod model_files;
pub mod models;
mod open_model;
mod pictures;
pub mod precision;
mod spaces;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::Receiver;

use crate::cache::Cache;
use crate::decoder::Decoder;
use crate::duplicates::Copies;
use crate::duplicates::pairing::Prints;
use crate::error::EngineError;
use crate::events::{Event, EventBus};
use crate::ids::PhotoId;
use crate::io::{self, IoError};
use crate::jobs::Jobs;
use crate::metadata::Writing;
use crate::store::Store;
use crate::store::photos::{self, PhotoRow};
use crate::watching::Watching;
use models::Models;
use pictures::HeldPictures;
pub use pictures::{Held, Media, PictureSource};
pub(crate) use spaces::ServingSpace;
use spaces::Spaces;
pub use spaces::{GraphOptions, SpaceView};

/// A data folder that is open, and everything that works on it.
///
/// Cheap to clone; the last clone closes it and ends its jobs. Every call may be made from any
/// thread while jobs run.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    /// None in jobs: they do not keep the engine open.
    _open: Option<Arc<Open>>,
}

/// Ends the jobs when the last holder of an engine lets go of it: nothing is written afterwards,
/// and the data folder is free.
struct Open {
    inner: Arc<Inner>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.inner.watching.stop();
        self.inner.jobs.close();
        self.inner.spaces.close(&self.inner.store);
        // What is read ahead would hold the data folder until it is read.
        self.inner.store.stop_reading();
    }
}

struct Inner {
    jobs: Jobs,
    data_dir: PathBuf,
    store: Store,
    cache: Cache,
    decoder: Decoder,
    spaces: Spaces,
    models: Models,
    held: HeldPictures,
    prints: Prints,
    copies: Copies,
    watching: Watching,
    sidecars: Writing,
    events: Arc<EventBus>,
    // Goes last: then nothing of this engine is at work any more.
    _lock: File,
}

/// An engine that may have been closed.
pub(crate) struct WeakEngine {
    inner: Weak<Inner>,
}

impl WeakEngine {
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        Some(Engine {
            inner: self.inner.upgrade()?,
            _open: None,
        })
    }
}

impl Engine {
    /// Opens a data folder, or makes it.
    ///
    /// # Errors
    /// [`EngineError::Locked`] while another process has it open, [`EngineError::Io`] where it
    /// cannot be made, [`EngineError::Store`] for a damaged or newer catalog.
    pub fn open(data_dir: &Path) -> Result<Self, EngineError> {
        Self::open_with(data_dir, GraphOptions::default())
    }

    /// Opens a data folder as [`Self::open`] does, with other graphs.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(data_dir: &Path, graphs: GraphOptions) -> Result<Self, EngineError> {
        io::make_folder(data_dir)?;
        let lock = lock(data_dir)?;
        let store = Store::open(&data_dir.join("catalog.db"))?;
        store.write_aside(|tx| {
            // Groups are found anew: what changed before this start is in them.
            let last = crate::store::pictures::last_change(tx)?;
            crate::store::pictures::forget_changes(tx, last)
        })?;
        recover_cleanups(&store, data_dir)?;
        let cache = Cache::open(&data_dir.join("cache"))?;
        let events = Arc::new(EventBus::default());
        let spaces = Spaces::open(&store, &data_dir.join("vectors"), graphs)?;
        let models = Models::open(&store)?;
        let jobs = Jobs::start(Arc::clone(&events))?;
        let held = HeldPictures::default();
        let data_dir = data_dir.to_owned();
        let inner = Inner {
            jobs,
            data_dir,
            store,
            cache,
            decoder: Decoder::new(),
            spaces,
            models,
            held,
            prints: Prints::default(),
            copies: Copies::default(),
            watching: Watching::default(),
            sidecars: Writing::default(),
            events,
            _lock: lock,
        };
        let inner = Arc::new(inner);
        let open = Arc::new(Open {
            inner: Arc::clone(&inner),
        });
        Ok(Self {
            inner,
            _open: Some(open),
        })
    }

    /// The folder the catalog and the cache lie in.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// Listens to what happens; dropping the receiver ends it.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// The jobs of this run.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    pub(crate) fn sidecars(&self) -> &Writing {
        &self.inner.sidecars
    }

    /// The model of the `semantic` space.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.inner.models
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.inner.cache
    }

    /// Reads and decodes picture files.
    #[must_use]
    pub fn decoder(&self) -> &Decoder {
        &self.inner.decoder
    }

    pub(crate) fn spaces(&self) -> &Spaces {
        &self.inner.spaces
    }

    pub(crate) fn held(&self) -> &HeldPictures {
        &self.inner.held
    }

    /// What recognises pictures in their copies.
    pub(crate) fn prints(&self) -> &Prints {
        &self.inner.prints
    }

    /// The groups of copies.
    pub(crate) fn copies(&self) -> &Copies {
        &self.inner.copies
    }

    pub(crate) fn watching(&self) -> &Watching {
        &self.inner.watching
    }

    pub(crate) fn events(&self) -> &EventBus {
        &self.inner.events
    }

    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine {
            inner: Arc::downgrade(&self.inner),
        }
    }

    /// Takes what changed in the catalog's vectors into those in memory.
    pub(crate) fn follow_vectors(&self) -> Result<(), EngineError> {
        self.spaces().follow(self.store())
    }

    /// Loads the vectors in memory from the catalog anew.
    pub(crate) fn reload_spaces(&self) -> Result<(), EngineError> {
        self.spaces().reload(self.store())
    }

    /// What is known of a photo.
    ///
    /// # Errors
    /// [`EngineError::NotFound`].
    pub fn photo(&self, id: PhotoId) -> Result<PhotoRow, EngineError> {
        self.store()
            .read(|connection| photos::by_id(connection, id))?
            .ok_or_else(|| EngineError::not_found("photo", id))
    }

    /// The spaces that answer queries.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn list_spaces(&self) -> Result<Vec<SpaceView>, EngineError> {
        self.spaces().views()
    }

    /// Asks SQLite whether the catalog is sound; one line a problem.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn check_catalog(&self) -> Result<Vec<String>, EngineError> {
        Ok(self.store().check()?)
    }

    /// Seconds since 1970 UTC.
    pub(crate) fn now_s(&self) -> i64 {
        seconds_since_1970()
    }
}

/// Puts cleanups in order that were cut off, before anything else looks at their photos.
fn recover_cleanups(store: &Store, data_dir: &Path) -> Result<(), EngineError> {
    crate::cleaning::recover(store, data_dir, seconds_since_1970())
}

fn seconds_since_1970() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// Takes the data folder for this process; the system lets go of it when the process ends, however
/// it ends.
fn lock(data_dir: &Path) -> Result<File, EngineError> {
    let path = data_dir.join("lock");
    let failed = |source| IoError::new("open", &path, source);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EngineError::Locked {
            data_dir: data_dir.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(IoError::new("lock", &path, source).into()),
    }
}
