//! What file names tell: which files of a folder cameras, phones and editors write for one shot.
//!
//! The one rule for stacks and for what is no copy of another.

/// Endings of RAW files, in lower case.
const RAW: [&str; 20] = [
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "iiq", "kdc", "mef", "mos", "nef",
    "nrw", "orf", "pef", "raf", "rw2", "srw", "x3f",
];

/// Endings of films that phones write beside a photo, in lower case.
const FILMS: [&str; 3] = ["mov", "mp4", "m4v"];

/// What editors put behind the name of the photo they edited, in lower case.
///
/// Lightroom, Google Photos and Windows Photos write these.
const EDITED: [&str; 5] = ["-edit", "-edited", "_edited", " (edited)", "_edit"];

/// What Pixel phones put behind the name of a shot that they write in several files, in lower case.
const PARTS: [&str; 4] = [
    ".raw-01.mp.cover",
    ".raw-01.cover",
    ".raw-02.original",
    ".mp",
];

/// What a file of a shot is; the first stands for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Picture,
    Raw,
    /// The film of a live photo.
    Film,
}

/// A file's name as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name of the shot, in lower case.
    pub(crate) stem: String,
    /// Without the dot, in lower case.
    pub(crate) ending: String,
}

impl Name {
    /// Reads a name.
    pub(crate) fn of(file_name: &str) -> Self {
        let lower = file_name.to_lowercase();
        let (stem, ending) = match lower.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, ending),
            _ => (lower.as_str(), ""),
        };
        let shot = PARTS.iter().find_map(|part| stem.strip_suffix(part));
        Self {
            stem: shot.filter(|shot| !shot.is_empty()).unwrap_or(stem).into(),
            ending: ending.into(),
        }
    }

    /// What the file is, by its name.
    pub(crate) fn part(&self) -> Part {
        match self.ending.as_str() {
            ending if RAW.contains(&ending) => Part::Raw,
            ending if FILMS.contains(&ending) => Part::Film,
            _ => Part::Picture,
        }
    }

    /// The names of shots that this may be the edited version of.
    pub(crate) fn originals(&self) -> impl Iterator<Item = String> + '_ {
        // iOS writes IMG_E0001 beside IMG_0001.
        let by_phone = self.stem.strip_prefix("img_e");
        let by_phone = by_phone.map(|number| format!("img_{number}"));
        let by_editor = EDITED.iter().filter_map(|added| {
            let original = self.stem.strip_suffix(added)?;
            (!original.is_empty()).then(|| original.to_owned())
        });
        by_phone.into_iter().chain(by_editor)
    }

    /// The name without the number at its end, and that number: `dsc_` and 17 of `dsc_0017`.
    pub(super) fn sequence(&self) -> Option<(&str, u32)> {
        let digits = self.stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = self.stem.get(digits.len()..)?;
        // Longer ones are dates and times.
        (1..=6).contains(&number.len()).then_some(())?;
        Some((digits, number.parse().ok()?))
    }
}

/// Whether two files of a folder are one shot.
pub(crate) fn are_one_shot(a: &Name, b: &Name) -> bool {
    if a.stem == b.stem {
        return a.part() != b.part();
    }
    a.originals().any(|original| original == b.stem)
        || b.originals().any(|original| original == a.stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_one_shot_are_told_by_their_names() {
        let one = |a: &str, b: &str| {
            let (a, b) = (Name::of(a), Name::of(b));
            assert_eq!(are_one_shot(&a, &b), are_one_shot(&b, &a));
            are_one_shot(&a, &b)
        };
        assert!(one("IMG_1234.CR2", "img_1234.jpg"));
        assert!(one("IMG_1234.CR3", "IMG_1234.HEIC"));
        assert!(one("IMG_1234.HEIC", "IMG_E1234.JPG"));
        assert!(one("IMG_1234.HEIC", "IMG_1234.MOV"), "a live photo");
        assert!(!one("IMG_1234.MOV", "IMG_1234.MP4"));
        assert!(one("sea.jpg", "sea-edited.jpg"));
        assert!(one("sea.dng", "Sea-Edit.TIF"));
        assert!(one(
            "PXL_20211013_162127543.RAW-01.MP.COVER.jpg",
            "PXL_20211013_162127543.RAW-02.ORIGINAL.dng"
        ));
        assert!(!one("sea.jpg", "sea.png"), "one may be made of the other");
        assert!(!one("sea.cr2", "sea.dng"));
        assert!(!one("sea.jpg", "sea (1).jpg"));
        assert!(!one("sea.jpg", "seaside.jpg"));
        assert!(!one("a.nef", "b.jpg"));
        assert!(!one("IMG_0001.JPG", "IMG_E0002.JPG"));
        assert!(!one("-edit.jpg", ".jpg"));
    }

    #[test]
    fn a_sequence_is_what_a_camera_counts() {
        let sequence = |name: &str| {
            let name = Name::of(name);
            name.sequence().map(|(stem, n)| (stem.to_owned(), n))
        };
        assert_eq!(sequence("DSC_0017.NEF"), Some(("dsc_".into(), 17)));
        assert_eq!(sequence("17.jpg"), Some((String::new(), 17)));
        assert_eq!(sequence("PXL_20211013_162127543.jpg"), None);
        assert_eq!(sequence("sea.jpg"), None);
    }
}
