//! Makes one similarity of what pictures, the model, the words and the tags each say, and finds the
//! best photos by it.
//!
//! - `vector` = max(0, cos), or the model's own similarity where words alone are compared.
//! - `word` = ½ + ½ · worth, where all words are found (`words`).
//! - Words alone: 1 − (1 − vector) · (1 − word): either is enough, both are better ("noisy or").
//! - Words beside pictures count by their share s of all weights: the weighted mean of the
//!   picture's similarity and of the words', (1 − s) · picture + s · (1 − (1 − meaning) · (1 − word)).
//!   Where both are one vector, that is 1 − (1 − vector) · (1 − s · word); where the model says
//!   nothing of the words, (1 − s) · picture + s · word, unless no photo has them.
//! - Tags: distance = (1 − w) · cosine distance + w · Jaccard distance, and `vector` follows it.
//!
//! For photos with the same words and tags (`cells`) each of these grows with the cosine, so the
//! best come from one search a cell. Only pictures in another space than the words are scored
//! photo by photo: there are two cosines then.
//!
//! Equal similarities come by cosine, then by id.
//!
//! # Source
//! Noisy-or: Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::candidates::{Candidates, of_index};
use super::cells::{self, Label, Labels};
use super::compare::{Compared, Measure, Plan, Prepared};
use super::tags::TagLikeness;
use crate::engine::models::SEMANTIC;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::index::{By, Nearest};
use crate::photo_set::PhotoSet;

/// Stands for the cosine of photos that have no vector: below any.
const NO_COSINE: f32 = -2.0;

/// At this cosine cells are put in order.
const SOME_COSINE: f32 = 0.5;

/// Widens a search by distance, whose figures are rounded, before they are compared as they are shown.
const ROUNDING: f32 = 1e-4;

/// Steps by which a cosine is found, each half as long as the one before.
const HALVES: usize = 20;

/// A photo that matched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Match {
    pub(super) photo: PhotoId,
    pub(super) distance: Option<f32>,
    pub(super) similarity: Option<f32>,
    /// Breaks ties of similarity: the cosine without tags, by which the best of a cell are found.
    pub(super) cosine: f32,
    /// All words are found in it.
    pub(super) words: bool,
    /// It was compared by the model's vector of the words.
    pub(super) meaning: bool,
}

impl Match {
    /// A photo that is only listed.
    pub(super) fn listed(photo: PhotoId) -> Self {
        Self {
            photo,
            distance: None,
            similarity: None,
            cosine: NO_COSINE,
            words: false,
            meaning: false,
        }
    }

    /// The better first: a strict order.
    pub(super) fn rank(&self, other: &Self) -> Ordering {
        let similarity = |found: &Self| found.similarity.unwrap_or(0.0);
        similarity(other)
            .total_cmp(&similarity(self))
            .then(other.cosine.total_cmp(&self.cosine))
            .then(self.photo.cmp(&other.photo))
    }
}

/// Matches, the best first, and how they were found.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) matches: Vec<Match>,
    pub(super) by: Option<By>,
    pub(super) rescored: u64,
}

impl Ranked {
    fn none() -> Self {
        Self {
            matches: Vec::new(),
            by: None,
            rescored: 0,
        }
    }

    fn note(&mut self, nearest: &Nearest) {
        self.by = self.by.max(Some(nearest.by));
        self.rescored += nearest.rescored;
    }
}

/// What photos are ranked by.
pub(super) struct Ranking {
    pub(super) prepared: Prepared,
    pub(super) words: Labels,
    pub(super) tags: TagLikeness,
    /// Photos farther than this are left out.
    pub(super) max_distance: Option<f32>,
    /// Photos with a lower cosine are left out, unless they have all words.
    pub(super) least_cosine: Option<f32>,
}

impl Ranking {
    /// Whether the similarity of what was compared decides who matches at all.
    pub(super) fn is_limited(&self) -> bool {
        self.prepared.plan.base().is_some()
            && (self.max_distance.is_some_and(|far| far < 2.0) || self.least_cosine.is_some())
    }

    /// The photos that match where nothing is limited: those compared, and those with the words.
    pub(super) fn matching(&self, candidates: &Candidates) -> PhotoSet {
        let words = candidates.among(&self.words.photos());
        let Some(base) = self.prepared.plan.base() else {
            return words;
        };
        let mut matching = base.space.read(|index| candidates.among(index.photos()));
        if !self.prepared.pictures {
            matching.add(&words);
        }
        matching
    }

