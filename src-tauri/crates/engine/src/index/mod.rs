//! Exact nearest neighbours: a matrix of half-precision vectors in memory, scanned in full.
//!
//! Not a store: the vectors live in the catalog, and this is filled from there. An exact scan
//! needs no building, forgets nothing, and serves every filter.

mod best;
mod by_id;
mod dot;
mod matrix;

pub use self::matrix::{Candidates, VectorMatrix};

use thiserror::Error;

use crate::ids::PhotoId;

/// A photo found, with its likeness to the query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The photo.
    pub id: PhotoId,
    /// Cosine of the angle to the query, −1 … 1 (both have unit norm), up to rounding.
    pub cosine: f32,
}

/// How photos were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// All vectors in full.
    ExactScan,
    /// All short codes, and the nearest in full.
    CodeScan,
    /// Along a graph of neighbours, and the nearest in full.
    Graph,
}

/// Photos found, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// The photos, the nearest first; of equally near ones the smaller id.
    pub neighbours: Vec<Neighbour>,
    /// Photos that were compared.
    pub compared: u64,
    /// Of these, whose vectors were looked at in full after their codes.
    pub rescored: u64,
    /// How they were compared.
    pub by: By,
}

impl Nearest {
    fn exact(neighbours: Vec<Neighbour>, compared: u64) -> Self {
        Self {
            neighbours,
            compared,
            rescored: 0,
            by: By::ExactScan,
        }
    }
}

/// A vector does not fit the index.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IndexError {
    /// The vector was made by another model or another version of the space.
    #[error(
        "The vector has {actual} dimensions and the index {expected}: index the photos again with \
         the present model"
    )]
    DimensionMismatch {
        /// Dimensions of the index.
        expected: usize,
        /// Dimensions of the vector.
        actual: usize,
    },
    /// A component is infinite or not a number.
    #[error("The vector has a component that is no finite number: index the photo again")]
    NotFinite,
}
