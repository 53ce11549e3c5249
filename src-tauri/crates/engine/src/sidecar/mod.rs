//! XMP: what a packet says of a photo, in the file or beside it, and writing it to a sidecar.
//!
//! A leaf: it knows names, packets and sidecar files; neither pictures nor the catalog. Every packet
//! goes through Adobe's toolkit, so that what Latent does not know is kept.

mod change;
mod error;
mod find;
mod keywords;
mod kit;
mod languages;
mod read;
mod region_lists;
mod regions;
mod said;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use error::SidecarError;
pub use find::{Sidecars, find, is_sidecar, stamp, target};
pub use keywords::flat_tags;
pub use read::{read_file, read_packets};
pub use region_lists::is_same_area;
pub use regions::{Frame, Turn};
pub use said::{Region, RegionKind, Said};
pub use write::{Wanted, iso_time, packet, write};
