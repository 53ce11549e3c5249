//! Which sidecar belongs to a photo, and where one is written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::io::FileStamp;

/// The sidecars of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidecars {
    /// `IMG_1.CR3.xmp`, as darktable and digiKam name it.
    pub whole: Option<PathBuf>,
    /// `IMG_1.xmp`, as Adobe names it.
    pub stem: Option<PathBuf>,
    /// Another file shares the photo's stem: `IMG_1.JPG` beside `IMG_1.CR3`.
    pub is_stem_shared: bool,
}

impl Sidecars {
    /// The one that speaks for the photo: the whole name is only its own.
    #[must_use]
    pub fn chosen(&self) -> Option<&Path> {
        self.whole.as_deref().or(self.stem.as_deref())
    }
}

/// Whether a file is named as a sidecar.
#[must_use]
pub fn is_sidecar(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xmp"))
}

/// Looks beside a photo for its sidecars, in any case of their names.
#[must_use]
pub fn find(photo: &Path) -> Sidecars {
    let mut found = Sidecars::default();
    let (Some(folder), Some(name), Some(stem)) =
        (photo.parent(), photo.file_name(), photo.file_stem())
    else {
        return found;
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    let lower = |name: &std::ffi::OsStr| name.to_string_lossy().to_lowercase();
    let (name, stem) = (lower(name), lower(stem));
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(own_stem) = path.file_stem().map(lower) else {
            continue;
        };
        if is_sidecar(&path) {
            if own_stem == name {
                found.whole = Some(path);
            } else if own_stem == stem {
                found.stem = Some(path);
            }
        } else if own_stem == stem && path.file_name().map(lower).as_ref() != Some(&name) {
            found.is_stem_shared |= may_be_photo(&path);
        }
    }
    found
}

/// A number that changes with the sidecar; 0 stands for none.
#[must_use]
pub fn stamp(chosen: Option<FileStamp>) -> i64 {
    let Some(stamp) = chosen else { return 0 };
    let mix = stamp.mtime_ns ^ i64::from_ne_bytes(stamp.bytes.rotate_left(40).to_ne_bytes());
    if mix == 0 { 1 } else { mix }
}

/// The sidecar that is written: the one that is there, else the name that most programs read.
///
/// A RAW file's is `name.xmp`; where several files share the stem, and beside a JPEG, it is
/// `name.ext.xmp`, so that it speaks for one file only.
#[must_use]
pub fn target(photo: &Path, sidecars: &Sidecars, is_raw: bool) -> PathBuf {
    if let Some(whole) = &sidecars.whole {
        return whole.clone();
    }
    match &sidecars.stem {
        Some(stem) if is_raw || !sidecars.is_stem_shared => stem.clone(),
        None if is_raw && !sidecars.is_stem_shared => photo.with_extension("xmp"),
        _ => {
            let mut name = photo.as_os_str().to_owned();
            name.push(".xmp");
            PathBuf::from(name)
        }
    }
}

/// Files of programs lie beside photos as well.
fn may_be_photo(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    !matches!(
        ending.as_deref(),
        None | Some("xmp" | "aae" | "txt" | "json" | "pp3" | "dop" | "thm" | "wav" | "mov" | "mp4")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        folder
    }

    #[test]
    fn both_names_are_found_in_any_case_and_the_whole_one_wins() {
        let check = |names: &[&str], expect: Option<&str>| {
            let folder = folder(names);
            let found = find(&folder.path().join("IMG_1.CR3"));
            let chosen = found.chosen().and_then(Path::file_name);
            assert_eq!(chosen.and_then(|n| n.to_str()), expect, "{names:?}");
        };
        check(&["IMG_1.CR3", "IMG_1.xmp"], Some("IMG_1.xmp"));
        check(&["IMG_1.CR3", "img_1.XMP"], Some("img_1.XMP"));
        check(
            &["IMG_1.CR3", "IMG_1.cr3.XmP", "IMG_1.xmp"],
            Some("IMG_1.cr3.XmP"),
        );
        check(
            &["IMG_1.CR3", "IMG_10.xmp", "IMG_1.JPG.xmp", "IMG_1.txt"],
            None,
        );
    }

    #[test]
    fn a_new_sidecar_speaks_for_one_file_only() {
        let check = |names: &[&str], photo: &str, is_raw: bool, expect: &str| {
            let folder = folder(names);
            let photo = folder.path().join(photo);
            let name = target(&photo, &find(&photo), is_raw);
            assert_eq!(name.file_name().unwrap(), expect, "{names:?}");
        };
        check(&["a.CR3"], "a.CR3", true, "a.xmp");
        check(&["a.jpg"], "a.jpg", false, "a.jpg.xmp");
        check(&["a.jpg", "a.xmp"], "a.jpg", false, "a.xmp");
        check(&["a.CR3", "a.JPG"], "a.CR3", true, "a.CR3.xmp");
        check(&["a.CR3", "a.JPG", "a.xmp"], "a.CR3", true, "a.xmp");
        check(&["a.CR3", "a.JPG", "a.xmp"], "a.JPG", false, "a.JPG.xmp");
        check(&["a.CR3", "a.cr3.xmp", "a.xmp"], "a.CR3", true, "a.cr3.xmp");
    }
}
