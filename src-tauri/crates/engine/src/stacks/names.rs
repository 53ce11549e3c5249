//! What file names tell: which files of a folder cameras, phones and editors write for one shot.
//!
//! The one rule for stacks, for what is no copy of another, and for what goes along with a photo.

/// Endings of RAW files, in lower case.
const RAW: [&str; 27] = [
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "kdc", "mef",
    "mos", "mrw", "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw",
    "x3f",
];

/// Endings of films that phones write beside a photo, in lower case.
const FILMS: [&str; 3] = ["mov", "mp4", "m4v"];

/// Endings of what cameras record with a photo and is no part of its stack, in lower case.
const RECORDED: [&str; 3] = ["avi", "wav", "heics"];

/// Endings of notes on a photo, in lower case, that replace its ending or follow it.
const NOTES: [&str; 6] = ["xmp", "aae", "thm", "json", "pp3", "dop"];

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
        let by_phone = strip_mark(&self.stem, "img_e");
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
        // Panasonic puts the number of the folder before it, Olympus the month and day.
        let number = match number.split_at_checked(3) {
            Some((_, last)) if digits == "p" && last.len() == 4 => last,
            _ => number,
        };
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

/// The folders that a camera filled before and after one, by their names: `101CANON` follows
/// `100CANON`.
///
/// # Source
/// DCF (JEITA CP-3461): a number of 100 to 999, and five free letters.
pub(super) fn neighbours(folder: &str) -> Vec<String> {
    let name = folder.rsplit(['/', '\\']).next().unwrap_or(folder);
    let above = folder.strip_suffix(name).unwrap_or_default();
    let number = name.get(..3).and_then(|digits| digits.parse().ok());
    let (Some(number), Some(free)) = (number, name.get(3..).filter(|free| free.len() == 5)) else {
        return Vec::new();
    };
    let around = [number - 1, number + 1];
    let around = around.iter().filter(|_| (100..1000).contains(&number));
    let around = around.filter(|number: &&i32| (100..1000).contains(*number));
    around
        .map(|number| format!("{above}{number}{free}"))
        .collect()
}

/// How a file belongs to a photo of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    /// It is a note on this file: `a.jpg.xmp`.
    Note,
    /// It is a note on all files of the name: `a.xmp`.
    SharedNote,
    /// It is of the same shot, and what the photo shows comes before it: a RAW file, a film, an edit.
    Part,
}

/// How a file belongs to a photo of its folder; none where it does not.
pub(crate) fn bond(file: &str, photo: &str) -> Option<Bond> {
    let (file, photo) = (file.to_lowercase(), photo.to_lowercase());
    if file == photo {
        return None;
    }
    if let Some((of, ending)) = file.rsplit_once('.')
        && NOTES.contains(&ending)
    {
        return match stem(&photo) {
            _ if of == photo => Some(Bond::Note),
            own if of == own => Some(Bond::SharedNote),
            // iOS keeps the settings of a capture in IMG_O0001.AAE.
            own if strip_mark(of, "img_o").is_some_and(|of| of == own) => Some(Bond::SharedNote),
            _ => None,
        };
    }
    let (file, photo) = (Name::of(&file), Name::of(&photo));
    let is_part = if file.stem == photo.stem {
        let is_recorded = |name: &Name| RECORDED.contains(&&*name.ending);
        !is_recorded(&photo) && (file.part() > photo.part() || is_recorded(&file))
    } else {
        file.originals().any(|original| original == photo.stem)
    };
    is_part.then_some(Bond::Part)
}

/// What the names of all files have in common that may belong to each other.
pub(crate) fn family(file_name: &str) -> String {
    let lower = file_name.to_lowercase();
    let mut first = lower.split('.').next().unwrap_or_default();
    let shorter = |name: &str| {
        EDITED
            .iter()
            .find_map(|added| Some(name.strip_suffix(added)?.len()))
    };
    while let Some(name) = shorter(first).and_then(|length| first.get(..length)) {
        first = name;
    }
    let by_phone = ["img_e", "img_o"]
        .iter()
        .find_map(|mark| strip_mark(first, mark));
    by_phone.unwrap_or_else(|| first.to_owned())
}

/// `img_0001` of `img_e0001`, by the mark that iOS puts in.
fn strip_mark(name: &str, mark: &str) -> Option<String> {
    Some(format!("img_{}", name.strip_prefix(mark)?))
}

/// A name without its last ending.
pub(crate) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
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
    fn what_belongs_to_a_photo_is_told_by_its_name() {
        let check = |file: &str, photo: &str, expect: Option<Bond>| {
            assert_eq!(bond(file, photo), expect, "{file} of {photo}");
            if expect.is_some() {
                assert_eq!(family(file), family(photo), "{file} of {photo}");
                assert_eq!(bond(photo, file), None, "{photo} of {file}");
            }
        };
        check("IMG_1.JPG.xmp", "img_1.jpg", Some(Bond::Note));
        check("img_1.XMP", "IMG_1.jpg", Some(Bond::SharedNote));
        check("IMG_1234.AAE", "IMG_1234.HEIC", Some(Bond::SharedNote));
        check("IMG_O1234.AAE", "IMG_1234.HEIC", Some(Bond::SharedNote));
        check("IMG_E1234.AAE", "IMG_1234.HEIC", None);
        check("IMG_1.NEF", "IMG_1.jpg", Some(Bond::Part));
        check("IMG_1.MOV", "IMG_1.HEIC", Some(Bond::Part));
        check("IMG_1.WAV", "IMG_1.NEF", Some(Bond::Part));
        check("IMG_E1234.JPG", "IMG_1234.HEIC", Some(Bond::Part));
        check("IMG_E1234.MOV", "IMG_1234.HEIC", Some(Bond::Part));
        check("sea-edited-edit.jpg", "sea-edited.jpg", Some(Bond::Part));
        check("my.sea (edited).jpg", "my.sea.jpg", Some(Bond::Part));
        check("IMG_1.jpg", "IMG_1.png", None);
        check("IMG_1.dng", "IMG_1.nef", None);
        check("IMG_10.xmp", "IMG_1.jpg", None);
        check("IMG_1.txt", "IMG_1.jpg", None);
        check("IMG_1.jpg.xmp", "IMG_1.png", None);
    }

    #[test]
    fn the_folders_of_a_card_follow_each_other() {
        assert_eq!(
            neighbours("/sd/DCIM/101CANON"),
            ["/sd/DCIM/100CANON", "/sd/DCIM/102CANON"]
        );
        assert_eq!(neighbours("D:\\DCIM\\100MSDCF"), ["D:\\DCIM\\101MSDCF"]);
        for other in [
            "/photos",
            "/2023",
            "/a/099CANON",
            "/a/100CANONS",
            "/a/+10CANON",
            "",
        ] {
            assert!(neighbours(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_sequence_is_what_a_camera_counts() {
        let sequence = |name: &str| {
            let name = Name::of(name);
            name.sequence().map(|(stem, n)| (stem.to_owned(), n))
        };
        assert_eq!(sequence("DSC_0017.NEF"), Some(("dsc_".into(), 17)));
        assert_eq!(sequence("17.jpg"), Some((String::new(), 17)));
        assert_eq!(sequence("P1000017.RW2"), Some(("p".into(), 17)));
        assert_eq!(sequence("P6179999.ORF"), Some(("p".into(), 9999)));
        assert_eq!(sequence("X1000017.jpg"), None);
        assert_eq!(sequence("PXL_20211013_162127543.jpg"), None);
        assert_eq!(sequence("sea.jpg"), None);
    }
}
