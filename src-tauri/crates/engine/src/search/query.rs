//! What can be asked, and what is answered.

use serde_json::Value;

use crate::crop_box::CropBox;
use crate::engine::{Engine, PictureSource};
use crate::error::EngineError;
use crate::ids::{LibraryId, PhotoId};
use crate::store::photos::Shape;

use super::{Sort, Stacks};

/// Hits on a page when nothing is said.
pub const DEFAULT_LIMIT: usize = 50;

/// Hits on a page, at most.
pub const MAX_LIMIT: usize = 1000;

/// How much tags count when they are asked for and nothing is said.
///
/// # Source
/// Ximilar's visual search with tags, whose default this is.
pub const TAG_WEIGHT: f32 = 0.3;

/// What is searched for. Every part may be left out; all of them combine.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// As a person types it: words, `-words` and filters mixed.
    pub typed: Option<String>,
    /// Words only.
    pub text: Option<String>,
    /// What the photo should not show.
    pub without: Option<String>,
    /// How much the words count beside pictures; 1 when not given.
    pub text_weight: Option<f32>,
    /// Pictures the photo should be like.
    pub images: Vec<QueryImage>,
    /// "semantic", "visual" or "color"; chosen by what is there when not given.
    pub space: Option<String>,
    /// Filters only: a text as it is typed, or JSON.
    pub filter: Option<Value>,
    /// Only this library.
    pub library: Option<LibraryId>,
    /// Only these photos: they are ranked.
    pub photos: Option<Vec<PhotoId>>,
    /// Relevance where something is compared, else the time of capture.
    pub sort: Option<Sort>,
    /// Which of the random orders.
    pub seed: u32,
    /// At most one hit for each value of this field or attribute.
    pub group_by: Option<String>,
    /// Hits on a page.
    pub limit: Option<usize>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Cosine distance, 0 … 2: farther photos are left out.
    pub max_distance: Option<f32>,
    /// Photos are left out from where they are no nearer than chance would have them.
    pub auto_cutoff: bool,
    /// Tags the photo should carry; those of the query's photos when not given.
    pub tags: Vec<String>,
    /// How much tags count, 0 … 1; [`TAG_WEIGHT`] where only tags are given.
    pub tag_weight: Option<f32>,
    /// Which photos of a stack are found.
    pub stacks: Stacks,
}

impl Query {
    /// Refuses figures that make no sense.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let refuse = |wrong: bool, reason: &str| match wrong {
            true => Err(EngineError::invalid(reason)),
            false => Ok(()),
        };
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(EngineError::invalid(format!(
                "The limit is 1 to {MAX_LIMIT}"
            )));
        }
        refuse(
            self.max_distance
                .is_some_and(|far| !(0.0..=2.0).contains(&far)),
            "A cosine distance lies between 0 and 2",
        )?;
        refuse(
            self.max_distance.is_some() && self.auto_cutoff,
            "Give one limit: a distance or the automatic one",
        )?;
        refuse(
            self.tag_weight
                .is_some_and(|weight| !(0.0..=1.0).contains(&weight)),
            "The weight of tags lies between 0 and 1",
        )?;
        refuse(
            self.text_weight
                .is_some_and(|weight| !(0.0..=1e6).contains(&weight)),
            "The weight of the words is a number from 0 up",
        )?;
        refuse(
            self.images.iter().any(|image| !image.weight.is_finite()),
            "A picture's weight is a finite number",
        )
    }
}

/// A picture in a query.
#[derive(Clone, Debug)]
pub struct QueryImage {
    /// Where it comes from.
    pub source: PictureSource,
    /// Only this part of it.
    pub crop: Option<Crop>,
    /// How much it counts; negative pushes away.
    pub weight: f32,
}

/// A box as it was asked for.
#[derive(Clone, Copy, Debug)]
pub enum Crop {
    /// Fractions of the upright picture.
    Fractions(CropBox),
    /// Pixels of the upright picture: x, y, width, height.
    Pixels([f32; 4]),
}

impl Crop {
    /// The box in fractions; asks for the picture's size only where it has to.
    ///
    /// # Errors
    /// [`EngineError::Box`], and those of reading the picture.
    pub fn resolve(self, engine: &Engine, source: &PictureSource) -> Result<CropBox, EngineError> {
        match self {
            Self::Fractions(crop) => Ok(crop),
            Self::Pixels(pixels) => {
                let (width, height) = match source {
                    PictureSource::Photo(id) => photo_size(engine, *id)?,
                    other => engine.picture_size(other)?,
                };
                Ok(CropBox::from_pixels(pixels, width, height)?)
            }
        }
    }
}

/// The upright size of a photo, in pixels.
fn photo_size(engine: &Engine, id: PhotoId) -> Result<(u32, u32), EngineError> {
    let row = engine.photo(id)?;
    Ok((row.width, row.height))
}

/// One photo found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The photo.
    pub photo: PhotoId,
    /// Its file as shown.
    pub path: String,
    /// Its upright size.
    pub shape: Shape,
    /// It is a film, shown by a frame.
    pub is_film: bool,
    /// How long a film is, seconds.
    pub duration_s: Option<f64>,
    /// Cosine distance `1 − cos`, 0 … 2, with tags where they count; none where nothing was compared.
    pub distance: Option<f32>,
    /// Relevance, 0 … 1; none where nothing was compared.
    pub similarity: Option<f32>,
    /// What matched: "words", "semantic", "visual", "color".
    pub by: Vec<&'static str>,
    /// The value it stands for, where photos are grouped and it has one.
    pub group: Option<String>,
    /// Photos in its stack; none where it is in none.
    pub stack: Option<u32>,
}

/// How an answer was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// "listing", "words", "code scan", "exact scan" or "graph", the last three with "words + "
    /// before it where words were blended in.
    pub by: &'static str,
    /// The space that was compared in.
    pub space: Option<String>,
    /// Photos that were compared.
    pub candidates: u64,
    /// Of these, those whose vectors were looked at in full; none where there were no codes.
    pub rescored: Option<u64>,
    /// The cosine distance that the automatic limit found, 0 … 2; none without one.
    pub cutoff: Option<f32>,
    /// Photos that matched.
    pub total: u64,
    /// Milliseconds from question to answer.
    pub ms: f64,
    /// What the asker should know.
    pub note: Option<String>,
}

/// A page of hits, best first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The photos.
    pub hits: Vec<Hit>,
    /// Asks for the next page; none on the last.
    pub next_cursor: Option<String>,
    /// How it was found.
    pub found: Found,
}
