//! What files and sidecars say of photos, joined: read together, merged property by property, taken
//! over into the catalog, and written to sidecars where the person wants it.
//!
//! Where a photo's file and the catalog differ, the later of the two changes counts: what the person
//! did in Latent stays until the file says something else than it said before.

mod gather;
mod merge;
mod rating;
mod regions;
mod settle;
mod show;
mod writing;

pub use gather::{Gathered, gather};
pub use merge::{Conflict, conflicts};
pub use rating::{RatingChange, rate};
pub use regions::{NewRegion, add_region, remove_region};
pub(crate) use regions::{draw as draw_region, erase as erase_region, shown as shown_regions};
pub(crate) use settle::{settle as take_over, stamp_of};
pub use show::{PhotoMetadata, show};
pub(crate) use writing::Writing;
pub use writing::{WriteReport, changed, is_writing, resume, set_writing, start};

/// Version of reading metadata: a change makes the next index job read those of every file again,
/// without decoding it.
pub const METADATA_VERSION: u32 = 1;
