//! What the words found are worth, beside any model: BM25F over the columns they stand in.
//!
//! - All words must be found. A word's frequency in a photo is the worth of the columns it stands
//!   in, each once ([`text::COLUMNS`]); its weight there is idf · tf · (k₁ + 1) / (tf + k₁).
//! - The worth of a photo is the sum over the words by the largest sum there can be, 0 … 1;
//!   `rank` makes a similarity of at least one half of it, since somebody wrote these very words.
//! - Lengths are not counted (b = 0): a file name is no essay, and the worth then takes few
//!   values, which is what makes the best photos cheap to find (`cells`).
//! - How many photos there are and have each word is pinned with the first page. FTS5's own
//!   `bm25()` counts anew each time: a photo added between two pages would move all others. It
//!   also answers a row at a time, and counts repeats within a path.
//!
//! # Source
//! Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section
//! 3.6 (fields); idf as in Lucene, which never is negative.

use std::collections::{BTreeMap, HashMap};

use super::candidates::Candidates;
use super::cells::Labels;
use super::cursor::Pinned;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;
use crate::store::text::{self, COLUMNS, Term};

/// Frequency at which a word has half of what it can have: that of one in the file's name.
const K1: f32 = 4.0;

/// Photos that are scored one by one rather than by joining sets.
const FEW: usize = 4096;

/// Finds the candidates that have all words, with the worth of each, 0 … 1.
pub(super) fn find(
    engine: &Engine,
    words: &str,
    candidates: &Candidates,
    pinned: &mut Pinned,
) -> Result<Labels, EngineError> {
    let terms = text::terms(words);
    if terms.is_empty() {
        return Ok(Labels::default());
    }
    let store = engine.store();
    let mut found = candidates.among(&text::with_all(store, &terms)?);
    found.subtract(&super::candidates::missing(engine)?);
    if found.is_empty() {
        return Ok(Labels::default());
    }
    let weights = weights(engine, &terms, pinned)?;
    let most: f32 = weights
        .iter()
        .map(|idf| idf * saturated(attainable()))
        .sum();
    let mut columns = Vec::new();
    for (term, idf) in terms.iter().zip(weights) {
        let sets = COLUMNS
            .iter()
            .map(|column| Ok((column.worth, term.photos_in(store, column)?)));
        columns.push((idf / most, sets.collect::<Result<Vec<_>, EngineError>>()?));
    }
    Ok(if found.len() <= FEW {
        one_by_one(&found, &columns)
    } else {
        by_sets(found, &columns)
    })
}

/// The columns a photo has a word in, with the word's idf.
type Columns = [(f32, Vec<(f32, PhotoSet)>)];

fn one_by_one(found: &PhotoSet, columns: &Columns) -> Labels {
    let worth = |photo: PhotoId| -> f32 {
        let term = |(idf, sets): &(f32, Vec<(f32, PhotoSet)>)| {
            let inside = sets.iter().filter(|(_, set)| set.contains(photo));
            idf * saturated(inside.map(|(worth, _)| worth).sum())
        };
        columns.iter().map(term).sum::<f32>().min(1.0)
    };
    Labels {
        sets: Vec::new(),
        few: found.iter().map(|photo| (photo, worth(photo))).collect(),
    }
}

/// Parts the photos word by word; those of equal worth come together again after each.
fn by_sets(found: PhotoSet, columns: &Columns) -> Labels {
    let mut groups: BTreeMap<u32, PhotoSet> = BTreeMap::from([(0.0_f32.to_bits(), found)]);
    for (idf, sets) in columns {
        let mut next: BTreeMap<u32, PhotoSet> = BTreeMap::new();
        for (sum, photos) in groups {
            for (frequency, photos) in part(photos, sets) {
                let sum = f32::from_bits(sum) + idf * saturated(frequency);
                next.entry(sum.min(1.0).to_bits()).or_default().add(&photos);
            }
        }
        groups = next;
    }
    Labels {
        sets: groups
            .into_iter()
            .map(|(worth, set)| (f32::from_bits(worth), set))
            .collect(),
        few: HashMap::new(),
    }
}

