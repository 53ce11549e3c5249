//! Makes one similarity of what pictures, the model and the words each say.
//!
//! - `picture` = max(0, cos) in the query's space.
//! - `word` = ½ + ½ · r / (r + r₀) for rank r of the words, where all words are found: at least one half,
//!   since somebody wrote these very words, and monotone, so that their order stays.
//! - `text` = 1 − (1 − semantic) · (1 − word): either is enough, both are better ("noisy or").
//! - similarity = the mean of `picture` and `text` where both were asked for, else the one asked.
//!
//! # Source
//! Noisy-or: Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2.

use std::collections::HashMap;

use super::score::{Cosines, Match};
use crate::ids::PhotoId;

/// Rank at which the words alone are worth three quarters.
const HALF_RANK: f32 = 4.0;

/// Similarity of a photo in which all words are found.
fn word_similarity(rank: f32) -> f32 {
    0.5 + 0.5 * rank / (rank + HALF_RANK)
}

/// What matched in a photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct By {
    words: bool,
    semantic: bool,
    visual: bool,
    color: bool,
}

impl By {
    /// The words for it, in a fixed order.
    pub(super) fn names(self) -> Vec<&'static str> {
        [
            (self.words, "words"),
            (self.semantic, "semantic"),
            (self.visual, "visual"),
            (self.color, "color"),
        ]
        .into_iter()
        .filter_map(|(matched, name)| matched.then_some(name))
        .collect()
    }

    fn mark(&mut self, space: &str) {
        match space {
            "visual" => self.visual = true,
            "color" => self.color = true,
            _ => self.semantic = true,
        }
    }
}

/// What each way of comparing gave.
pub(super) struct Parts {
    pub(super) pictures: Option<Cosines>,
    pub(super) text: Option<Cosines>,
    /// Ranks of the photos in which all words are found.
    pub(super) words: HashMap<PhotoId, f32>,
    /// Similarity of picture and text for their cosine.
    pub(super) similarity: Box<dyn Fn(f32) -> f32>,
}

/// Blends the parts into one match a photo.
///
/// Without pictures and without a model only the photos with the words match; else every photo
/// that was compared does.
pub(super) fn blend(parts: Parts) -> Vec<Match> {
    let Parts {
        pictures,
        text,
        words,
        similarity,
    } = parts;
    let semantic: Option<HashMap<PhotoId, f32>> = text
        .as_ref()
        .map(|text| text.cosines.iter().copied().collect());
    let word = |photo: PhotoId| words.get(&photo).copied().map(word_similarity);
    let asked_text = text.is_some() || !words.is_empty();
    let text_part = |photo: PhotoId, by: &mut By| {
        let word = word(photo);
        let meaning = semantic.as_ref().and_then(|s| s.get(&photo)).copied();
        by.words = word.is_some();
        by.semantic |= meaning.is_some();
        let meaning = meaning.map_or(0.0, &similarity).clamp(0.0, 1.0);
        1.0 - (1.0 - meaning) * (1.0 - word.unwrap_or(0.0))
    };
    let Some(base) = pictures.as_ref().or(text.as_ref()) else {
        return words_alone(&words);
    };
    let from_pictures = pictures.is_some();
    let mut matches: Vec<Match> = base
        .cosines
        .iter()
        .map(|(photo, cosine)| {
            let mut by = By::default();
            by.mark(&base.space);
            let picture = from_pictures.then(|| cosine.max(0.0));
            let text = asked_text.then(|| text_part(*photo, &mut by));
            let similarity = match (picture, text) {
                (Some(picture), Some(text)) => f32::midpoint(picture, text),
                (one, other) => one.or(other).unwrap_or(0.0),
            };
            let distance = Some(1.0 - cosine);
            Match {
                photo: *photo,
                distance,
                similarity: Some(similarity.min(1.0)),
                by,
            }
        })
        .collect();
    if !from_pictures {
        add_without_vector(&mut matches, &words);
    }
    matches
}

/// Photos that have the words but no vector yet are found all the same.
fn add_without_vector(matches: &mut Vec<Match>, words: &HashMap<PhotoId, f32>) {
    let compared: std::collections::HashSet<PhotoId> = matches.iter().map(|m| m.photo).collect();
    matches.extend(
        words_alone(words)
            .into_iter()
            .filter(|m| !compared.contains(&m.photo)),
    );
}

fn words_alone(words: &HashMap<PhotoId, f32>) -> Vec<Match> {
    let by = By {
        words: true,
        ..By::default()
    };
    words
        .iter()
        .map(|(photo, rank)| Match {
            photo: *photo,
            distance: None,
            similarity: Some(word_similarity(*rank)),
            by,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(pictures: Option<f32>, text: Option<f32>, word: Option<f32>) -> Parts {
        let cosines = |space: &str, cosine| Cosines {
            space: space.into(),
            cosines: vec![(PhotoId(1), cosine)],
        };
        Parts {
            pictures: pictures.map(|cosine| cosines("visual", cosine)),
            text: text.map(|cosine| cosines("semantic", cosine)),
            words: word.map(|rank| (PhotoId(1), rank)).into_iter().collect(),
            similarity: Box::new(|cosine| cosine),
        }
    }

    #[track_caller]
    fn check(parts: Parts, similarity: f32, by: &[&str]) {
        let found = blend(parts).remove(0);
        assert!(
            (found.similarity.unwrap() - similarity).abs() < 1e-6,
            "{found:?}"
        );
        assert_eq!(found.by.names(), by);
    }

    #[test]
    fn each_part_alone_counts_as_it_is() {
        check(parts(Some(0.8), None, None), 0.8, &["visual"]);
        check(parts(Some(-0.5), None, None), 0.0, &["visual"]);
        check(parts(None, Some(0.6), None), 0.6, &["semantic"]);
        check(parts(None, None, Some(4.0)), 0.75, &["words"]);
    }

    #[test]
    fn parts_strengthen_each_other() {
        check(
            parts(None, Some(0.5), Some(4.0)),
            0.875,
            &["words", "semantic"],
        );
        check(
            parts(Some(0.9), Some(0.5), None),
            0.7,
            &["semantic", "visual"],
        );
        check(
            parts(Some(0.9), None, Some(4.0)),
            0.825,
            &["words", "visual"],
        );
    }

    #[test]
    fn words_find_photos_that_have_no_vector_yet() {
        let mut parts = parts(None, Some(0.5), None);
        parts.words = HashMap::from([(PhotoId(2), 4.0)]);
        let found: Vec<i64> = blend(parts).iter().map(|m| m.photo.0).collect();
        assert_eq!(found, [1, 2]);
    }
}
