//! Embedding spaces: what turns a picture or words into a vector.
//!
//! `visual` and `color` are built in and need no weights; `encoder` is the door every model family
//! of the `semantic` space stands behind. A leaf: it knows pictures and model folders, and neither
//! photos, nor the store, nor the index.

pub mod color;
pub mod encoder;
pub mod looks;
pub mod model;
pub mod palette;
pub mod preprocess;
pub mod prompts;
mod small;
pub mod tokenizer;
pub mod visual;
pub mod weights;
pub mod worker;

use thiserror::Error;

use encoder::{EncodeError, ModelError};
pub use small::Small;

/// A model could not be used.
#[derive(Debug, Error)]
pub enum EmbedError {
    /// Its files are damaged or ask for something unknown.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// It failed on a picture or a text.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The system gave no thread for it.
    #[error("The model cannot be started: {source}")]
    Thread {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Its thread has ended.
    #[error("The model has stopped: start Latent again")]
    Stopped,
}
