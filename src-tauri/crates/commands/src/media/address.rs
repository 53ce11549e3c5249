//! The path of a picture, taken apart: ids and numbers, nothing else.

use latent_engine::cache::ThumbSize;
use latent_engine::crop_box::{CropBox, CropBoxError};
use latent_engine::ids::{PhotoId, QueryPictureId};
use thiserror::Error;

/// Longest side of a crop where none is asked for, in pixels.
const CROP_PX: u32 = 512;
/// Longest side of a crop that may be asked for, in pixels.
const CROP_PX_MOST: u32 = 8192;

/// Which picture is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Address {
    /// A thumbnail: 256 or 1024 pixels on the long side.
    Thumb(PhotoId, ThumbSize),
    /// The whole picture, as a browser can show it.
    Full(PhotoId),
    /// The file itself.
    Original(PhotoId),
    /// The file itself, to be played.
    Film(PhotoId),
    /// A part of the picture and the longest side of the answer in pixels.
    Crop(PhotoId, CropBox, u32),
    /// A picture held for queries.
    Held(QueryPictureId),
}

/// The path cannot be answered.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub(super) enum Malformed {
    /// The path is none of those there are.
    #[error("There is no such picture path: ask for thumb, full, original, film, crop or held")]
    NoSuchPath,
    /// The id is not a number.
    #[error("The picture's id must be a whole number")]
    Id,
    /// A thumbnail of another size.
    #[error("Thumbnails are 256 or 1024 pixels")]
    ThumbSize,
    /// The box is not four numbers.
    #[error("A crop needs box=x,y,width,height as fractions of the picture")]
    NoBox,
    /// The box cannot be used.
    #[error(transparent)]
    Box(#[from] CropBoxError),
    /// The size of a crop is not a number in reach.
    #[error("px must be a whole number from 1 to {CROP_PX_MOST}")]
    CropSize,
}

impl Address {
    /// Takes a path and its query apart.
    ///
    /// Percent signs are undone first, since the window's scheme encodes the whole path.
    pub(super) fn parse(path_and_query: &str) -> Result<Self, Malformed> {
        let decoded = undo_percent(path_and_query).ok_or(Malformed::NoSuchPath)?;
        let (path, query) = decoded.split_once('?').unwrap_or((decoded.as_str(), ""));
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        match *parts.as_slice() {
            ["thumb", id, "256"] => Ok(Self::Thumb(photo(id)?, ThumbSize::Small)),
            ["thumb", id, "1024"] => Ok(Self::Thumb(photo(id)?, ThumbSize::Large)),
            ["thumb", _, _] => Err(Malformed::ThumbSize),
            ["full", id] => Ok(Self::Full(photo(id)?)),
            ["original", id] => Ok(Self::Original(photo(id)?)),
            ["film", id] => Ok(Self::Film(photo(id)?)),
            ["crop", id] => Ok(Self::Crop(photo(id)?, crop_box(query)?, crop_px(query)?)),
            ["held", id] => Ok(Self::Held(QueryPictureId(number(id)?))),
            _ => Err(Malformed::NoSuchPath),
        }
    }
}

fn photo(text: &str) -> Result<PhotoId, Malformed> {
    number(text).map(PhotoId)
}

/// Digits only: no sign, no space, nothing a path could be made of.
fn number(text: &str) -> Result<i64, Malformed> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Malformed::Id);
    }
    text.parse().map_err(|_| Malformed::Id)
}

fn crop_box(query: &str) -> Result<CropBox, Malformed> {
    let text = value(query, "box").ok_or(Malformed::NoBox)?;
    let numbers: Result<Vec<f32>, _> = text.split(',').map(|n| n.trim().parse::<f32>()).collect();
    match numbers.as_deref() {
        Ok(&[x, y, width, height]) => Ok(CropBox::new(x, y, width, height)?),
        _ => Err(Malformed::NoBox),
    }
}

fn crop_px(query: &str) -> Result<u32, Malformed> {
    let Some(text) = value(query, "px") else {
        return Ok(CROP_PX);
    };
    let px = text.parse().map_err(|_| Malformed::CropSize)?;
    if (1..=CROP_PX_MOST).contains(&px) {
        Ok(px)
    } else {
        Err(Malformed::CropSize)
    }
}

fn value<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn undo_percent(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            hex(bytes.next()?)? * 16 + hex(bytes.next()?)?
        } else {
            byte
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Result<Address, Malformed>) {
        assert_eq!(Address::parse(path), expect, "{path}");
    }

    #[test]
    fn every_kind_of_picture_has_its_path() {
        let half = CropBox::new(0.5, 0.0, 0.5, 1.0).unwrap();
        check(
            "thumb/12/256",
            Ok(Address::Thumb(PhotoId(12), ThumbSize::Small)),
        );
        check(
            "/thumb/12/1024",
            Ok(Address::Thumb(PhotoId(12), ThumbSize::Large)),
        );
        check("full/3", Ok(Address::Full(PhotoId(3))));
        check("full/3?r=7", Ok(Address::Full(PhotoId(3))));
        check("original/3", Ok(Address::Original(PhotoId(3))));
        check("film/3", Ok(Address::Film(PhotoId(3))));
        check("held/4", Ok(Address::Held(QueryPictureId(4))));
        check(
            "crop/3?box=0.5,0,0.5,1",
            Ok(Address::Crop(PhotoId(3), half, 512)),
        );
        check(
            "crop/3?px=64&box=0.5,0,0.5,1",
            Ok(Address::Crop(PhotoId(3), half, 64)),
        );
    }

    #[test]
    fn encoded_paths_are_understood() {
        let half = CropBox::new(0.5, 0.0, 0.5, 1.0).unwrap();
        check(
            "/thumb%2F12%2F256",
            Ok(Address::Thumb(PhotoId(12), ThumbSize::Small)),
        );
        check(
            "crop/3?box=0.5%2C0%2c0.5%2C1",
            Ok(Address::Crop(PhotoId(3), half, 512)),
        );
        check("thumb/12/256%", Err(Malformed::NoSuchPath));
        check("thumb/12/%ff", Err(Malformed::NoSuchPath));
    }

    #[test]
    fn nothing_but_ids_gets_through() {
        for path in [
            "original/../../etc/passwd",
            "original/%2e%2e%2f1",
            "",
            "/",
            "thumb",
            "x/1",
        ] {
            check(path, Err(Malformed::NoSuchPath));
        }
        for path in [
            "original/..",
            "original/-1",
            "original/",
            "full/1 ",
            "full/+1",
            "full/١",
        ] {
            check(path, Err(Malformed::Id));
        }
        check("full/99999999999999999999", Err(Malformed::Id));
        check("thumb/1/512", Err(Malformed::ThumbSize));
        check("//full/1", Err(Malformed::NoSuchPath));
    }

    #[test]
    fn boxes_and_sizes_are_checked() {
        check("crop/1", Err(Malformed::NoBox));
        check("crop/1?box=1,2,3", Err(Malformed::NoBox));
        check("crop/1?box=a,b,c,d", Err(Malformed::NoBox));
        check(
            "crop/1?box=0,0,0,0",
            Err(Malformed::Box(CropBoxError::Empty)),
        );
        check(
            "crop/1?box=NaN,0,1,1",
            Err(Malformed::Box(CropBoxError::NotFinite)),
        );
        for px in ["0", "-1", "8193", "x", ""] {
            check(
                &format!("crop/1?box=0,0,1,1&px={px}"),
                Err(Malformed::CropSize),
            );
        }
    }
}