/// Parts photos by how often a word stands in them.
fn part(photos: PhotoSet, columns: &[(f32, PhotoSet)]) -> Vec<(f32, PhotoSet)> {
    let mut parts: BTreeMap<u32, PhotoSet> = BTreeMap::from([(0.0_f32.to_bits(), photos)]);
    for (worth, column) in columns {
        let mut next: BTreeMap<u32, PhotoSet> = BTreeMap::new();
        for (frequency, mut without) in parts {
            let mut with = without.clone();
            with.keep(column);
            without.subtract(column);
            let more = (f32::from_bits(frequency) + worth).to_bits();
            for (frequency, set) in [(frequency, without), (more, with)] {
                if !set.is_empty() {
                    next.entry(frequency).or_default().add(&set);
                }
            }
        }
        parts = next;
    }
    parts
        .into_iter()
        .map(|(frequency, set)| (f32::from_bits(frequency), set))
        .collect()
}

/// The idf of each word, from what is pinned or counted now.
fn weights(engine: &Engine, terms: &[Term], pinned: &mut Pinned) -> Result<Vec<f32>, EngineError> {
    if pinned.words.len() != terms.len() + 1 {
        let photos = engine.store().read(crate::store::photos::newest)?;
        pinned.words = vec![photos.0.cast_unsigned()];
        for term in terms {
            pinned.words.push(term.photos(engine.store())?.len() as u64);
        }
    }
    let photos = pinned.words.first().copied().unwrap_or_default() as f32;
    let idf = |with: &u64| {
        let with = (*with as f32).min(photos);
        (1.0 + (photos - with + 0.5) / (with + 0.5)).ln()
    };
    Ok(pinned.words.iter().skip(1).map(idf).collect())
}

fn saturated(frequency: f32) -> f32 {
    frequency * (K1 + 1.0) / (frequency + K1)
}

/// The frequency of a word that stands in every column.
fn attainable() -> f32 {
    COLUMNS.iter().map(|column| column.worth).sum()
}

/// Where the words stand in one photo: "boat in file name".
pub(super) fn places(
    engine: &Engine,
    words: &str,
    photo: PhotoId,
) -> Result<Vec<String>, EngineError> {
    let mut places = Vec::new();
    for term in text::terms(words) {
        for column in &COLUMNS {
            if term.photos_in(engine.store(), column)?.contains(photo) {
                places.push(format!("{} in {}", term.word, column.label));
            }
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_single_photos_are_scored_alike() {
        let mut state = 11_u64;
        let mut some = |below: i64, percent: u64| -> PhotoSet {
            let mut keep = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 33) % 100 < percent
            };
            (1..below).filter(|_| keep()).map(PhotoId).collect()
        };
        for terms in 1..4 {
            let found = some(900, 70);
            let column = |some: &mut dyn FnMut(i64, u64) -> PhotoSet, worth| (worth, some(900, 30));
            let columns: Vec<_> = (0..terms)
                .map(|term| {
                    let worths = [4.0, 1.0, 6.0, 2.0, 4.0, 1.0];
                    let sets = worths.map(|worth| column(&mut some, worth)).to_vec();
                    (0.2 / (term as f32 + 1.0), sets)
                })
                .collect();
            let one = one_by_one(&found, &columns);
            let sets = by_sets(found.clone(), &columns);
            assert_eq!(sets.photos(), found);
            for photo in found.iter() {
                let (left, right) = (one.of(photo).unwrap(), sets.of(photo).unwrap());
                assert!((left - right).abs() < 1e-6, "{photo}: {left} {right}");
            }
        }
    }

    #[test]
    fn a_word_in_every_column_has_all_of_it() {
        let all = PhotoSet::from_iter([PhotoId(1)]);
        let sets = COLUMNS
            .iter()
            .map(|column| (column.worth, all.clone()))
            .collect();
        let most = saturated(attainable());
        let worth = one_by_one(&all, &[(1.0 / most, sets)])
            .of(PhotoId(1))
            .unwrap();
        assert!((worth - 1.0).abs() < 1e-6);
    }
}
