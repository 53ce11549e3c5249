//! The fields a filter can name: their kinds, names and the name nearest to a mistyped one.

use super::{MAX_NAME_CHARS, Op};

/// What a term looks at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Tag paths such as `places/italy/rome`.
    Tags,
    /// Stars.
    Rating,
    /// Colour label.
    Label,
    /// When it was taken, by the camera's wall clock.
    TakenAt,
    /// The year it was taken in.
    Year,
    /// Maker and model of the camera.
    Camera,
    /// Name of the lens.
    Lens,
    /// Sensitivity.
    Iso,
    /// f-number.
    Aperture,
    /// Exposure time, seconds.
    ShutterS,
    /// Focal length, millimetres.
    FocalMm,
    /// How long a film is, seconds.
    DurationS,
    /// Upright width, pixels.
    Width,
    /// Upright height, pixels.
    Height,
    /// Width × height / 1,000,000.
    Megapixels,
    /// `portrait`, `landscape` or `square`.
    Orientation,
    /// `jpeg`, `png`, `webp`, `tiff`, `gif`, `bmp`.
    Format,
    /// Size of the file, bytes.
    Bytes,
    /// Whole path.
    Path,
    /// Whole folder.
    Folder,
    /// Name of the file with its ending.
    FileName,
    /// Name of the library.
    Library,
    /// Has a place on the earth.
    HasGps,
    /// Lies inside a circle on the earth.
    Near,
    /// How unlike every other photo it is, 0 … 1.
    Uniqueness,
    /// Its file could not be read when last tried.
    Faulty,
    /// Its disk was not there when last looked for.
    Offline,
    /// Any other attribute, by its exact name.
    Attribute(String),
}

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number; `Unit` says how a person writes it.
    Number(Unit),
    /// A text; the op is what a plain `:` means.
    Text(Op),
    Date,
    Flag,
    Tags,
    Near,
    /// Whatever the attribute holds.
    Free,
}

/// How a number may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Plain,
    /// Plain, and counted by the calendar.
    Year,
    /// `5MB`, `300kB`, `2GiB`.
    Bytes,
    /// `2.8`, `f2.8`, `f/2.8`.
    FNumber,
    /// `1/250`, `0.5s`.
    Seconds,
    /// `35`, `35mm`.
    Millimetres,
    /// `24`, `24mp`.
    Megapixels,
}

impl Unit {
    /// Half the width, relative, inside which two numbers count as equal.
    ///
    /// Cameras write 2.8 as 2.79999 and 1/250 as 0.00400002; a tenth of a percent is far below a
    /// third of a stop (26 % of exposure time, 12 % of f-number).
    pub(crate) fn tolerance(self) -> f64 {
        match self {
            Self::FNumber | Self::Seconds | Self::Millimetres => 0.001,
            Self::Plain | Self::Year | Self::Bytes | Self::Megapixels => 0.0,
        }
    }
}

struct Entry {
    field: Field,
    kind: Kind,
    /// The name in structured filters.
    name: &'static str,
    /// The names a person may type, the usual one first.
    typed: &'static [&'static str],
}

const fn entry(
    field: Field,
    kind: Kind,
    name: &'static str,
    typed: &'static [&'static str],
) -> Entry {
    Entry {
        field,
        kind,
        name,
        typed,
    }
}

const HAS: Kind = Kind::Text(Op::Contains);
const IS: Kind = Kind::Text(Op::Eq);

