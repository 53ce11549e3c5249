//! What keeps a packet from being read or a sidecar from being written.

use std::path::PathBuf;

use thiserror::Error;

use crate::io::IoError;

/// A sidecar could not be read or written.
#[derive(Debug, Error)]
pub enum SidecarError {
    /// The file could not be opened, read or replaced.
    #[error("{}", source.story())]
    Io {
        /// What was tried.
        #[from]
        source: IoError,
    },
    /// The packet is no XMP that can be understood.
    #[error("The sidecar cannot be understood: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The file has content, and nothing of it was understood: writing would lose it.
    #[error("{} holds nothing that Latent understands: it is left as it is", path.display())]
    NothingRead {
        /// The sidecar.
        path: PathBuf,
    },
    /// Something that Latent does not own would not be there afterwards.
    #[error("{} would lose {property}: it is left as it is", path.display())]
    WouldLose {
        /// The sidecar.
        path: PathBuf,
        /// A property.
        property: String,
    },
    /// The file is another one than when it was read.
    #[error("{} was changed meanwhile: it is left as it is", path.display())]
    Changed {
        /// The sidecar.
        path: PathBuf,
    },
    /// The toolkit failed.
    #[error("The sidecar cannot be written: {source}")]
    Kit {
        /// What the toolkit said.
        #[from]
        source: xmp_toolkit::XmpError,
    },
}
