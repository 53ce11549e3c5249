//! The vectors of the serving spaces, ready to be searched: what the catalog holds, in the order in
//! which it came to hold it.
//!
//! The catalog logs each change of a vector in the transaction that makes it. Memory follows that
//! log and nothing else, so it cannot miss a change or take one that was rolled back; a start loads
//! the last snapshot and follows from there.

mod graphs;
mod load;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::embed::{color, visual};
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index::{Look, VectorIndex};
use crate::store::vectors::{self, SpaceRow, log};
use crate::store::{Store, StoreError};

pub use graphs::GraphOptions;

/// Changes that are taken at once: searches wait for as long as these take.
const AT_ONCE: u32 = 256;
/// After so many changes a snapshot is written, so that a start has little to do again.
const SAVE_AFTER: i64 = 20_000;

/// A space and its vectors.
pub(crate) struct ServingSpace {
    pub(crate) row: SpaceRow,
    index: RwLock<VectorIndex>,
    /// The last change of the catalog that is in the index.
    seq: AtomicI64,
    /// That of the snapshot.
    saved: AtomicI64,
    /// Why its snapshots could not be used.
    rebuilt: Mutex<Option<String>>,
    graph_worker: graphs::Worker,
}

impl ServingSpace {
    /// Reads the vectors. Writers wait only for as long as `look` takes.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&VectorIndex) -> T) -> T {
        look(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut VectorIndex) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes why something was made anew.
    fn note(&self, reason: &str) {
        let mut rebuilt = self.rebuilt.lock().unwrap_or_else(PoisonError::into_inner);
        let before = rebuilt.take().map(|before| format!("{before}; "));
        *rebuilt = Some(before.unwrap_or_default() + reason);
    }

    /// Takes what changed since the last time; only one thread may do so at a time.
    fn follow(&self, store: &Store) -> Result<(), EngineError> {
        loop {
            let after = self.seq.load(Ordering::SeqCst);
            let (changes, vectors) = store.read(|connection| {
                let changes = log::changes(connection, self.row.id, after, AT_ONCE)?;
                let vector = |id: &PhotoId| log::findable(connection, &self.row, *id);
                let vectors = changes.photos.iter().map(vector);
                let vectors = vectors.collect::<Result<Vec<_>, StoreError>>()?;
                Ok::<_, StoreError>((changes, vectors))
            })?;
            if changes.seq == after {
                return self.learn();
            }
            self.write(|index| {
                let mut changed = changes.photos.iter().zip(&vectors);
                changed.try_for_each(|(id, vector)| match vector {
                    Some(vector) => index.insert(*id, vector),
                    None => {
                        index.remove(*id);
                        Ok(())
                    }
                })
            })?;
            self.seq.store(changes.seq, Ordering::SeqCst);
        }
    }

    /// Learns the quantizer anew where the space has grown; searches go on meanwhile.
    fn learn(&self) -> Result<(), EngineError> {
        if self.read(VectorIndex::wants_training) {
            let retrained = self.read(VectorIndex::retrain);
            self.write(|index| index.adopt(retrained));
        }
        Ok(())
    }
}

impl Look for ServingSpace {
    fn look<T>(&self, look: impl FnOnce(&VectorIndex) -> T) -> T {
        self.read(look)
    }
}

/// A space, for people.
#[derive(Clone, Debug)]
pub struct SpaceView {
    /// "visual", "color", "semantic".
    pub name: String,
    /// Dimensions.
    pub dim: u32,
    /// Photos that have a vector.
    pub photos: u64,
    /// Why its vectors had to be prepared anew at the start; none where they did not.
    pub rebuilt: Option<String>,
    /// Photos that its graph answers for; 0 without one.
    pub in_graph: u64,
}

/// All serving spaces.
pub(crate) struct Spaces {
    folder: PathBuf,
    graphs: GraphOptions,
    /// Whoever works in the background shall end.
    closing: Arc<AtomicBool>,
    serving: RwLock<Vec<Arc<ServingSpace>>>,
    /// Held by whoever changes what is in memory.
    changing: Mutex<()>,
    visual_id: i64,
    color_id: i64,
}

