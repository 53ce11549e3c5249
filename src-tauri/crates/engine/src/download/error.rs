//! What goes wrong with a download; each message says what to do.

use thiserror::Error;

use crate::io::IoError;

/// A model could not be downloaded.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// The list of models, or a lock file, is malformed.
    #[error("{what} is malformed: {reason}")]
    Malformed {
        /// The list or the file.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// The address of the source makes no sense.
    #[error("HF_ENDPOINT is {endpoint}: write an address such as https://huggingface.co")]
    Endpoint {
        /// As it was given.
        endpoint: String,
    },
    /// The source did not answer, or broke off too often.
    #[error(
        "Cannot get {file} from {host} ({}): check the connection, or set HTTPS_PROXY where a proxy is needed; what is downloaded is kept, pull again to go on",
        plain(.source)
    )]
    Connection {
        /// The file.
        file: String,
        /// The source's host.
        host: String,
        /// The last failure.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The source wants to know who asks.
    #[error(
        "{host} gives {repo} only to people it knows (status {status}): choose another model, or download it in a browser and name its folder with `latent model use DIR`"
    )]
    Forbidden {
        /// The source's host.
        host: String,
        /// The repository.
        repo: String,
        /// 401 or 403.
        status: u16,
    },
    /// The source does not have it.
    #[error(
        "{host} has no {file} in {repo} at {revision}: update Latent for a newer list, or choose another model"
    )]
    Missing {
        /// The source's host.
        host: String,
        /// The repository.
        repo: String,
        /// The revision.
        revision: String,
        /// The file.
        file: String,
    },
    /// The source is overloaded or out of order.
    #[error(
        "{host} cannot answer now (status {status}): try again {}; what is downloaded is kept",
        later(*.wait_s)
    )]
    Busy {
        /// The source's host.
        host: String,
        /// 429 or 5xx.
        status: u16,
        /// Seconds it asks to wait, where it says.
        wait_s: Option<u64>,
    },
    /// The source answered in a way that means nothing here.
    #[error(
        "{host} answers {file} with status {status}: check HF_ENDPOINT and the proxy, they may change the answers"
    )]
    Answer {
        /// The source's host.
        host: String,
        /// The file.
        file: String,
        /// The status.
        status: u16,
    },
    /// The source does not say what a file must be like.
    #[error(
        "{host} does not say the {what} of {file}: check HF_ENDPOINT and the proxy, they may change the answers"
    )]
    Untold {
        /// The source's host.
        host: String,
        /// The file.
        file: String,
        /// "checksum", "size" or "commit".
        what: &'static str,
    },
    /// The source offers something else than the list says.
    #[error(
        "{file} at the source is not the one Latent knows (expected {expected}, got {actual}): nothing was downloaded; check HF_ENDPOINT, or update Latent"
    )]
    NotAsListed {
        /// The file.
        file: String,
        /// The commit, size or checksum of the list.
        expected: String,
        /// What the source says.
        actual: String,
    },
    /// A file has another length than was said.
    #[error(
        "{file} was said to have {expected} bytes and has {actual}: it is thrown away, pull again"
    )]
    WrongLength {
        /// The file.
        file: String,
        /// Bytes announced.
        expected: u64,
        /// Bytes that came, or were announced the second time.
        actual: u64,
    },
    /// A file is not what the source says it is.
    #[error(
        "{file} arrived damaged twice (its checksum is {actual} and should be {expected}): it is thrown away, pull again later or from another network"
    )]
    WrongChecksum {
        /// The file.
        file: String,
        /// The source's checksum.
        expected: String,
        /// The checksum of what came.
        actual: String,
    },
    /// The disk has too little room.
    #[error(
        "The disk of {folder} has {free_bytes} bytes free and the model needs {needed_bytes} more: make room and pull again"
    )]
    NoRoom {
        /// The folder of the models.
        folder: String,
        /// Bytes still to come.
        needed_bytes: u64,
        /// Bytes free.
        free_bytes: u64,
    },
    /// The disk ran full.
    #[error("The disk is full: make room and pull again; what is downloaded is kept ({})", .0.story())]
    DiskFull(#[source] IoError),
    /// A folder of that name is there that was not downloaded.
    #[error("{folder} is there and was not downloaded by Latent: move it away and pull again")]
    NotOurs {
        /// The folder.
        folder: String,
    },
    /// A file could not be read or written.
    #[error("{}", .0.story())]
    Io(#[source] IoError),
    /// It was stopped.
    #[error("The download was stopped")]
    Stopped,
}

impl From<IoError> for DownloadError {
    fn from(error: IoError) -> Self {
        if error.is_disk_full() {
            Self::DiskFull(error)
        } else {
            Self::Io(error)
        }
    }
}

impl DownloadError {
    /// Whether a disk has no room.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull(_) | Self::NoRoom { .. })
    }

    /// Whether the same may work a moment later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Connection { .. } | Self::Busy { .. })
    }
}

/// The reason without the system's error number.
fn plain(error: &impl ToString) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

fn later(wait_s: Option<u64>) -> String {
    match wait_s {
        Some(seconds) => format!("in {seconds} seconds"),
        None => "in a few minutes".to_owned(),
    }
}