    /// The `k` best of the candidates, or all that match where a distance limits them.
    pub(super) fn best(&self, candidates: &Candidates, k: usize) -> Result<Ranked, EngineError> {
        let mut ranked = match &self.prepared.plan {
            Plan::Two { pictures, text } => self.each(candidates, pictures, text)?,
            Plan::One(compared) => self.by_cells(candidates, Some(compared), k)?,
            Plan::Words => self.by_cells(candidates, None, k)?,
        };
        ranked.matches.retain(|found| self.is_near(found));
        ranked.matches.sort_unstable_by(Match::rank);
        if !self.is_limited() {
            ranked.matches.truncate(k);
        }
        Ok(ranked)
    }

    fn by_cells(
        &self,
        candidates: &Candidates,
        compared: Option<&Compared>,
        k: usize,
    ) -> Result<Ranked, EngineError> {
        let mut cells = cells::split(candidates, &self.words, &self.tags.likeness);
        let mut ranked = Ranked::none();
        self.singly(cells.small, compared, &mut ranked)?;
        // What most likely holds the best comes first: the rest needs to find only what beats it.
        // Without, a large cell from which the query's like are gone is all about equally far.
        cells
            .large
            .sort_by(|(one, _), (other, _)| self.promise(*other).total_cmp(&self.promise(*one)));
        for (label, set) in &cells.large {
            if let Some(compared) = compared {
                let least = self.least_beside(&mut ranked.matches, k, *label);
                let nearest = self.nearest(compared, *label, set.as_ref(), k, least)?;
                ranked.note(&nearest);
                let near = nearest.neighbours.into_iter();
                ranked
                    .matches
                    .extend(near.map(|one| self.score(one.id, Some(one.cosine), *label)));
            }
            if label.words.is_some() && !self.prepared.pictures {
                let mut without = set.clone().unwrap_or_default();
                if let Some(compared) = compared {
                    compared
                        .space
                        .read(|index| without.subtract(index.photos()));
                }
                ranked.matches.extend(
                    without
                        .iter()
                        .take(k)
                        .map(|id| self.score(id, None, *label)),
                );
            }
        }
        Ok(ranked)
    }

    /// Scores photos one by one.
    fn singly(
        &self,
        small: Vec<(PhotoId, Label)>,
        compared: Option<&Compared>,
        ranked: &mut Ranked,
    ) -> Result<(), EngineError> {
        let ids: Vec<PhotoId> = small.iter().map(|(id, _)| *id).collect();
        let cosines = match compared {
            Some(compared) if !ids.is_empty() => {
                let cosines = compared
                    .space
                    .read(|index| index.cosines(&compared.vector, &ids));
                ranked.by = ranked.by.max(Some(By::ExactScan));
                cosines.map_err(EngineError::internal)?
            }
            _ => vec![None; ids.len()],
        };
        for ((photo, label), cosine) in small.into_iter().zip(cosines) {
            let by_words = label.words.is_some() && !self.prepared.pictures;
            if cosine.is_some() || by_words {
                ranked.matches.push(self.score(photo, cosine, label));
            }
        }
        Ok(())
    }

    /// What a photo of a cell is worth at a cosine like any other.
    fn promise(&self, label: Label) -> f32 {
        let found = self.score(PhotoId(0), Some(SOME_COSINE), label);
        found.similarity.unwrap_or(0.0)
    }

    fn nearest(
        &self,
        compared: &Compared,
        label: Label,
        set: Option<&PhotoSet>,
        k: usize,
        least: f32,
    ) -> Result<Nearest, EngineError> {
        let nearest = compared.space.read(|index| {
            if self.is_limited() {
                let least = self.least_of(label);
                index.within(&compared.vector, least, of_index(set))
            } else {
                index.search_above(&compared.vector, k, least, of_index(set))
            }
        });
        nearest.map_err(EngineError::internal)
    }

    /// The least cosine with which a photo of a cell may be among the `k` best, beside those found in
    /// others.
    fn least_beside(&self, found: &mut [Match], k: usize, label: Label) -> f32 {
        let Some(last) = k.checked_sub(1).filter(|last| *last < found.len()) else {
            return NO_COSINE;
        };
        let (_, worst, _) = found.select_nth_unstable_by(last, Match::rank);
        let worst = worst.similarity.unwrap_or(0.0);
        // The similarity of a cell grows with the cosine: the lowest is found by halves.
        let (mut below, mut from) = (NO_COSINE, -NO_COSINE);
        for _ in 0..HALVES {
            let middle = f32::midpoint(below, from);
            let similarity = self.score(PhotoId(0), Some(middle), label).similarity;
            if similarity.unwrap_or(0.0) < worst {
                below = middle;
            } else {
                from = middle;
            }
        }
        below - ROUNDING
    }

    /// The least cosine with which a photo of a cell can match.
    fn least_of(&self, label: Label) -> f32 {
        let by_distance = self.max_distance.map_or(NO_COSINE, |far| {
            let weight = 1.0 - self.tags.weight;
            let least = 1.0 - far - self.tags.weight * label.tags - ROUNDING;
            (least / weight.max(f32::EPSILON)).clamp(NO_COSINE, -NO_COSINE)
        });
        let by_chance = self.least_cosine.filter(|_| label.words.is_none());
        by_distance.max(by_chance.unwrap_or(NO_COSINE))
    }