impl Spaces {
    /// Makes sure of the built-in spaces and loads what serves.
    pub(super) fn open(
        store: &Store,
        folder: &Path,
        graphs: GraphOptions,
    ) -> Result<Self, EngineError> {
        let (visual_id, color_id) = store.write(|tx| {
            let visual = vectors::ensure_space(tx, "visual", visual::VERSION, visual::DIM as u32)?;
            let color = vectors::ensure_space(tx, "color", color::VERSION, color::DIM as u32)?;
            vectors::serve(tx, &visual)?;
            vectors::serve(tx, &color)?;
            Ok::<_, StoreError>((visual.id, color.id))
        })?;
        let spaces = Self {
            folder: folder.to_owned(),
            graphs,
            closing: Arc::default(),
            serving: RwLock::default(),
            changing: Mutex::default(),
            visual_id,
            color_id,
        };
        spaces.reload(store)?;
        Ok(spaces)
    }

    pub(crate) fn visual_id(&self) -> i64 {
        self.visual_id
    }

    pub(crate) fn color_id(&self) -> i64 {
        self.color_id
    }

    /// The space that serves a name.
    pub(crate) fn serving(&self, name: &str) -> Option<Arc<ServingSpace>> {
        self.all().into_iter().find(|space| space.row.name == name)
    }

    /// Loads the serving spaces that are not in memory yet, and drops those that no longer serve.
    pub(crate) fn reload(&self, store: &Store) -> Result<(), EngineError> {
        let changing = self.changing();
        let loaded = self.all();
        let rows = store.read(vectors::spaces)?;
        let fresh = rows
            .into_iter()
            .filter(|row| row.serving)
            .map(
                |row| match loaded.iter().find(|space| space.row.id == row.id) {
                    Some(space) => Ok(Arc::clone(space)),
                    None => self.load(store, row),
                },
            )
            .collect::<Result<Vec<_>, EngineError>>()?;
        load::remove_others(&self.folder, &fresh);
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        drop(changing);
        self.follow(store)
    }

    fn load(&self, store: &Store, row: SpaceRow) -> Result<Arc<ServingSpace>, EngineError> {
        let space = Arc::new(load::space(store, row, &self.folder)?);
        space.write(|index| index.always_ask_graph(self.graphs.always));
        let saved = space.saved.load(Ordering::SeqCst);
        let seq = (saved >= 0).then_some(saved);
        graphs::tend(&space, self.graphs, &self.folder, seq, &self.closing);
        Ok(space)
    }

    /// Takes what changed in the catalog since the last time. To be called after every commit that
    /// changes vectors, or which photos can be found.
    pub(crate) fn follow(&self, store: &Store) -> Result<(), EngineError> {
        let _changing = self.changing();
        for space in self.all() {
            space.follow(store)?;
            graphs::tend(&space, self.graphs, &self.folder, None, &self.closing);
            let unsaved = space.seq.load(Ordering::SeqCst) - space.saved.load(Ordering::SeqCst);
            if unsaved > SAVE_AFTER {
                load::save(store, &space, &self.folder);
            }
        }
        Ok(())
    }

    /// Ends what goes on in the background and writes snapshots of what changed, so that the next
    /// start is quick.
    pub(crate) fn close(&self, store: &Store) {
        let _changing = self.changing();
        self.closing.store(true, Ordering::SeqCst);
        self.all()
            .iter()
            .for_each(|space| space.graph_worker.join());
        for space in self.all() {
            let saved = space.saved.load(Ordering::SeqCst);
            if space.seq.load(Ordering::SeqCst) != saved || space.read(VectorIndex::graph_changed) {
                load::save(store, &space, &self.folder);
            }
        }
    }

    pub(super) fn views(&self) -> Result<Vec<SpaceView>, EngineError> {
        let view = |space: Arc<ServingSpace>| SpaceView {
            name: space.row.name.clone(),
            dim: space.row.dim,
            photos: space.read(VectorIndex::len) as u64,
            rebuilt: space
                .rebuilt
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            in_graph: space.read(VectorIndex::in_graph) as u64,
        };
        Ok(self.all().into_iter().map(view).collect())
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> Vec<Arc<ServingSpace>> {
        self.serving
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
