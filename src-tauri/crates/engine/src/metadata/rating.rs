//! Stars that the person gives photos. Every change tells what was there before, so that it can be
//! taken back.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::photos::{self, Facts};

/// The photos that had one rating before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingChange {
    /// −1 … 5; none where there was none.
    pub before: Option<i32>,
    /// By id.
    pub photos: Vec<PhotoId>,
}

/// Gives photos a rating, or takes it off: all of it, or nothing. Answers those that had another one.
///
/// # Errors
/// [`EngineError::Invalid`] for a rating outside −1 … 5, [`EngineError::NotFound`] for an unknown photo.
pub fn rate(
    engine: &Engine,
    ids: &[PhotoId],
    rating: Option<i32>,
) -> Result<Vec<RatingChange>, EngineError> {
    if rating.is_some_and(|rating| !(-1..=5).contains(&rating)) {
        return Err(EngineError::invalid(
            "A rating is a number from 0 to 5, or -1 for rejected",
        ));
    }
    let changed = engine.store().write(|tx| {
        let mut changed: BTreeMap<Option<i32>, Vec<PhotoId>> = BTreeMap::new();
        for id in ids {
            let known = photos::facts(tx, *id)?;
            let known = known.ok_or_else(|| EngineError::not_found("photo", id))?;
            if known.rating != rating {
                changed.entry(known.rating).or_default().push(*id);
                photos::set_facts(tx, *id, &Facts { rating, ..known })?;
            }
        }
        Ok::<_, EngineError>(changed)
    })?;
    let touched: Vec<PhotoId> = changed.values().flatten().copied().collect();
    if !touched.is_empty() {
        engine.events().changed(&[Kind::Photos]);
        super::changed(engine, &touched)?;
    }
    let change = |(before, mut photos): (Option<i32>, Vec<PhotoId>)| {
        photos.sort_unstable();
        RatingChange { before, photos }
    };
    Ok(changed.into_iter().map(change).collect())
}
