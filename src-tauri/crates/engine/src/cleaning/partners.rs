//! Files that belong to a photo and go where it goes: sidecars always; a RAW file or a movie of the
//! same name only where the photo that stays has an equal one.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::cleanup::hash_file;
use crate::cleanup::plan::Partner;
use crate::io::FileStamp;
use crate::photo;

/// Endings of notes on a picture, in lower case, that replace its ending or follow it.
const NOTES: [&str; 5] = ["xmp", "aae", "thm", "json", "pp3"];

/// Endings of what is shot together with a picture, in lower case: RAW files and movies.
const SHOTS: [&str; 25] = [
    "3fr", "arw", "cr2", "cr3", "dcr", "dng", "erf", "iiq", "mef", "mos", "nef", "nrw", "orf",
    "pef", "raf", "rw2", "srw", "x3f", "raw", "mov", "mp4", "m4v", "avi", "wav", "heics",
];

/// A photo that must not go.
#[derive(Debug, Error)]
#[error("{reason}")]
pub(super) struct Stays {
    /// Why, for the photographer.
    pub(super) reason: String,
}

/// What lies beside a photo and belongs to it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Sidecars.
    notes: Vec<PathBuf>,
    /// RAW files and movies of the same name.
    shots: Vec<PathBuf>,
}

/// Looks into folders once.
#[derive(Default)]
pub(super) struct Folders {
    /// Names of a folder by their part before the first ending, in lower case.
    seen: HashMap<PathBuf, HashMap<String, Vec<OsString>>>,
}

impl Folders {
    /// Finds what belongs to a photo.
    fn beside(&mut self, photo: &Path) -> io::Result<Beside> {
        let (Some(folder), Some(name)) = (photo.parent(), photo.file_name()) else {
            return Ok(Beside::default());
        };
        let names = match self.seen.get(folder) {
            Some(names) => names,
            None => {
                let listed = list(folder)?;
                self.seen.entry(folder.to_owned()).or_insert(listed)
            }
        };
        let own = lower(name);
        let stem = stem(&own).to_owned();
        let mut beside = Beside::default();
        let mut is_shared = false;
        let mut by_stem = Vec::new();
        for other in names.get(first_part(&own)).into_iter().flatten() {
            let lower = lower(other);
            if lower == own {
                continue;
            }
            let path = folder.join(other);
            if is_note_of(&lower, &own) {
                beside.notes.push(path);
            } else if is_note_of(&lower, &stem) {
                by_stem.push(path);
            } else if stem == self::stem(&lower) && ending(&lower).is_some_and(is_shot) {
                beside.shots.push(path);
            } else if stem == self::stem(&lower) && photo::is_candidate(&path) {
                is_shared = true;
            }
        }
        // IMG_1.xmp beside IMG_1.jpg and IMG_1.png belongs to both, and stays with the other.
        if !is_shared {
            beside.notes.extend(by_stem);
        }
        Ok(beside)
    }

    /// The files that go along with a photo.
    ///
    /// # Errors
    /// [`Stays`] where the photo must not go.
    pub(super) fn of(&mut self, photo: &Path, keeper: &Path) -> Result<Vec<Partner>, Stays> {
        let unreadable = |path: &Path, error: &io::Error| {
            let reason = crate::io::plain_reason(error);
            Stays {
                reason: format!("{} cannot be read: {reason}", crate::io::shown(path)),
            }
        };
        let own = self
            .beside(photo)
            .map_err(|error| unreadable(photo, &error))?;
        let mut partners = Vec::new();
        for note in &own.notes {
            partners.push(partner(note).map_err(|error| unreadable(note, &error))?);
        }
        if own.shots.is_empty() {
            return Ok(partners);
        }
        let kept = self
            .beside(keeper)
            .map_err(|error| unreadable(keeper, &error))?;
        let mut equals = Vec::new();
        for shot in kept.shots.iter().filter(|shot| !own.shots.contains(shot)) {
            equals.push(partner(shot).map_err(|error| unreadable(shot, &error))?);
        }
        for shot in &own.shots {
            let partner = partner(shot).map_err(|error| unreadable(shot, &error))?;
            if !equals.iter().any(|equal| equal.hash == partner.hash) {
                let name = shot.file_name().map(Path::new).map(crate::io::shown);
                return Err(Stays {
                    reason: format!(
                        "{} belongs to it, and the photo that stays has no equal one",
                        name.unwrap_or_default()
                    ),
                });
            }
            partners.push(partner);
        }
        Ok(partners)
    }
}

