//! Copies of pictures: found, grouped, and proposed for keeping or removal.
//!
//! | kind | what two photos share | how it is found |
//! |---|---|---|
//! | exact | every byte | BLAKE3 of the file |
//! | pixels | every pixel, whatever the metadata | BLAKE3 of the pixels |
//! | near | the picture: resized, recompressed, cropped, turned, mirrored, retouched | prints (`near/`), and no other capture time |
//! | similar | the scene, as bursts and brackets do | cosine of `visual` vectors |
//!
//! A kind holds the stricter ones. In every group each two are copies (`linkage`): a chain of
//! likenesses is none.

mod alignment;
mod check;
mod find;
mod grouping;
mod known;
pub mod linkage;
mod listing;
pub(crate) mod pairing;
mod proposals;
mod review;
mod rules;
mod similar;
mod stacks;
pub(crate) mod uniqueness;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::Value as Json;

use crate::store::pictures::Member;

pub use alignment::align;
pub use check::{CheckQuery, CheckReport, CheckedFile, checked, start_check};
pub use find::{Found, FoundGroup, FoundPhoto, find};
pub(crate) use grouping::hash_pair;
pub use known::KnownCopy;
pub(crate) use known::copied;
#[cfg(feature = "testing")]
pub use pairing::pair_new;
pub(crate) use proposals::{Proposal, proposals};
pub use review::{Accepted, ReviewProgress, accept, count_acceptable, decide, mark, progress};
pub use rules::{Choice, Rule, UnknownRule, choose, defaults, parse};
pub(crate) use stacks::are_two_shots;

/// Cosine from which two photos are similar where no other is asked for: frames of a burst lie
/// above, other photos of the same place mostly below.
pub const SIMILAR_FROM: f32 = 0.85;

/// How alike copies are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyKind {
    /// Every byte is the same.
    Exact,
    /// Every pixel is the same.
    Pixels,
    /// The picture is the same.
    Near,
    /// The scene is the same.
    Similar,
}

impl CopyKind {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Pixels => "pixels",
            Self::Near => "near",
            Self::Similar => "similar",
        }
    }
}

/// Which copies are asked for, and by which rules one of them stays.
#[derive(Clone, Debug)]
pub struct CopyQuery {
    /// How alike they are.
    pub kind: CopyKind,
    /// The least likeness of every two, 0 … 1; of near and similar ones.
    pub threshold: Option<f32>,
    /// The most seconds between the capture times of every two; of similar ones.
    pub within_s: Option<u64>,
    /// Only photos that pass.
    pub filter: Option<Json>,
    /// Which one stays, in order.
    pub rules: Vec<Rule>,
    /// Folders in which nothing is proposed for removal.
    pub reference: Vec<PathBuf>,
    /// Also what was decided to be no duplicates, or to be kept.
    pub include_decided: bool,
}

impl Default for CopyQuery {
    fn default() -> Self {
        Self {
            kind: CopyKind::Near,
            threshold: None,
            within_s: None,
            filter: None,
            rules: defaults(),
            reference: Vec::new(),
            include_decided: false,
        }
    }
}

/// What is kept in memory of copies.
#[derive(Default)]
pub(crate) struct Copies {
    groupings: Mutex<Vec<listing::Listed>>,
    similar: Mutex<similar::Answers>,
}

/// Photos of which every two are copies.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// By id.
    pub(crate) members: Vec<Member>,
    /// The least likeness of two of them.
    pub(crate) similarity: f32,
}

impl Group {
    /// Makes a group; none of photos that are all the same file of their disk, or only one.
    fn of(mut members: Vec<Member>, similarity: f32) -> Option<Self> {
        members.sort_unstable_by_key(|member| member.id);
        let named: HashSet<&[u8]> = members
            .iter()
            .filter_map(|member| member.file_key.as_deref())
            .collect();
        let unnamed = members
            .iter()
            .filter(|member| member.file_key.is_none())
            .count();
        (named.len() + unnamed > 1).then_some(Self {
            members,
            similarity,
        })
    }

    /// What the group is called as long as it holds these photos.
    fn id(&self, kind: CopyKind) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(kind.word().as_bytes());
        for member in &self.members {
            hasher.update(&member.id.0.to_le_bytes());
        }
        let hex = hasher.finalize().to_hex();
        hex.as_str().get(..16).unwrap_or_default().to_owned()
    }

    /// Whether a member is the same file of its disk as one before it.
    fn is_linked(&self, place: usize) -> bool {
        let key = self
            .members
            .get(place)
            .and_then(|member| member.file_key.as_ref());
        key.is_some()
            && self
                .members
                .iter()
                .take(place)
                .any(|other| other.file_key.as_ref() == key)
    }
}
