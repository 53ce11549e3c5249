//! What goes wrong with a model: when it is opened, and when it encodes.

use std::path::PathBuf;

use thiserror::Error;

/// A model folder cannot be used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// A file of the layout is not there.
    #[error("No {} here: choose a folder with all files of a model, such as config.json, tokenizer.json and model.safetensors", path.display())]
    MissingFile {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("Could not {operation} {}: check the disk and the permissions", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried, such as `read`.
        operation: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
    /// A config file is not the JSON object it should be.
    #[error("{} is not valid JSON: download it again", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it breaks off.
        source: serde_json::Error,
    },
    /// A config asks for something this encoder does not do.
    #[error("{key} is {value}, and only {supported} is supported: choose another model")]
    Unsupported {
        /// The file and the key in it.
        key: String,
        /// The value found.
        value: String,
        /// What would have been accepted.
        supported: String,
    },
    /// The weights file is not a whole safetensors file.
    #[error("{} is damaged ({reason}): download it again", path.display())]
    DamagedWeights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A tensor that the config calls for is not in the weights.
    #[error(
        "The weights have no tensor {tensor} of shape {expected:?}: config and weights do not belong together"
    )]
    MissingTensor {
        /// The tensor's name.
        tensor: String,
        /// The shape the config calls for.
        expected: Vec<usize>,
    },
    /// A tensor has another shape than the config calls for.
    #[error(
        "The tensor {tensor} has shape {actual:?}, and the config calls for {expected:?}: config and weights do not belong together"
    )]
    WrongShape {
        /// The tensor's name.
        tensor: String,
        /// The shape the config calls for.
        expected: Vec<usize>,
        /// The shape in the file.
        actual: Vec<usize>,
    },
    /// A tensor holds numbers that are infinite or none.
    #[error("The tensor {tensor} in {} holds numbers that are none: download it again", path.display())]
    NotFinite {
        /// The tensor's name.
        tensor: String,
        /// The file.
        path: PathBuf,
    },
    /// The tokenizer cannot be read.
    #[error("{} is not a usable tokenizer: download it again", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// The tokenizer's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The weights cannot be brought into place.
    #[error("Could not load the tensor {tensor}")]
    Tensor {
        /// The tensor's name.
        tensor: String,
        /// The tensor library's error.
        source: candle_core::Error,
    },
}

/// A picture or a text cannot be encoded.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// A tensor was prepared for another model.
    #[error(
        "The picture was prepared at {actual} pixels and the model looks at {expected}: prepare it again"
    )]
    WrongSize {
        /// The model's side, in pixels.
        expected: u32,
        /// The tensor's side, in pixels.
        actual: u32,
    },
    /// A text cannot be cut into tokens.
    #[error("Could not cut the text into tokens: write it in other words")]
    Tokenize {
        /// The tokenizer's error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The text tower cannot be loaded.
    #[error("Could not load the model's text tower")]
    TextTower {
        /// What is wrong with the files.
        source: ModelError,
    },
    /// The computation failed.
    #[error("The model could not compute")]
    Tensor {
        /// The tensor library's error.
        #[from]
        source: candle_core::Error,
    },
    /// A vector came out without a direction.
    #[error("The model answered no finite vector for input {index}: its weights are damaged")]
    NotFinite {
        /// The place in the batch, from 0.
        index: usize,
    },
}
