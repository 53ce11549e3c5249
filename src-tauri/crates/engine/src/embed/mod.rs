//! Embedding spaces: turns an upright picture into vectors that can be compared by cosine.

pub mod color;
pub mod looks;
pub mod palette;
pub mod visual;