static FIELDS: [Entry; 27] = [
    entry(Field::Tags, Kind::Tags, "tags", &["tag", "tags", "keyword"]),
    entry(
        Field::Rating,
        Kind::Number(Unit::Plain),
        "rating",
        &["rating", "stars"],
    ),
    entry(Field::Label, IS, "label", &["label"]),
    entry(
        Field::TakenAt,
        Kind::Date,
        "taken_at",
        &["date", "taken", "taken_at"],
    ),
    entry(Field::Year, Kind::Number(Unit::Year), "year", &["year"]),
    entry(Field::Camera, HAS, "camera", &["camera"]),
    entry(Field::Lens, HAS, "lens", &["lens"]),
    entry(Field::Iso, Kind::Number(Unit::Plain), "iso", &["iso"]),
    entry(
        Field::Aperture,
        Kind::Number(Unit::FNumber),
        "aperture",
        &["aperture", "f"],
    ),
    entry(
        Field::ShutterS,
        Kind::Number(Unit::Seconds),
        "shutter_s",
        &["shutter", "shutter_s", "exposure"],
    ),
    entry(
        Field::FocalMm,
        Kind::Number(Unit::Millimetres),
        "focal_mm",
        &["focal", "focal_mm"],
    ),
    entry(
        Field::DurationS,
        Kind::Number(Unit::Seconds),
        "duration_s",
        &["duration", "duration_s"],
    ),
    entry(Field::Width, Kind::Number(Unit::Plain), "width", &["width"]),
    entry(
        Field::Height,
        Kind::Number(Unit::Plain),
        "height",
        &["height"],
    ),
    entry(
        Field::Megapixels,
        Kind::Number(Unit::Megapixels),
        "megapixels",
        &["megapixels", "mp"],
    ),
    entry(Field::Orientation, IS, "orientation", &["orientation"]),
    entry(Field::Format, IS, "format", &["format", "type"]),
    entry(
        Field::Bytes,
        Kind::Number(Unit::Bytes),
        "bytes",
        &["size", "bytes"],
    ),
    entry(Field::Path, HAS, "path", &["path"]),
    entry(Field::Folder, HAS, "folder", &["folder"]),
    entry(
        Field::FileName,
        HAS,
        "file_name",
        &["name", "file_name", "filename"],
    ),
    entry(Field::Library, IS, "library", &["library"]),
    entry(Field::HasGps, Kind::Flag, "has_gps", &["has_gps", "gps"]),
    entry(Field::Near, Kind::Near, "near", &["near"]),
    entry(
        Field::Uniqueness,
        Kind::Number(Unit::Plain),
        "uniqueness",
        &["uniqueness", "unique"],
    ),
    entry(Field::Faulty, Kind::Flag, "faulty", &["faulty"]),
    entry(Field::Offline, Kind::Flag, "offline", &["offline"]),
];

/// Names that stand before a colon and are no field: `is:offline`, `has:gps`, `no:rating`.
pub(crate) const QUESTIONS: [&str; 3] = ["is", "has", "no"];

/// What an attribute's name is written after: `attr.price>=200`.
pub(crate) const ATTRIBUTE_PREFIX: &str = "attr.";

