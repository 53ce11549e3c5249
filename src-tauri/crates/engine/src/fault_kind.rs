//! Why a file could not be read, as a word that stays the same whatever the sentence: faults are
//! grouped by it.

use serde::{Deserialize, Serialize};

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FaultKind {
    /// Nothing is in it, or nothing but zeros.
    Empty,
    /// It breaks off or contradicts itself.
    Damaged,
    /// The reader crashed, took too long or too much memory.
    GaveUp,
    /// It asks for more pixels or memory than is allowed.
    TooLarge,
    /// A picture of a kind that has no reader yet.
    Unsupported,
    /// Something else than a picture.
    NotAPicture,
    /// Permissions forbid to read it.
    NotAllowed,
    /// A link to what is not there.
    BrokenLink,
    /// The system refused, for another reason.
    Unreadable,
}

impl FaultKind {
    /// Every kind, in the order they are shown.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::Damaged,
        Self::GaveUp,
        Self::TooLarge,
        Self::Unsupported,
        Self::NotAPicture,
        Self::NotAllowed,
        Self::BrokenLink,
        Self::Unreadable,
    ];

    /// The word it is stored as.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Damaged => "damaged",
            Self::GaveUp => "gaveUp",
            Self::TooLarge => "tooLarge",
            Self::Unsupported => "unsupported",
            Self::NotAPicture => "notAPicture",
            Self::NotAllowed => "notAllowed",
            Self::BrokenLink => "brokenLink",
            Self::Unreadable => "unreadable",
        }
    }

    /// The kind of a word; none for another.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
