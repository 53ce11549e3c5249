//! Stacks: the files of one shot, shown as one by their top. RAW file and picture, a live photo and
//! its film, a picture and its edited version; and what a person stacks. Bursts, beside them, are a
//! view only.
//!
//! Both are found folder by folder for the folders in which photos came, went or changed, after each
//! look at the disk (`follow`). What else belongs to a photo by its name goes where it goes
//! (`cleaning/partners.rs`), by the same rule (`names`).

mod by_hand;
mod follow;
mod gather;
pub(crate) mod names;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{LibraryId, PhotoId};
use crate::store::stacks;

pub use by_hand::{forget, make, take_apart};
pub(crate) use follow::follow;
pub use stacks::StackPhoto;

/// Stacks or bursts of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The photos of each, the top or the first shot first.
    pub groups: Vec<Vec<StackPhoto>>,
    /// How many there are in all.
    pub total: u64,
}

/// The photos of the stack that a photo is in, the top first; none where it is in none.
///
/// # Errors
/// [`EngineError::Store`].
pub fn of_photo(engine: &Engine, photo: PhotoId) -> Result<Vec<StackPhoto>, EngineError> {
    Ok(engine
        .store()
        .read(|connection| stacks::of_photo(connection, photo))?)
}

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Stacks, by the id of their top.
    Stacks,
    /// Bursts, the latest first.
    Bursts,
}

/// Lists stacks or bursts, of one library or all.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(
    engine: &Engine,
    what: Listing,
    library: Option<LibraryId>,
    limit: u32,
    offset: u32,
) -> Result<Listed, EngineError> {
    engine.store().read(|connection| {
        let (firsts, total) = match what {
            Listing::Stacks => stacks::tops(connection, library, limit, offset)?,
            Listing::Bursts => stacks::bursts(connection, library, limit, offset)?,
        };
        let photos = |first: PhotoId| match what {
            Listing::Stacks => stacks::of_photo(connection, first),
            Listing::Bursts => stacks::of_burst(connection, first),
        };
        let groups = firsts
            .into_iter()
            .map(|first| Ok(photos(first)?))
            .collect::<Result<_, EngineError>>()?;
        Ok(Listed { groups, total })
    })
}