fn list(folder: &Path) -> io::Result<HashMap<String, Vec<OsString>>> {
    let mut names: HashMap<String, Vec<OsString>> = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name();
            names
                .entry(first_part(&lower(&name)).to_owned())
                .or_default()
                .push(name);
        }
    }
    Ok(names)
}

fn partner(path: &Path) -> io::Result<Partner> {
    let stamp = FileStamp::of(&fs::metadata(path)?);
    Ok(Partner {
        path: path.to_owned(),
        bytes: stamp.bytes,
        mtime_ns: stamp.mtime_ns,
        hash: hash_file(path)?,
    })
}

fn lower(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().to_lowercase()
}

/// Whether a name is another one with the ending of a note behind it.
fn is_note_of(name: &str, of: &str) -> bool {
    let rest = name
        .strip_prefix(of)
        .and_then(|rest| rest.strip_prefix('.'));
    rest.is_some_and(|ending| NOTES.contains(&ending))
}

fn is_shot(ending: &str) -> bool {
    SHOTS.contains(&ending)
}

fn ending(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending)
}

/// A name without its last ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A name up to its first ending: the same for all that may belong together.
fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files with their own names in them, and the partners of a photo.
    fn partners(files: &[(&str, &str)], photo: &str, keeper: &str) -> Result<Vec<String>, Stays> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let found =
            Folders::default().of(&folder.path().join(photo), &folder.path().join(keeper))?;
        let mut names: Vec<String> = found
            .iter()
            .map(|one| {
                one.path
                    .strip_prefix(folder.path())
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        names.sort();
        Ok(names)
    }

    #[test]
    fn sidecars_go_along_by_either_name_and_in_any_case() {
        let files = [
            ("a/IMG_1.jpg", "p"),
            ("a/IMG_1.JPG.xmp", "1"),
            ("a/img_1.XMP", "2"),
            ("a/IMG_1.jpg.json", "3"),
            ("a/IMG_10.xmp", "another's"),
            ("a/IMG_1.txt", "no sidecar"),
            ("b/k.jpg", "p"),
        ];
        let found = partners(&files, "a/IMG_1.jpg", "b/k.jpg").unwrap();
        assert_eq!(
            found,
            ["a/IMG_1.JPG.xmp", "a/IMG_1.jpg.json", "a/img_1.XMP"]
        );
    }

    #[test]
    fn a_sidecar_of_two_photos_stays() {
        let files = [
            ("a/IMG_1.jpg", "p"),
            ("a/IMG_1.png", "q"),
            ("a/IMG_1.xmp", "of both"),
            ("a/IMG_1.jpg.xmp", "of the one"),
            ("b/k.jpg", "p"),
        ];
        assert_eq!(
            partners(&files, "a/IMG_1.jpg", "b/k.jpg").unwrap(),
            ["a/IMG_1.jpg.xmp"]
        );
    }

    #[test]
    fn a_raw_file_goes_only_where_an_equal_one_stays() {
        let mut files = vec![
            ("a/IMG_1.jpg", "p"),
            ("a/IMG_1.NEF", "raw"),
            ("b/k.jpg", "p"),
            ("b/k.nef", "another raw"),
        ];
        let refused = partners(&files, "a/IMG_1.jpg", "b/k.jpg")
            .unwrap_err()
            .reason;
        assert!(refused.starts_with("IMG_1.NEF belongs to it"), "{refused}");
        files[3].1 = "raw";
        assert_eq!(
            partners(&files, "a/IMG_1.jpg", "b/k.jpg").unwrap(),
            ["a/IMG_1.NEF"]
        );
    }

    #[test]
    fn a_partner_of_the_photo_itself_is_no_equal_one() {
        // Keeper and photo share folder and name but for the ending.
        let files = [("a/x.jpg", "p"), ("a/x.jpeg", "p"), ("a/x.nef", "raw")];
        assert!(partners(&files, "a/x.jpg", "a/x.jpeg").is_err());
    }
}