    fn is_near(&self, found: &Match) -> bool {
        let far = self.max_distance.unwrap_or(f32::INFINITY);
        found.distance.is_none_or(|distance| distance <= far)
    }

    /// Scores every candidate by two cosines.
    fn each(
        &self,
        candidates: &Candidates,
        pictures: &Compared,
        text: &Compared,
    ) -> Result<Ranked, EngineError> {
        let set = candidates.set();
        let all = |compared: &Compared| {
            let all = compared
                .space
                .read(|index| index.within(&compared.vector, NO_COSINE, of_index(Some(&set))));
            all.map_err(EngineError::internal)
        };
        let (pictured, meant) = (all(pictures)?, all(text)?);
        let meanings: HashMap<PhotoId, f32> = meant
            .neighbours
            .iter()
            .map(|one| (one.id, one.cosine))
            .collect();
        let mut ranked = Ranked::none();
        ranked.note(&pictured);
        ranked.note(&meant);
        for one in pictured.neighbours {
            let label = Label {
                words: self.words.of(one.id),
                tags: self.tags.likeness.of(one.id).unwrap_or_default(),
            };
            if one.cosine < self.least_of(label) {
                continue;
            }
            let meaning = meanings
                .get(&one.id)
                .map(|cosine| text.measure.similarity(*cosine));
            let picture = self.vector(&pictures.measure, one.cosine, label);
            let words = either(meaning.unwrap_or(0.0), word_similarity(label));
            let share = self.prepared.words_share;
            ranked.matches.push(Match {
                similarity: Some(((1.0 - share) * picture + share * words).clamp(0.0, 1.0)),
                meaning: meaning.is_some(),
                ..self.score(one.id, Some(one.cosine), label)
            });
        }
        Ok(ranked)
    }

    /// Scores one photo by its cosine with the base vector.
    pub(super) fn score(&self, photo: PhotoId, cosine: Option<f32>, label: Label) -> Match {
        let Some((cosine, base)) = cosine.zip(self.prepared.plan.base()) else {
            return Match {
                similarity: Some(word_similarity(label)),
                words: label.words.is_some(),
                ..Match::listed(photo)
            };
        };
        let vector = self.vector(&base.measure, cosine, label);
        let word = word_similarity(label);
        let share = self.prepared.words_share;
        let one_vector = self.prepared.meaning || !self.prepared.pictures;
        let has_words = !self.words.sets.is_empty() || !self.words.few.is_empty();
        let similarity = if one_vector {
            either(vector, share * word)
        } else if has_words {
            (1.0 - share) * vector + share * word
        } else {
            vector
        };
        Match {
            photo,
            distance: Some(1.0 - self.tagged(cosine, label)),
            similarity: Some(similarity.clamp(0.0, 1.0)),
            cosine,
            words: label.words.is_some(),
            meaning: self.prepared.meaning && base.space.row.name == SEMANTIC,
        }
    }

    /// The similarity that the vector and the tags say.
    fn vector(&self, measure: &Measure, cosine: f32, label: Label) -> f32 {
        match measure {
            Measure::Cosine => measure.similarity(self.tagged(cosine, label)),
            Measure::Text(_) => {
                let weight = self.tags.weight;
                (1.0 - weight) * measure.similarity(cosine) + weight * label.tags
            }
        }
    }

    /// One minus the distance in which tags count.
    fn tagged(&self, cosine: f32, label: Label) -> f32 {
        if self.tags.weight > 0.0 {
            (1.0 - self.tags.weight) * cosine + self.tags.weight * label.tags
        } else {
            cosine
        }
    }

    /// The words for what matched, in a fixed order.
    pub(super) fn names(&self, found: &Match) -> Vec<&'static str> {
        let mut names = Vec::new();
        if found.words {
            names.push("words");
        }
        let base = self
            .prepared
            .plan
            .base()
            .filter(|_| found.distance.is_some());
        let space = base.map(|base| base.space.row.name.as_str());
        if found.meaning || space == Some(SEMANTIC) {
            names.push("semantic");
        }
        match space {
            Some("visual") => names.push("visual"),
            Some("color") => names.push("color"),
            _ => {}
        }
        names
    }
}

/// Similarity of a photo by its words: at least one half where all are found.
pub(super) fn word_similarity(label: Label) -> f32 {
    label.words.map_or(0.0, |worth| 0.5 + 0.5 * worth)
}

/// Either is enough, both are better.
fn either(one: f32, other: f32) -> f32 {
    1.0 - (1.0 - one) * (1.0 - other)
}
