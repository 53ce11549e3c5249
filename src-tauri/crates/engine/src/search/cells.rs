//! Parts candidates into cells: photos that share the worth of their words and of their tags.
//!
//! Within a cell the similarity grows with the cosine, so that the best of a cell are its nearest,
//! and one search a cell finds the best of all without scoring every photo. Small cells, and those
//! beyond [`MAX_SEARCHES`], are taken together: their photos are scored one by one.

use std::collections::HashMap;

use super::candidates::Candidates;
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Photos below which a cell is no search of its own; the catalogs of tests are small.
const SMALL: usize = if cfg!(test) { 10 } else { 200 };

/// Searches for one answer, at most.
const MAX_SEARCHES: usize = 24;

/// A number that some photos have: the worth of their words, or of their tags.
///
/// No photo is named twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// Many photos with one value.
    pub(super) sets: Vec<(f32, PhotoSet)>,
    /// Photos with a value each.
    pub(super) few: HashMap<PhotoId, f32>,
}

impl Labels {
    /// The value of one photo.
    pub(super) fn of(&self, photo: PhotoId) -> Option<f32> {
        self.few.get(&photo).copied().or_else(|| {
            let mut sets = self.sets.iter();
            sets.find(|(_, set)| set.contains(photo))
                .map(|(value, _)| *value)
        })
    }

    /// All photos that have a value.
    pub(super) fn photos(&self) -> PhotoSet {
        let mut photos: PhotoSet = self.few.keys().copied().collect();
        self.sets.iter().for_each(|(_, set)| photos.add(set));
        photos
    }
}

/// What the photos of a cell share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Label {
    /// The worth of the words found, 0 … 1.
    pub(super) words: Option<f32>,
    /// The likeness of the tags, 0 … 1.
    pub(super) tags: f32,
}

/// The candidates in parts.
pub(super) struct Cells {
    /// A set is none where it is all that can be found.
    pub(super) large: Vec<(Label, Option<PhotoSet>)>,
    pub(super) small: Vec<(PhotoId, Label)>,
}

/// Parts the candidates.
pub(super) fn split(candidates: &Candidates, words: &Labels, tags: &Labels) -> Cells {
    let plain = |labels: &Labels| labels.sets.is_empty() && labels.few.is_empty();
    if plain(words) && plain(tags) {
        let all = (!candidates.is_all()).then(|| candidates.set());
        return Cells {
            large: vec![(Label::default(), all)],
            small: Vec::new(),
        };
    }
    let mut rest = candidates.set();
    let mut small = Vec::new();
    for photo in words.few.keys().chain(tags.few.keys()) {
        if rest.contains(*photo) {
            rest.remove(*photo);
            let (words, tags) = (words.of(*photo), tags.of(*photo).unwrap_or_default());
            small.push((*photo, Label { words, tags }));
        }
    }
    let mut cells = vec![(Label::default(), rest)];
    part(&mut cells, &words.sets, |label, value| Label {
        words: Some(value),
        ..label
    });
    part(&mut cells, &tags.sets, |label, value| Label {
        tags: value,
        ..label
    });
    let mut cells: Vec<_> = cells
        .into_iter()
        .map(|(label, set)| (set.len(), label, set))
        .collect();
    cells.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let mut large = Vec::new();
    for (count, label, set) in cells {
        if large.len() < MAX_SEARCHES && count >= SMALL {
            large.push((label, Some(set)));
        } else {
            small.extend(set.iter().map(|photo| (photo, label)));
        }
    }
    Cells { large, small }
}

/// Parts each cell by the sets.
fn part(
    cells: &mut Vec<(Label, PhotoSet)>,
    sets: &[(f32, PhotoSet)],
    labelled: impl Fn(Label, f32) -> Label,
) {
    for place in 0..cells.len() {
        for (value, set) in sets {
            let Some((label, rest)) = cells.get_mut(place) else {
                return;
            };
            let label = labelled(*label, *value);
            let mut shared = rest.clone();
            shared.keep(set);
            if !shared.is_empty() {
                rest.subtract(set);
                cells.push((label, shared));
            }
        }
    }
}
