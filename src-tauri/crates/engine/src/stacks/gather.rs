//! Puts the files of a folder into stacks and its shots into bursts. Knows no catalog.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::names::{Name, Part};
use crate::ids::PhotoId;
use crate::store::stacks::StackFile;

/// Shots of a burst follow each other within this time, milliseconds.
///
/// # Source
/// PhotoPrism groups files by a capture time within one second; cameras without subseconds write
/// whole seconds.
const BURST_MS: i64 = 1000;

/// The last number that cameras count to; the next is 1, or 0.
///
/// # Source
/// DCF (JEITA CP-3461): file numbers are 0001 to 9999.
const LAST_NUMBER: u32 = 9999;

/// Shots of a burst, at least: two that follow each other are often two attempts.
const LEAST_SHOTS: usize = 3;

/// Puts files of one folder into stacks, the top first.
pub(super) fn stacks(files: &[&StackFile]) -> Vec<Vec<PhotoId>> {
    let mut files: Vec<(Name, &StackFile)> = files
        .iter()
        .map(|file| (Name::of(&file.file_name), *file))
        .collect();
    // Edits go before what they were made of, pictures before RAW files and films, larger before
    // smaller.
    files.sort_by_cached_key(|(name, file)| {
        let name_of_file = file.file_name.to_lowercase();
        (
            name.part(),
            Reverse(file.pixels),
            name_of_file,
            Reverse(file.id),
        )
    });
    let mut by_stem: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, (name, _)) in files.iter().enumerate() {
        by_stem.entry(&name.stem).or_default().push(place);
    }
    let mut sets = Sets::new(files.len());
    let mut edits = HashSet::new();
    let part = |place: &usize| files.get(*place).map(|(name, _)| name.part());
    for (place, (name, _)) in files.iter().enumerate() {
        let own = by_stem.get(name.stem.as_str()).into_iter().flatten();
        for other in own.filter(|other| part(other) != Some(name.part())) {
            sets.join(place, *other);
        }
        for original in name.originals() {
            // What has the same name in another format is no part of the edit.
            if let Some(first) = by_stem
                .get(original.as_str())
                .and_then(|places| places.first())
            {
                sets.join(place, *first);
                edits.insert(place);
            }
        }
    }
    let mut stacks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..files.len() {
        stacks.entry(sets.root(place)).or_default().push(place);
    }
    let tidy = |mut places: Vec<usize>| {
        places.sort_by_key(|place| !edits.contains(place));
        let mut contents = HashSet::new();
        let members = places.iter().filter_map(|place| files.get(*place));
        // The same bytes twice are copies, not parts of a shot.
        let members = members.filter(|(_, file)| contents.insert(file.content_hash));
        let ids: Vec<PhotoId> = members.map(|(_, file)| file.id).collect();
        (ids.len() > 1).then_some(ids)
    };
    stacks.into_values().filter_map(tidy).collect()
}

/// A shot of a series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Shot {
    /// What the camera counted.
    number: u32,
    /// When, in milliseconds of its own time.
    taken_ms: i64,
    id: PhotoId,
}

/// Puts shots into bursts, each in the order it was taken: those of one folder, or of folders that a
/// camera filled one after the other. `shots` are the tops of stacks and the photos without one.
pub(super) fn bursts(shots: &[&StackFile]) -> Vec<Vec<PhotoId>> {
    let mut runs = runs(shots);
    runs.retain(|run| run.len() >= LEAST_SHOTS);
    runs
}

/// Shots that follow each other as those of a burst do, however few; with more folders looked at they
/// may be parts of one.
pub(super) fn runs(shots: &[&StackFile]) -> Vec<Vec<PhotoId>> {
    let mut series: BTreeMap<(&str, String), Vec<Shot>> = BTreeMap::new();
    for shot in shots {
        let (Some(camera), Some(taken_ms)) = (shot.camera.as_deref(), shot.taken_ms) else {
            continue;
        };
        let name = Name::of(&shot.file_name);
        if name.part() == Part::Film {
            continue;
        }
        let original = name.originals().next();
        let name = original.map_or(name, |stem| Name {
            stem,
            ending: String::new(),
        });
        if let Some((stem, number)) = name.sequence() {
            let id = shot.id;
            let one = Shot {
                number,
                taken_ms,
                id,
            };
            series
                .entry((camera, stem.to_owned()))
                .or_default()
                .push(one);
        }
    }
    let mut found = Vec::new();
    for mut shots in series.into_values() {
        shots.sort_unstable_by_key(|shot| (shot.taken_ms, shot.number, shot.id));
        for run in shots.chunk_by_mut(|a, b| b.taken_ms - a.taken_ms <= BURST_MS) {
            unroll(run);
            run.sort_unstable();
            let follows = |a: &Shot, b: &Shot| {
                b.number.checked_sub(1) == Some(a.number)
                    && (0..=BURST_MS).contains(&(b.taken_ms - a.taken_ms))
            };
            for burst in run.chunk_by(follows) {
                found.push(burst.iter().map(|shot| shot.id).collect());
            }
        }
    }
    found
}