impl Field {
    /// Every known field with the names that a person may type, the usual one first.
    pub fn known() -> impl Iterator<Item = (Self, &'static [&'static str])> {
        FIELDS
            .iter()
            .map(|entry| (entry.field.clone(), entry.typed))
    }

    /// Finds the field a person names so, in any case.
    #[must_use]
    pub fn from_typed(name: &str) -> Option<Self> {
        if let Some((prefix, rest)) = name.split_at_checked(ATTRIBUTE_PREFIX.len())
            && prefix.eq_ignore_ascii_case(ATTRIBUTE_PREFIX)
            && !rest.is_empty()
        {
            return Some(Self::Attribute(rest.to_owned()));
        }
        let known = |entry: &&Entry| entry.typed.iter().any(|n| n.eq_ignore_ascii_case(name));
        FIELDS.iter().find(known).map(|entry| entry.field.clone())
    }

    /// Finds the field that JSON names so: a known name, exactly, else an attribute's.
    ///
    /// `attr.rating` is the attribute called `rating`, which the field would hide.
    pub(crate) fn from_json(name: &str) -> Self {
        if let Some(attribute) = name.strip_prefix(ATTRIBUTE_PREFIX) {
            return Self::Attribute(attribute.to_owned());
        }
        let known = FIELDS.iter().find(|entry| entry.name == name);
        known.map_or_else(|| Self::Attribute(name.to_owned()), |e| e.field.clone())
    }

    /// The name that [`Field::from_json`] finds it by.
    pub(crate) fn json_name(&self) -> String {
        let hidden = |name: &str| {
            name.starts_with(ATTRIBUTE_PREFIX) || FIELDS.iter().any(|entry| entry.name == name)
        };
        match self {
            Self::Attribute(name) if hidden(name) => format!("{ATTRIBUTE_PREFIX}{name}"),
            other => other.name().to_owned(),
        }
    }

    /// The name in structured filters: `taken_at`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Attribute(name) => name,
            known => known.entry().map_or("", |entry| entry.name),
        }
    }

    /// The name a person types: `date`. An attribute's is its own, without `attr.`.
    #[must_use]
    pub fn typed_name(&self) -> &str {
        match self {
            Self::Attribute(name) => name,
            known => known
                .entry()
                .and_then(|entry| entry.typed.first())
                .unwrap_or(&""),
        }
    }

    /// Whether its name is there, and no longer than a name may be.
    pub(crate) fn is_nameable(&self) -> bool {
        !self.name().is_empty() && self.name().chars().nth(MAX_NAME_CHARS).is_none()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.entry().map_or(Kind::Free, |entry| entry.kind)
    }

    /// Whether a photo can be without it.
    #[must_use]
    pub fn can_be_missing(&self) -> bool {
        matches!(
            self,
            Self::Tags
                | Self::Rating
                | Self::Label
                | Self::TakenAt
                | Self::Year
                | Self::Camera
                | Self::Lens
                | Self::Iso
                | Self::Aperture
                | Self::ShutterS
                | Self::FocalMm
                | Self::DurationS
                | Self::Near
                | Self::Uniqueness
                | Self::Attribute(_)
        )
    }

    fn entry(&self) -> Option<&'static Entry> {
        FIELDS.iter().find(|entry| entry.field == *self)
    }
}

/// Finds the field of a name that may be written `attr."my name"`.
pub(crate) fn find_typed(name: &str) -> Option<Field> {
    let quoted = name
        .split_at_checked(ATTRIBUTE_PREFIX.len())
        .filter(|(prefix, _)| prefix.eq_ignore_ascii_case(ATTRIBUTE_PREFIX))
        .and_then(|(_, rest)| rest.strip_prefix('"'));
    match quoted.map(|rest| rest.strip_suffix('"')) {
        None => Field::from_typed(name),
        Some(None | Some("")) => None,
        Some(Some(attribute)) => Some(Field::Attribute(attribute.replace("\"\"", "\""))),
    }
}

/// The typed name nearest to a mistyped one, where one is near enough to be meant.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    let wanted: Vec<char> = name.chars().take(40).flat_map(char::to_lowercase).collect();
    let names = FIELDS
        .iter()
        .flat_map(|entry| entry.typed)
        .chain(&QUESTIONS);
    let enough = (wanted.len() / 2).clamp(1, 3);
    names
        .map(|known| (distance(&wanted, known), *known))
        .filter(|(far, known)| *far <= enough && *far < known.len())
        .min_by_key(|(far, _)| *far)
        .map(|(_, known)| known)
}

/// Letters to insert, drop, replace or swap with their neighbour.
///
/// # Source
/// Damerau 1964, "A technique for computer detection and correction of spelling errors", in the
/// form that never edits a letter twice (optimal string alignment).
fn distance(wanted: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=known.len()).collect();
    let mut previous_letter = None;
    for (i, &a) in wanted.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in known.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (get(&last, j) + usize::from(a != b))
                .min(get(&last, j + 1) + 1)
                .min(get(&row, j) + 1);
            let swapped = j > 0 && previous_letter == Some(b) && known.get(j - 1) == Some(&a);
            if swapped {
                best = best.min(get(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
        previous_letter = Some(a);
    }
    last.last().copied().unwrap_or(0)
}
