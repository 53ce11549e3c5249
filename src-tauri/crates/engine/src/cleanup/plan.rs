//! The plan of a cleanup as it is shown, saved, edited by hand and handed back.
//!
//! Only shapes and what can be said without a disk: whether the plan is whole, of this version, and
//! does not contradict itself. What the disk says about it is `check`'s.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use super::content_hash::ContentHash;
pub use super::read_plan::PlanError;
use crate::io::FileStamp;

/// The version of the plans this program writes and reads.
pub const PLAN_VERSION: u32 = 1;

/// What shall be done with the copies of pictures, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CleanupPlan {
    /// [`PLAN_VERSION`].
    pub version: u32,
    /// When it was made, seconds since 1970 UTC.
    pub created_at: i64,
    /// What happens to each file of `remove`.
    pub action: Action,
    /// The keep rules, in order.
    pub rules: Vec<String>,
    /// Folders of which nothing is removed; absolute.
    pub reference: Vec<PathBuf>,
    /// The groups with a keeper.
    pub groups: Vec<PlanGroup>,
    /// Groups without a keeper: nothing happens to them.
    pub open: Vec<OpenGroup>,
    /// Photos that were left out, and why.
    pub refused: Vec<RefusedFile>,
    /// Files that would go, partners among them. For people: applying counts again.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What happens to a file that is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// It goes to the trash.
    Trash {},
    /// It goes to a folder.
    Folder {
        /// Absolute; made where it is not there.
        folder: PathBuf,
    },
    /// Its place becomes a hard link to the keeper; the file itself goes to the trash.
    Hardlink {},
    /// Its place becomes a copy that shares the keeper's blocks; the file itself goes to the trash.
    Reflink {},
}

impl Action {
    /// The name in JSON: "trash".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Trash {} => "trash",
            Self::Folder { .. } => "folder",
            Self::Hardlink {} => "hardlink",
            Self::Reflink {} => "reflink",
        }
    }

    /// Whether a photo stays at the place of each removed file.
    #[must_use]
    pub fn replaces(&self) -> bool {
        matches!(self, Self::Hardlink {} | Self::Reflink {})
    }
}

/// How the photos of a group are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupKind {
    /// The same bytes.
    Exact,
    /// The same pixels.
    Pixels,
    /// The same picture.
    Near,
    /// The same scene.
    Similar,
}

/// One picture: the file to keep and those that go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanGroup {
    /// The group's id.
    pub group_id: String,
    /// How its photos are alike.
    pub kind: GroupKind,
    /// The least similarity of its pairs, 0…1.
    pub similarity: f64,
    /// The file that stays.
    pub keeper: PlanFile,
    /// Why it is the keeper.
    pub reasons: Vec<String>,
    /// The files that go.
    pub remove: Vec<PlanFile>,
    /// What the keeper takes over from them.
    pub merge: Merge,
}

/// A photo's file as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanFile {
    /// The photo's id.
    pub photo_id: i64,
    /// Where it lies; absolute.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its last change, nanoseconds since 1970 UTC; decimal text in JSON.
    #[serde(with = "decimal")]
    pub mtime_ns: i64,
    /// BLAKE3 of its bytes.
    pub hash: ContentHash,
    /// The sidecars and partners that go along with it.
    pub partners: Vec<Partner>,
}

/// A file that goes along with a photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partner {
    /// Where it lies; absolute.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its last change, nanoseconds since 1970 UTC; decimal text in JSON.
    #[serde(with = "decimal")]
    pub mtime_ns: i64,
    /// BLAKE3 of its bytes.
    pub hash: ContentHash,
}

impl PlanFile {
    /// The photo's own file, without partners.
    #[must_use]
    pub fn itself(&self) -> Partner {
        Partner {
            path: self.path.clone(),
            bytes: self.bytes,
            mtime_ns: self.mtime_ns,
            hash: self.hash,
        }
    }

    /// The photo's own file and its partners.
    #[must_use]
    pub fn with_partners(&self) -> Vec<Partner> {
        let mut all = vec![self.itself()];
        all.extend(self.partners.iter().cloned());
        all
    }
}

impl Partner {
    /// Size and time.
    #[must_use]
    pub fn stamp(&self) -> FileStamp {
        FileStamp {
            bytes: self.bytes,
            mtime_ns: self.mtime_ns,
        }
    }
}

/// What a keeper takes over from the files that go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Merge {
    /// Tags to add.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The rating to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Value>,
    /// The colour label to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Value>,
    /// The caption to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Value>,
    /// Attributes to set, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Map<String, Value>>,
    /// Regions to draw.
    #[serde(default)]
    pub regions: Vec<MergeRegion>,
    /// Regions that go with their copies, since these show the picture in another frame. For people.
    #[serde(default)]
    pub regions_left: u64,
}

/// A region that a keeper takes over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeRegion {
    /// `face`, `pet`, `focus`, `barCode` or `object`.
    pub kind: String,
    /// Who or what it is.
    #[serde(default)]
    pub name: Option<String>,
    /// Left edge, as a fraction of the upright picture like the others.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Merge {
    /// Whether there is nothing to take over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let taken = Self {
            regions_left: 0,
            ..self.clone()
        };
        taken == Self::default()
    }
}

/// A group that has no keeper yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenGroup {
    /// The group's id.
    pub group_id: String,
    /// Its photos.
    pub photo_ids: Vec<i64>,
    /// Why it is open.
    pub reason: String,
}

/// A photo that was left out of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefusedFile {
    /// The photo's id.
    pub photo_id: i64,
    /// Where it lies.
    pub path: PathBuf,
    /// Why it was left out.
    pub reason: String,
}

/// A number of 64 bits as decimal text, since JSON's readers keep 53.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands a reference to what it writes"
    )]
    pub fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_malformed| {
            serde::de::Error::custom("a time is a whole number of nanoseconds, as text")
        })
    }
}
