//! Files that belong to a photo and go where it goes: notes on it always; what else is of its shot, and
//! what was stacked below it by hand, only where the photo that stays has an equal one.
//!
//! Which files belong to a photo is told by `stacks/names.rs`; what belongs to another photo as well
//! stays with that one.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::cleanup::hash_file;
use crate::cleanup::plan::Partner;
use crate::io::FileStamp;
use crate::photo;
use crate::stacks::names::{self, Bond};

/// A photo that must not go.
#[derive(Debug, Error)]
#[error("{reason}")]
pub(super) struct Stays {
    /// Why, for the photographer.
    pub(super) reason: String,
}

/// A photo, and the photos below it in a stack that a person made.
#[derive(Clone, Copy)]
pub(super) struct Shot<'a> {
    /// Its file.
    pub(super) file: &'a Path,
    /// Theirs.
    pub(super) below: &'a [PathBuf],
}

/// What lies beside a photo and belongs to it alone.
#[derive(Debug, Default)]
struct Beside {
    /// Notes on it and on its parts.
    notes: Vec<PathBuf>,
    /// RAW files, films and edits.
    parts: Vec<PathBuf>,
}

/// Looks into folders once.
#[derive(Default)]
pub(super) struct Folders {
    /// Names of a folder by their family.
    seen: HashMap<PathBuf, HashMap<String, Vec<OsString>>>,
}

impl Folders {
    /// Finds what belongs to a photo by its name.
    fn beside(&mut self, photo: &Path) -> Result<Beside, Stays> {
        let (Some(folder), Some(name)) = (photo.parent(), photo.file_name()) else {
            return Ok(Beside::default());
        };
        let names = match self.seen.get(folder) {
            Some(names) => names,
            None => {
                let listed = list(folder).map_err(|error| unreadable(photo, &error))?;
                self.seen.entry(folder.to_owned()).or_insert(listed)
            }
        };
        let own = name.to_string_lossy().into_owned();
        let family = names.get(&names::family(&own)).into_iter().flatten();
        let mut others: Vec<(String, PathBuf)> = family
            .map(|other| (other.to_string_lossy().into_owned(), folder.join(other)))
            .collect();
        others.retain(|(other, path)| *other != own && path != photo);
        Ok(belonging(own, others))
    }

    /// The files that go along with a photo. `is_copy`: both have the same bytes, so that what was
    /// stacked with the one by hand is stacked with the other.
    ///
    /// # Errors
    /// [`Stays`] where the photo must not go.
    pub(super) fn of(
        &mut self,
        photo: Shot<'_>,
        keeper: Shot<'_>,
        is_copy: bool,
    ) -> Result<Vec<Partner>, Stays> {
        let own = self.beside(photo.file)?;
        let kept = self.beside(keeper.file)?;
        let stays: HashSet<&PathBuf> = kept.notes.iter().chain(&kept.parts).collect();
        let is_free = |path: &&PathBuf| !stays.contains(path) && path.as_path() != keeper.file;
        let parts: Vec<&PathBuf> = own.parts.iter().filter(is_free).collect();
        let by_hand = photo.below.iter().filter(|path| !own.parts.contains(path));
        let by_hand: Vec<&PathBuf> = by_hand.filter(is_free).collect();
        let mut partners = Vec::new();
        for note in own.notes.iter().filter(is_free) {
            partners.push(partner(note)?);
        }
        if parts.is_empty() && by_hand.is_empty() {
            return Ok(partners);
        }
        let mut equals = Vec::new();
        let others = kept.parts.iter().chain(keeper.below);
        for other in others.filter(|path| !parts.contains(path) && !by_hand.contains(path)) {
            equals.push(partner(other)?.hash);
        }
        for part in parts {
            let partner = partner(part)?;
            if !equals.contains(&partner.hash) {
                return Err(no_equal(part));
            }
            partners.push(partner);
        }
        for below in by_hand {
            let partner = partner(below)?;
            if equals.contains(&partner.hash) {
                partners.push(partner);
                for note in self.beside(below)?.notes {
                    partners.push(self::partner(&note)?);
                }
            } else if !is_copy {
                return Err(no_equal(below));
            }
        }
        let mut seen = HashSet::new();
        partners.retain(|partner| seen.insert(partner.path.clone()));
        Ok(partners)
    }
}

/// What of the other files of a family belongs to a photo alone.
fn belonging(own: String, others: Vec<(String, PathBuf)>) -> Beside {
    let mut shot = vec![own];
    let mut parts = Vec::new();
    let mut rest = others;
    loop {
        let is_part = |(name, _): &mut (String, PathBuf)| {
            shot.iter()
                .any(|of| names::bond(name, of) == Some(Bond::Part))
        };
        let found: Vec<(String, PathBuf)> = rest.extract_if(.., is_part).collect();
        if found.is_empty() {
            break;
        }
        shot.extend(found.iter().map(|(name, _)| name.clone()));
        parts.extend(found);
    }
    let pictures: Vec<&String> = rest
        .iter()
        .filter(|(_, path)| photo::is_candidate(path))
        .map(|(name, _)| name)
        .collect();
    let is_shared = |name: &str, bond: Bond| {
        pictures
            .iter()
            .any(|of| names::bond(name, of) == Some(bond))
    };
    parts.retain(|(name, _)| !is_shared(name, Bond::Part));
    shot.truncate(1);
    shot.extend(parts.iter().map(|(name, _)| name.clone()));
    let is_note = |name: &str| {
        let bonds = shot.iter().filter_map(|of| names::bond(name, of));
        let mut notes = bonds.filter(|bond| *bond != Bond::Part);
        // IMG_1.xmp beside IMG_1.jpg and IMG_1.png belongs to both, and stays with the other.
        notes.any(|bond| bond == Bond::Note || !is_shared(name, bond))
    };
    let notes = rest.iter().filter(|(name, _)| is_note(name));
    Beside {
        notes: notes.map(|(_, path)| path.clone()).collect(),
        parts: parts.into_iter().map(|(_, path)| path).collect(),
    }
}

