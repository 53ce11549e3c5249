//! The vectors of the serving spaces in memory: a compact copy of what the catalog holds, which
//! equals it after every start and every change.

use std::sync::{Arc, PoisonError, RwLock};

use half::f16;

use crate::embed::{color, visual};
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index::VectorMatrix;
use crate::store::vectors::{self, SpaceRow};
use crate::store::{Store, StoreError};

/// A space and its vectors in memory.
pub(crate) struct ServingSpace {
    pub(crate) row: SpaceRow,
    matrix: RwLock<VectorMatrix>,
}

impl ServingSpace {
    /// Reads the vectors. Writers wait only for as long as `look` takes.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&VectorMatrix) -> T) -> T {
        look(&self.matrix.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut VectorMatrix) -> T) -> T {
        change(&mut self.matrix.write().unwrap_or_else(PoisonError::into_inner))
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
}

/// All serving spaces.
pub(crate) struct Spaces {
    serving: RwLock<Vec<Arc<ServingSpace>>>,
    visual_id: i64,
    color_id: i64,
}

impl Spaces {
    /// Makes sure of the built-in spaces and loads what serves.
    pub(super) fn open(store: &Store) -> Result<Self, EngineError> {
        let (visual_id, color_id) = store.write(|tx| {
            let visual = vectors::ensure_space(tx, "visual", visual::VERSION, visual::DIM as u32)?;
            let color = vectors::ensure_space(tx, "color", color::VERSION, color::DIM as u32)?;
            vectors::serve(tx, &visual)?;
            vectors::serve(tx, &color)?;
            Ok::<_, StoreError>((visual.id, color.id))
        })?;
        let spaces = Self { serving: RwLock::default(), visual_id, color_id };
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

    /// Loads every serving space from the catalog anew.
    pub(crate) fn reload(&self, store: &Store) -> Result<(), EngineError> {
        let fresh = store.read(|connection| {
            let rows = vectors::spaces(connection)?;
            rows.into_iter()
                .filter(|row| row.serving)
                .map(|row| load(connection, row))
                .collect::<Result<Vec<_>, EngineError>>()
        })?;
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Takes vectors that are in the catalog now: `(space, photo, vector)`. Those of spaces that do
    /// not serve stay there.
    pub(crate) fn insert(&self, stored: &[(i64, PhotoId, Vec<f16>)]) -> Result<(), EngineError> {
        for space in self.all() {
            space.write(|matrix| {
                stored
                    .iter()
                    .filter(|(id, ..)| *id == space.row.id)
                    .try_for_each(|(_, photo, vector)| matrix.insert(*photo, vector))
                    .map_err(EngineError::internal)
            })?;
        }
        Ok(())
    }

    /// Drops photos that can no longer be found.
    pub(crate) fn forget(&self, photos: &[PhotoId]) {
        if photos.is_empty() {
            return;
        }
        for space in self.all() {
            space.write(|matrix| {
                for photo in photos {
                    matrix.remove(*photo);
                }
            });
        }
    }

    /// Takes photos back from the catalog: they can be found again.
    pub(crate) fn recall(&self, store: &Store, photos: &[PhotoId]) -> Result<(), EngineError> {
        for space in self.all() {
            for photo in photos {
                let vector = store.read(|connection| vectors::get(connection, &space.row, *photo))?;
                if let Some(vector) = vector {
                    space
                        .write(|matrix| matrix.insert(*photo, &vector))
                        .map_err(EngineError::internal)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn views(&self) -> Result<Vec<SpaceView>, EngineError> {
        let view = |space: Arc<ServingSpace>| SpaceView {
            name: space.row.name.clone(),
            dim: space.row.dim,
            photos: space.read(VectorMatrix::len) as u64,
        };
        Ok(self.all().into_iter().map(view).collect())
    }

    fn all(&self) -> Vec<Arc<ServingSpace>> {
        self.serving.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn load(
    connection: &crate::store::Connection,
    row: SpaceRow,
) -> Result<Arc<ServingSpace>, EngineError> {
    let count = vectors::count(connection, row.id)?;
    let mut matrix = VectorMatrix::with_capacity(row.dim as usize, count as usize);
    let mut failed = None;
    vectors::each(connection, &row, |photo, vector| {
        if let Err(error) = matrix.insert(photo, vector) {
            failed.get_or_insert(error);
        }
    })?;
    match failed {
        Some(error) => Err(EngineError::internal(error)),
        None => Ok(Arc::new(ServingSpace { row, matrix: RwLock::new(matrix) })),
    }
}
