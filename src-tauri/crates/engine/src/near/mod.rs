//! Near copies: whether two files show the same picture, and which of a million may.
//!
//! [`Print::of`] takes 1.4 kB of a small picture: a grey raster of 32 × 32 of what lies inside its
//! border, the 256 signs of its lowest frequencies, and coarse signs of twelve crops of it.
//! [`NearIndex`] answers the few prints whose coarse signs are nearly the same. [`likeness`] lays
//! one raster over the other, in all eight orientations, and weighs what is left: it finds scale
//! and place (crops, borders) and light (brightness, contrast, gamma), is not moved by a part that
//! differs (text, watermark), and tells the next frame of a scene by rotation and perspective,
//! which no copy has, and by things that are here in one picture and there in the other.
//!
//! What only looks alike is another matter: see `embed::visual`. This room knows no catalog.
//!
//! Shares found by [`NearIndex::all_pairs`] (`cargo xtask bench duplicates 200`): 200 photos of 200
//! to 500 pixels with 32 changes each (scale to an eighth, JPEG from quality 20, PNG, WebP with and
//! without loss, AVIF, crops of up to 10 % anywhere and of 10 % on each side, borders, text, watermark,
//! light, grey, blur, quarter turns, by EXIF too, mirror), among unrelated photos and 284 frames of bursts,
//! simulated (turned by up to 1.2°, moved, a thing moved, noise) and real: 7,004 files. Of an original
//! and its copies 0.9962 are found, least with a watermark over 70 % of the width (0.96), an eighth of
//! the size and 10 % cut off each side (0.985); of AVIF and WebP with loss 0.995.
//!
//! | threshold | all pairs | precision | wrong pairs | pairs of frames |
//! |---|---|---|---|---|
//! | 0.50 | 0.9928 | 0.99974 | 27 | 27 |
//! | 0.70 | 0.9923 | 0.99995 | 5 | 5 |
//! | 0.80 | 0.9920 | 0.99998 | 2 | 2 |
//! | 0.85 | 0.9918 | 0.99999 | 1 | 1 |
//! | **0.90** | 0.9906 | 1.00000 | 0 | 0 |
//! | 0.95 | 0.9732 | 1.00000 | 0 | 0 |
//! | 0.98 | 0.8935 | 1.00000 | 0 | 0 |
//!
//! Harder are two frames from a tripod between which only one small thing moved: of 175 simulated
//! pairs a share of 0.18 is taken for copies at 0.90.

mod align;
mod bulk;
mod field;
mod index;
mod likeness;
mod meet;
mod moved;
mod orient;
mod overlay;
mod prepared;
mod print;
mod profile;
mod raster;
mod sketch;
mod solve;
mod trim;
mod waves;

pub use index::{MOST_PRINTS, NearIndex, Pair};
pub use likeness::{Evidence, Likeness, THRESHOLD, evidence, likeness};
pub(crate) use orient::inverse;
pub use overlay::{Overlay, overlay};
pub use prepared::Prepared;
pub use print::{Print, VERSION};
pub use waves::Hash;

#[cfg(test)]
mod tests;