fn no_equal(part: &Path) -> Stays {
    Stays {
        reason: format!(
            "{} belongs to it, and the photo that stays has no equal one",
            name_of(part)
        ),
    }
}

/// A file's name as it is shown.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().map(Path::new);
    name.map(crate::io::shown).unwrap_or_default()
}

fn unreadable(path: &Path, error: &io::Error) -> Stays {
    let reason = crate::io::plain_reason(error);
    Stays {
        reason: format!("{} cannot be read: {reason}", crate::io::shown(path)),
    }
}

fn list(folder: &Path) -> io::Result<HashMap<String, Vec<OsString>>> {
    let mut names: HashMap<String, Vec<OsString>> = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name();
            names
                .entry(names::family(&name.to_string_lossy()))
                .or_default()
                .push(name);
        }
    }
    Ok(names)
}

fn partner(path: &Path) -> Result<Partner, Stays> {
    let read = || {
        let stamp = FileStamp::of(&fs::metadata(path)?);
        Ok(Partner {
            path: path.to_owned(),
            bytes: stamp.bytes,
            mtime_ns: stamp.mtime_ns,
            hash: hash_file(path)?,
        })
    };
    read().map_err(|error| unreadable(path, &error))
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
        let shot = |name: &str| folder.path().join(name);
        let (photo, keeper) = (shot(photo), shot(keeper));
        let alone = |file| Shot { file, below: &[] };
        let found = Folders::default().of(alone(&photo), alone(&keeper), true)?;
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
    fn what_belongs_to_another_photo_as_well_stays_with_it() {
        let files = [
            ("a/x.jpg", "p"),
            ("a/x.jpeg", "p"),
            ("a/x.nef", "raw"),
            ("b/k.jpg", "p"),
        ];
        let none: [String; 0] = [];
        assert_eq!(partners(&files, "a/x.jpg", "a/x.jpeg").unwrap(), none);
        assert_eq!(partners(&files, "a/x.jpg", "b/k.jpg").unwrap(), none);
    }

    #[test]
    fn an_edit_goes_with_its_original_where_an_equal_one_stays() {
        let mut files = vec![
            ("a/IMG_1234.HEIC", "p"),
            ("a/IMG_1234.MOV", "film"),
            ("a/IMG_1234.AAE", "settings"),
            ("a/IMG_E1234.JPG", "edit"),
            ("a/IMG_E1234.JPG.xmp", "of the edit"),
            ("a/IMG_E1235.JPG", "another's"),
            ("b/k.HEIC", "p"),
            ("b/k.mov", "film"),
        ];
        let refused = partners(&files, "a/IMG_1234.HEIC", "b/k.HEIC");
        let reason = refused.unwrap_err().reason;
        assert!(
            reason.starts_with("IMG_E1234.JPG belongs to it"),
            "{reason}"
        );
        files.push(("b/k-edit.jpg", "edit"));
        assert_eq!(
            partners(&files, "a/IMG_1234.HEIC", "b/k.HEIC").unwrap(),
            [
                "a/IMG_1234.AAE",
                "a/IMG_1234.MOV",
                "a/IMG_E1234.JPG",
                "a/IMG_E1234.JPG.xmp"
            ]
        );
        // The edit alone takes nothing along that is the original's.
        files.push(("b/k-edit.jpg.xmp", "other notes"));
        assert_eq!(
            partners(&files, "a/IMG_E1234.JPG", "b/k-edit.jpg").unwrap(),
            ["a/IMG_E1234.JPG.xmp"]
        );
    }

    #[test]
    fn what_was_stacked_by_hand_goes_where_an_equal_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            path
        };
        let (top, keeper) = (file("a/top.jpg", "p"), file("b/top.jpg", "p"));
        let (below, notes) = (file("a/below.jpg", "q"), file("a/below.xmp", "of it"));
        let (equal, other) = (file("b/equal.jpg", "q"), file("b/other.jpg", "r"));
        let found = |kept: &[PathBuf], is_copy| {
            let below = [below.clone()];
            let photo = Shot {
                file: &top,
                below: &below,
            };
            let keeper = Shot {
                file: &keeper,
                below: kept,
            };
            let found = Folders::default().of(photo, keeper, is_copy);
            found.map(|found| found.into_iter().map(|one| one.path).collect::<Vec<_>>())
        };
        assert_eq!(found(&[equal], true).unwrap(), [below.clone(), notes]);
        assert!(
            found(std::slice::from_ref(&other), true)
                .unwrap()
                .is_empty()
        );
        assert!(found(&[other], false).is_err());
    }
}
