//! What one source, a file or its sidecar, says of a photo.

use serde::{Deserialize, Serialize};

use super::regions::Frame;

/// What a source says; what it does not say is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Said {
    /// Tag paths: `places/italy/rome`.
    pub keywords: Option<Vec<String>>,
    /// −1 (rejected) … 5.
    pub rating: Option<i32>,
    /// Colour label, as the program names it.
    pub label: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// A name for the picture.
    pub title: Option<String>,
    /// Faces and things on it, as the source has them.
    pub regions: Vec<Region>,
    /// The camera's wall clock as if it were UTC, seconds since 1970.
    pub taken_at: Option<i64>,
    /// Thousandths of a second that follow.
    pub taken_ms: Option<u16>,
    /// Minutes that clock was ahead of UTC.
    pub taken_offset_min: Option<i32>,
    /// Make and model.
    pub camera: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
    /// Metres above the sea.
    pub altitude_m: Option<f64>,
    /// When a program last changed what is said, seconds since 1970, UTC.
    pub said_at: Option<i64>,
}

/// What a region is around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegionKind {
    /// A person's face.
    Face,
    /// An animal.
    Pet,
    /// Where the camera focused.
    Focus,
    /// A bar code.
    BarCode,
    /// Any other thing.
    Object,
}

impl RegionKind {
    /// The word for it in the catalog and on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Pet => "pet",
            Self::Focus => "focus",
            Self::BarCode => "barCode",
            Self::Object => "object",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [
            Self::Face,
            Self::Pet,
            Self::Focus,
            Self::BarCode,
            Self::Object,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// A part of a picture with what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// What it is around.
    pub kind: RegionKind,
    /// Who or what it is.
    pub name: Option<String>,
    /// Left, top, width and height as fractions of `frame`.
    pub area: [f64; 4],
    /// The picture that the fractions are of.
    pub frame: Frame,
}
