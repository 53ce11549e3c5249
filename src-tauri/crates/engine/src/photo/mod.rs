//! Everything that knows picture files: which there are, what is in them, how small ones are made.
//!
//! Between the fingerprint and the embedding in the data walk: bytes come in, an upright sRGB
//! [`Picture`](crate::picture::Picture), its metadata and its thumbnails go out. It opens no file,
//! writes none, and knows neither catalog nor search.

mod blocks;
mod color;
mod crop;
mod decode;
mod encode;
mod error;
mod foreign;
mod format;
mod heif;
mod iso_boxes;
mod jpeg;
mod jxl;
mod limits;
pub mod metadata;
mod orientation;
mod pixel_hash;
mod raster;
mod raw;
mod resize;
mod sharpness;
mod thumbnails;
mod tiff_head;
mod video_kind;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use crop::crop;
pub use decode::{DecodeSize, Decoded, decode, full_size};
pub use encode::{EncodeError, encode_jpeg, encode_png};
pub use error::DecodeError;
pub use foreign::what_is;
pub use format::{Format, is_candidate, sniff};
pub use limits::Limits;
pub use raw::RawKind;
pub use resize::resize;
pub use thumbnails::{LARGE_PX, SMALL_PX, Thumbnails, thumbnails};
pub use video_kind::VideoKind;