/// Counts on where a camera began anew after its last number.
fn unroll(run: &mut [Shot]) {
    if !run.iter().any(|shot| shot.number == LAST_NUMBER) {
        return;
    }
    let has_zero = run.iter().any(|shot| shot.number == 0);
    let added = LAST_NUMBER + u32::from(has_zero);
    for shot in run.iter_mut().filter(|shot| shot.number < LAST_NUMBER / 2) {
        shot.number += added;
    }
}

/// Disjoint sets of places.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&self, mut place: usize) -> usize {
        while let Some(above) = self.0.get(place).filter(|above| **above != place) {
            place = *above;
        }
        place
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(above) = self.0.get_mut(a.max(b)) {
            *above = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file: its name, its content, its size in pixels.
    fn file(id: i64, name: &str, content: u8, pixels: u64) -> StackFile {
        StackFile {
            id: PhotoId(id),
            folder: "/f".into(),
            file_name: name.into(),
            content_hash: [content; 32],
            pixels,
            taken_ms: None,
            camera: None,
        }
    }

    fn stacked(files: &[(&str, u8, u64)]) -> Vec<Vec<&'static str>> {
        let made: Vec<StackFile> = (1..)
            .zip(files)
            .map(|(id, (name, content, pixels))| file(id, name, *content, *pixels))
            .collect();
        let name = |id: &PhotoId| -> &'static str {
            let file = made.iter().find(|file| file.id == *id).unwrap();
            file.file_name.clone().leak()
        };
        let mut found: Vec<Vec<_>> = stacks(&made.iter().collect::<Vec<_>>())
            .iter()
            .map(|ids| ids.iter().map(name).collect())
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_stack_shows_the_edit_then_the_picture_then_the_raw_file() {
        let files = [
            ("IMG_1.CR2", 1, 9),
            ("img_1.jpg", 2, 9),
            ("IMG_E1.JPG", 3, 4),
            ("IMG_1.HEIC", 4, 12),
            ("IMG_2.CR2", 5, 9),
        ];
        assert_eq!(
            stacked(&files),
            [["IMG_E1.JPG", "IMG_1.HEIC", "img_1.jpg", "IMG_1.CR2"]]
        );
    }

    #[test]
    fn what_only_shares_a_name_is_no_stack() {
        assert!(stacked(&[("a.jpg", 1, 1), ("a.png", 2, 1), ("b.cr2", 3, 1)]).is_empty());
        // An edit belongs to one of them.
        let files = [("a.jpg", 1, 9), ("a.png", 2, 5), ("a-edit.jpg", 3, 9)];
        assert_eq!(stacked(&files), [["a-edit.jpg", "a.jpg"]]);
        assert!(stacked(&[("a-edit.jpg", 1, 1), ("a_edited.jpg", 2, 1)]).is_empty());
    }

    #[test]
    fn the_same_bytes_are_in_a_stack_once() {
        assert!(stacked(&[("a.jpg", 1, 1), ("a-edit.jpg", 1, 1)]).is_empty());
        let files = [("a.jpg", 1, 1), ("a.nef", 2, 1), ("a-edit.jpg", 1, 1)];
        assert_eq!(stacked(&files), [["a-edit.jpg", "a.nef"]]);
    }

    #[test]
    fn a_burst_is_told_by_time_and_sequence() {
        let shot = |id: i64, name: &str, taken_ms: i64| StackFile {
            taken_ms: Some(taken_ms),
            camera: Some("X".into()),
            ..file(id, name, id as u8, 1)
        };
        let found = |shots: &[StackFile]| {
            let found = bursts(&shots.iter().collect::<Vec<_>>());
            found
                .iter()
                .map(|burst| burst.iter().map(|id| id.0).collect())
                .collect::<Vec<Vec<i64>>>()
        };
        let mut shots = vec![
            shot(1, "DSC_0011.JPG", 400),
            shot(2, "DSC_0010.JPG", 0),
            shot(3, "DSC_0012.JPG", 1000),
            shot(4, "DSC_0013.JPG", 2001),
            shot(5, "DSC_0014.JPG", 2500),
            shot(6, "DSC_0016.JPG", 2600),
        ];
        assert_eq!(found(&shots), [[2, 1, 3]]);
        // A copy beside the burst does not break it, another camera does.
        shots.push(shot(7, "DSC_0011 copy.JPG", 400));
        assert_eq!(found(&shots), [[2, 1, 3]]);
        // The numbers begin anew, also within one second.
        let rolled = [
            shot(1, "IMG_9998.JPG", 9000),
            shot(2, "IMG_9999.JPG", 9000),
            shot(3, "IMG_0001.JPG", 9000),
            shot(4, "IMG_0002.JPG", 10_000),
            // Of another time.
            shot(5, "IMG_0001.JPG", 500_000),
            shot(6, "IMG_0002.JPG", 500_100),
        ];
        assert_eq!(found(&rolled), [[1, 2, 3, 4]]);
        let rolled = [
            shot(1, "DSC09999.ARW", 0),
            shot(2, "DSC00000.ARW", 100),
            shot(3, "DSC00001.ARW", 200),
        ];
        assert_eq!(found(&rolled), [[1, 2, 3]]);
        shots[0].camera = Some("Y".into());
        assert!(found(&shots).is_empty());
        shots[0].camera = None;
        assert!(found(&shots).is_empty());
    }
}
