//! Why a file did not become a picture, in words for the photographer who owns it.

use std::path::Path;

use thiserror::Error;

use super::format::{Format, is_candidate};
use crate::fault_kind::FaultKind;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The file did not become a picture; the message is the reason shown in the list of faults.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// Zero bytes.
    #[error("The file is empty")]
    Empty,
    /// Every byte is zero, as recovery programs and broken copies leave it.
    #[error("The file holds nothing but zeros: copy it again from the card or a backup")]
    OnlyZeros,
    /// A known picture type without a reader.
    #[error("{kind} cannot be read yet")]
    NotReadYet {
        /// The type in the plural, as in "HEIC pictures".
        kind: String,
    },
    /// Something else that is well known: a video, a PDF.
    #[error("This is {kind}, not a picture{}", although(.ending.as_deref()))]
    SomethingElse {
        /// What it is, with its article.
        kind: &'static str,
        /// The ending of its name, where that speaks of a picture.
        ending: Option<String>,
    },
    /// No known picture type.
    #[error("Not a picture{}", although(.ending.as_deref()))]
    NotAPicture {
        /// The ending of its name.
        ending: Option<String>,
    },
    /// Data is missing at the end.
    #[error(
        "The file breaks off{}: copy it again from the card or a backup",
        how_far(*.percent)
    )]
    BreaksOff {
        /// How much of the picture could be read, where that can be told.
        percent: Option<u8>,
    },
    /// The data contradicts itself.
    #[error("The {} data is damaged: copy the file again from the card or a backup", .format.title())]
    Damaged {
        /// What the file began as.
        format: Format,
        /// What the reader stumbled over.
        source: Cause,
    },
    /// A variant of a readable format without a reader.
    #[error("This kind of {} cannot be read yet: save it as a common one", .format.title())]
    Variant {
        /// What the file is.
        format: Format,
        /// What the reader lacks.
        source: Cause,
    },
    /// The header claims more pixels than allowed.
    #[error(
        "The picture is too large: {width} × {height} pixels, at most {} megapixels are read",
        .max / 1_000_000
    )]
    TooManyPixels {
        /// Claimed width.
        width: u32,
        /// Claimed height.
        height: u32,
        /// Allowed pixels.
        max: u64,
    },
    /// Decoding would take more memory than allowed.
    #[error(
        "The picture is too large: it needs {} MB of memory, at most {} MB are used",
        .needed / 1_000_000, .max / 1_000_000
    )]
    TooMuchMemory {
        /// Bytes needed.
        needed: u64,
        /// Bytes allowed.
        max: u64,
    },
    /// The reader took more memory than it was given.
    #[error(
        "Reading the picture takes more memory than a file of its size may use: it is probably damaged"
    )]
    OutOfMemory,
    /// The reader did not come to an end.
    #[error(
        "Reading the picture took more than {seconds} s and was stopped: it is probably damaged"
    )]
    TooSlow {
        /// How long it was given.
        seconds: u64,
    },
    /// What the process that read the file says about it, in the words of the other variants.
    #[error("{reason}")]
    Reported {
        /// What such faults are grouped by.
        kind: FaultKind,
        /// The whole message.
        reason: String,
    },
    /// The reader panicked; the panic ended here.
    #[error("The file made the picture reader fail: it is probably damaged")]
    Crashed,
}

impl DecodeError {
    /// What such faults are grouped by.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        match self {
            Self::Empty | Self::OnlyZeros => FaultKind::Empty,
            Self::NotReadYet { .. } | Self::Variant { .. } => FaultKind::Unsupported,
            Self::SomethingElse { .. } | Self::NotAPicture { .. } => FaultKind::NotAPicture,
            Self::BreaksOff { .. } | Self::Damaged { .. } => FaultKind::Damaged,
            Self::TooManyPixels { .. } | Self::TooMuchMemory { .. } => FaultKind::TooLarge,
            Self::OutOfMemory | Self::TooSlow { .. } | Self::Crashed => FaultKind::GaveUp,
            Self::Reported { kind, .. } => *kind,
        }
    }

    /// Completes the reason with what the file's name promised, where it promised a picture.
    #[must_use]
    pub fn for_file(mut self, path: &Path) -> Self {
        if let Self::NotAPicture { ending } | Self::SomethingElse { ending, .. } = &mut self {
            let named = path.extension().filter(|_| is_candidate(path));
            *ending = named.map(|e| e.to_string_lossy().into_owned());
        }
        self
    }
}

fn although(ending: Option<&str>) -> String {
    ending
        .map(|e| format!(", although its name ends in .{e}"))
        .unwrap_or_default()
}

fn how_far(percent: Option<u8>) -> String {
    percent
        .map(|p| format!(" in the middle, {p} % of it could be read"))
        .unwrap_or_default()
}
