//! How alike the tags of photos are: the Jaccard index of their sets, |A ∩ B| / |A ∪ B|.
//!
//! With t shared tags of q in the query and n on the photo it is t / (q + n − t), which takes few
//! values: photos are gathered by value, set by set, without reading any photo's tags.
//!
//! # Source
//! Jaccard, The distribution of the flora in the alpine zone, 1912.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;

use super::candidates::Candidates;
use super::cells::Labels;
use super::facets::TAG_COUNT;
use super::query::TAG_WEIGHT;
use super::{PictureSource, Query};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::photo_set::PhotoSet;
use crate::store::remembered::Question;
use crate::store::tags;

/// The query's tags, how much they count, and how alike those of the candidates are.
pub(super) struct TagLikeness {
    /// 0 … 1; 0 where tags do not count.
    pub(super) weight: f32,
    pub(super) tags: Vec<String>,
    /// Photos that share a tag.
    pub(super) likeness: Labels,
}

impl TagLikeness {
    /// Tags do not count.
    pub(super) fn none() -> Self {
        Self {
            weight: 0.0,
            tags: Vec::new(),
            likeness: Labels::default(),
        }
    }
}

/// Compares the tags of the candidates with the query's, where they count.
pub(super) fn compare(
    engine: &Engine,
    query: &Query,
    candidates: &Candidates,
) -> Result<TagLikeness, EngineError> {
    let asked = query.tag_weight.is_some() || !query.tags.is_empty();
    let weight = query.tag_weight.unwrap_or(TAG_WEIGHT);
    if !asked || weight <= 0.0 {
        return Ok(TagLikeness::none());
    }
    let tags = of_query(engine, query)?;
    if tags.is_empty() {
        return Ok(TagLikeness::none());
    }
    let mut sharing = sharing(engine, &tags)?;
    for set in &mut sharing {
        *set = candidates.among(set);
    }
    let likeness = by_likeness(engine, &sharing, tags.len())?;
    Ok(TagLikeness {
        weight,
        tags,
        likeness,
    })
}

/// The query's tags, each once: those given, or those of its photos.
fn of_query(engine: &Engine, query: &Query) -> Result<Vec<String>, EngineError> {
    let mut names = query.tags.clone();
    if names.is_empty() {
        for image in &query.images {
            if let PictureSource::Photo(id) = image.source {
                names.extend(engine.store().read(|c| tags::of_photo(c, id))?);
            }
        }
    }
    // SQLite tells tags apart by the case of letters beyond ASCII only.
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.to_ascii_lowercase()));
    Ok(names)
}

/// The photos that share exactly 1, 2, … of the tags.
fn sharing(engine: &Engine, tags: &[String]) -> Result<Vec<PhotoSet>, EngineError> {
    let sql = "SELECT 0, photo_set(photo_tag.photo_id) FROM tag \
               JOIN photo_tag ON photo_tag.tag_id = tag.id WHERE tag.path = ?1";
    let mut sharing: Vec<PhotoSet> = Vec::new();
    for tag in tags {
        let question = Question::new(sql, vec![Value::Text(tag.clone())]);
        let mut with = engine.store().photo_set(&question)?;
        // From the few that share most down to those that share nothing yet.
        sharing.push(PhotoSet::new());
        for fewer in (0..sharing.len().saturating_sub(1)).rev() {
            let mut raised = with.clone();
            if let Some(set) = sharing.get_mut(fewer) {
                raised.keep(set);
                set.subtract(&raised);
            }
            with.subtract(&raised);
            if let Some(set) = sharing.get_mut(fewer + 1) {
                set.add(&raised);
            }
        }
        if let Some(set) = sharing.first_mut() {
            set.add(&with);
        }
    }
    Ok(sharing)
}

fn by_likeness(engine: &Engine, sharing: &[PhotoSet], asked: usize) -> Result<Labels, EngineError> {
    let sql = "SELECT tag_count, photo_set(id) FROM photo WHERE tag_count > 0 GROUP BY tag_count";
    let counts = engine
        .store()
        .sets_of_numbers(&Question::new(sql, Vec::new()), &TAG_COUNT)?;
    let mut values: BTreeMap<u32, PhotoSet> = BTreeMap::new();
    for (shared, photos) in (1_usize..).zip(sharing) {
        for (count, with_count) in counts.iter() {
            let mut both = photos.clone();
            both.keep(with_count);
            if !both.is_empty() {
                let union = asked as f32 + *count as f32 - shared as f32;
                let likeness = shared as f32 / union.max(1.0);
                values.entry(likeness.to_bits()).or_default().add(&both);
            }
        }
    }
    Ok(Labels {
        sets: values
            .into_iter()
            .map(|(bits, set)| (f32::from_bits(bits), set))
            .collect(),
        ..Labels::default()
    })
}

/// Which of the query's tags a photo carries.
pub(super) fn shared(asked: &[String], own: &[String]) -> Vec<String> {
    let same = |tag: &&String| asked.iter().any(|one| one.eq_ignore_ascii_case(tag));
    own.iter().filter(same).cloned().collect()
}
