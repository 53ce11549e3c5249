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
//! Threshold to shares found, on photos of 200 to 500 pixels with 32 changes each (scale to an
//! eighth, JPEG from quality 20, formats, crops of up to 10 % anywhere and of 10 % on each side,
//! borders, text, watermark, light, grey, blur, sharpening, quarter turns, mirror): 175 originals
//! with each copy; 10,157 pairs of copies; 175 simulated pairs of frames (moved by up to 2 %,
//! turned by up to 1.2°, perspective, a thing moved, noise) at full and at 0.6 of that strength,
//! and from a tripod, where only the thing moved; and the 8,000 pairs with the nearest hashes of
//! 432 unrelated photos. Of four real overlapping shots none is found at any.
//!
//! | threshold | original–copy | copy–copy | frames | slight frames | tripod | unrelated |
//! |---|---|---|---|---|---|---|
//! | 0.50 | 0.9998 | 0.9996 | 0.160 | 0.389 | 0.840 | 17 |
//! | 0.70 | 0.9996 | 0.9994 | 0.040 | 0.103 | 0.560 | 2 |
//! | 0.80 | 0.9995 | 0.9991 | 0.017 | 0.029 | 0.354 | 0 |
//! | 0.85 | 0.9993 | 0.9989 | 0.017 | 0.023 | 0.257 | 0 |
//! | **0.90** | 0.9979 | 0.9970 | 0.011 | 0.011 | 0.183 | 0 |
//! | 0.94 | 0.9930 | 0.9825 | 0.006 | 0.000 | 0.114 | 0 |
//! | 0.98 | 0.9523 | 0.8879 | 0.000 | 0.000 | 0.029 | 0 |
//!
//! Over an index of 50 such photos, their copies and 264 unrelated ones, [`NearIndex::all_pairs`]
//! finds 0.9987 of original–copy pairs and 0.9954 of all, and nothing else.

mod align;
mod field;
mod index;
mod likeness;
mod meet;
mod moved;
mod orient;
mod print;
mod raster;
mod sketch;
mod solve;
mod trim;
mod waves;

pub use index::{MOST_PRINTS, NearIndex, Pair};
pub use likeness::{Evidence, Likeness, THRESHOLD, evidence, likeness};
pub(crate) use orient::inverse;
pub use print::{Print, VERSION};
pub use waves::Hash;

#[cfg(test)]
mod tests;
