//! Nearest neighbours: the vectors of a space as short codes in memory with their originals on the
//! disk, and the ways to search them.
//!
//! Not a store: the vectors live in the catalog, and this is filled from there. It may be deleted
//! at any time.

mod best;
mod closest;
mod codes;
mod dot;
mod graph;
mod graphed;
mod pages;
mod pairs;
mod quantizer;
mod rotation;
mod rows;
mod scan;
mod sketches;
mod snapshot;
mod vector_index;

#[cfg(test)]
mod tests;

pub use self::graph::GraphError;
pub use self::graphed::{GraphWork, ReadyGraph};
pub use self::pairs::{Look, NearestOfEach, Pair, nearest_of_each, similar_pairs};
pub use self::snapshot::{Loaded, Stamp};
pub use self::vector_index::{Retrained, VectorIndex};

use thiserror::Error;

use crate::ids::PhotoId;
use crate::io::IoError;
use crate::photo_set::PhotoSet;

/// A photo found, with its likeness to the query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The photo.
    pub id: PhotoId,
    /// Cosine of the angle to the query, −1 … 1 (both have unit norm), up to rounding.
    pub cosine: f32,
}

/// Which photos a query may find.
#[derive(Clone, Copy, Debug)]
pub enum Candidates<'a> {
    /// Every photo of the space.
    All,
    /// Only these; those without a vector are passed over.
    Only(&'a PhotoSet),
}

/// An answer, and what it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// The nearest first; of equally near ones the smaller id.
    pub neighbours: Vec<Neighbour>,
    /// Candidates that have a vector.
    pub compared: u64,
    /// Of these, whose originals were looked at.
    pub rescored: u64,
    /// How they were found.
    pub by: By,
}

/// A way to find the nearest, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Every candidate's original was compared.
    ExactScan,
    /// Every candidate's code was compared, and the originals of those that it could not rule out.
    CodeScan,
    /// A graph of neighbours was walked.
    Graph,
}

/// The index cannot take a vector, or cannot be kept.
#[derive(Debug, Error)]
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
    /// An id that no catalog makes.
    #[error("The catalog is damaged: there is no photo {id}")]
    NoSuchId {
        /// The id.
        id: i64,
    },
    /// A file of the index could not be read or written.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The graph could not be kept.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// There is no snapshot.
    #[error("There is no snapshot of the vectors")]
    Absent,
    /// The snapshot belongs to another space or another state of the catalog.
    #[error("The snapshot of the vectors is not of this catalog: it has {found}, not {expected}")]
    Stale {
        /// What was looked for.
        expected: String,
        /// What the snapshot says.
        found: String,
    },
    /// The snapshot is not what was written.
    #[error("The snapshot of the vectors is damaged: {what}")]
    Damaged {
        /// Which part.
        what: String,
    },
}
