//! Decoding apart from the app: picture files are opened, read and decoded in child processes of
//! the same program, which may crash, hang or be killed without touching it.
//!
//! [`Decoder`] is what the other rooms ask. A child opens the file itself, so that a file which is
//! cut short while it is read, or a disk that hangs, is the child's trouble too; what comes back is
//! small: thumbnails, metadata, and the picture only where it is wanted. Where the program cannot
//! be started again the same work is done in this process.

mod child;
mod memory;
mod pool;
mod protocol;
mod waiting;
mod work;
mod worker;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use thiserror::Error;

use crate::fault_kind::FaultKind;
use crate::io::{self, IoError};
use crate::photo::{DecodeError, DecodeSize, Decoded};
use pool::{Asked, Pool};
use protocol::{Job, Told};
pub use work::{Content, NewContent, ReadFile, Wanted};
pub use worker::run as run_worker;

/// The argument that makes a program a decoding child.
pub const WORKER_ARGUMENT: &str = "decode-worker";

/// How a decoding child is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// What makes it call [`run_worker`].
    pub arguments: Vec<OsString>,
}

static PROGRAM: OnceLock<Program> = OnceLock::new();

/// Names the program whose children decode, once for a process.
///
/// Without it everything is decoded in this process: a crash of a decoder is then one of the app.
pub fn use_program(program: Program) {
    let _named_before = PROGRAM.set(program);
}

/// Names this very program, which must call [`run_worker`] where its first argument is
/// [`WORKER_ARGUMENT`].
pub fn use_this_program() {
    // On Linux this names the file that runs even after an update has put another in its place.
    let itself = Path::new("/proc/self/exe");
    let path = if itself.exists() {
        Some(itself.to_owned())
    } else {
        std::env::current_exe().ok()
    };
    if let Some(path) = path {
        use_program(Program {
            path,
            arguments: vec![WORKER_ARGUMENT.into()],
        });
    }
}

/// What is to be decoded.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A file.
    File(&'a Path),
    /// The content of one.
    Bytes(&'a [u8]),
}

/// A picture that was decoded, and the file it came from.
#[derive(Debug)]
pub struct DecodedFile {
    /// The picture.
    pub decoded: Decoded,
    /// BLAKE3 of the file.
    pub content_hash: [u8; 32],
}

/// A file was not read, or its content is no picture.
#[derive(Debug, Error)]
pub enum Unread {
    /// The file was there and is not any more.
    #[error("The file was gone when it was to be read")]
    Gone,
    /// Its permissions forbid it.
    #[error("You have no permission to read this file: change its permissions")]
    NotAllowed,
    /// No picture is so large.
    #[error("The file is larger than {} GiB", work::MAX_FILE_BYTES >> 30)]
    TooLarge,
    /// The system refused, in its words.
    #[error("The file cannot be read: {reason}")]
    Io {
        /// Without the error's number.
        reason: String,
    },
    /// The content did not become a picture.
    #[error(transparent)]
    Picture(#[from] DecodeError),
    /// Nobody wants it any more.
    #[error("Cancelled")]
    Cancelled,
}

impl Unread {
    /// What such faults are grouped by.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::NotAllowed => FaultKind::NotAllowed,
            Self::TooLarge => FaultKind::TooLarge,
            Self::Gone | Self::Io { .. } | Self::Cancelled => FaultKind::Unreadable,
            Self::Picture(error) => error.kind(),
        }
    }

    fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            _ if io::is_absent(error) => Self::Gone,
            std::io::ErrorKind::PermissionDenied => Self::NotAllowed,
            _ => Self::Io {
                reason: io::plain_reason(error),
            },
        }
    }

    /// As an error of a file operation, where it is one.
    ///
    /// # Errors
    /// The reason why the content is no picture.
    pub fn into_io(self, path: &Path) -> Result<IoError, DecodeError> {
        use std::io::ErrorKind;
        let source = match self {
            Self::Gone => ErrorKind::NotFound.into(),
            Self::NotAllowed => ErrorKind::PermissionDenied.into(),
            Self::TooLarge => ErrorKind::FileTooLarge.into(),
            Self::Cancelled => ErrorKind::Interrupted.into(),
            Self::Io { reason } => std::io::Error::other(reason),
            Self::Picture(error) => return Err(error),
        };
        Ok(IoError::new("read", path, source))
    }
}

/// Reads and decodes picture files, apart from this process where that can be done.
#[derive(Default)]
pub struct Decoder {
    pool: Option<Pool>,
}

impl Decoder {
    /// Takes the program that was named; no child is started before the first picture.
    #[must_use]
    pub fn new() -> Self {
        PROGRAM
            .get()
            .cloned()
            .map_or_else(Self::default, Self::with)
    }

    /// Takes this program.
    #[must_use]
    pub fn with(program: Program) -> Self {
        Self {
            pool: Some(Pool::new(program)),
        }
    }

    /// Whether pictures are decoded apart from this process; why not, where they should be.
    ///
    /// # Errors
    /// Why no child could be started.
    pub fn is_apart(&self) -> Result<bool, std::io::Error> {
        self.pool.as_ref().map_or(Ok(false), |pool| pool.try_out())
    }

    /// Reads a file for the catalog. It is asked now and then whether it is still wanted.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read(
        &self,
        path: &Path,
        wanted: &Wanted,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<ReadFile, Unread> {
        let job = Job::Read(wanted.clone());
        match self.ask(&job, Source::File(path), is_cancelled)? {
            Some(Told::Read(read)) => Ok(*read),
            Some(_) => Err(DecodeError::Crashed.into()),
            None => work::read(path, wanted, &mut || {}),
        }
    }

    /// Decodes a picture.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn decode(&self, source: Source<'_>, size: DecodeSize) -> Result<DecodedFile, Unread> {
        match self.ask(&Job::Decode(size), source, &|| false)? {
            Some(Told::Decoded(decoded)) => Ok(*decoded),
            Some(_) => Err(DecodeError::Crashed.into()),
            None => work::decode(source, size, &mut || {}),
        }
    }

    /// Reads the size of the upright picture, mostly without decoding it.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn size(&self, source: Source<'_>) -> Result<(u32, u32), Unread> {
        match self.ask(&Job::Size, source, &|| false)? {
            Some(Told::Size(size)) => Ok(size),
            Some(_) => Err(DecodeError::Crashed.into()),
            None => work::size(source, &mut || {}),
        }
    }

    /// Asks a child; none where none can be started.
    fn ask(
        &self,
        job: &Job,
        source: Source<'_>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<Told>, Unread> {
        let Some(pool) = &self.pool else {
            return Ok(None);
        };
        match pool.ask(job, source, is_cancelled) {
            Asked::Told(Told::Unread(unread)) => Err(unread),
            Asked::Told(told) => Ok(Some(told)),
            Asked::NoChild => Ok(None),
        }
    }
}
