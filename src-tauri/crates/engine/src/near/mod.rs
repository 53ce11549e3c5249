//! Near.
mod align;
mod field;
mod index;
mod likeness;
mod moved;
mod orient;
mod print;
mod raster;
mod sketch;
mod solve;
mod trim;
mod waves;

pub use index::{MOST_PRINTS, NearIndex, Pair};
pub use likeness::{Evidence, Likeness, THRESHOLD, evidence, likeness};
pub use print::{Print, VERSION};
pub use waves::Hash;

#[cfg(test)]
mod tests;
