//! Embedding spaces: what turns a picture or words into a vector.
//!
//! A leaf: it knows pictures and model folders, and neither files of photos, nor the store, nor
//! the index. `encoder` is the door every model family stands behind; a family is a module.

pub mod clip;
pub mod encoder;
pub mod preprocess;
pub mod tokenizer;
pub mod weights;
