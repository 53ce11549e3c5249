//! Draws the pictures and writes the EXIF blocks that the tests read back.

pub(crate) mod coded;

use image::{ImageFormat, RgbImage};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::orientation::Orientation;
use crate::picture::Picture;

/// A picture without symmetry: a gradient with a bright corner and a dark one.
pub(crate) fn drawn(width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (right, down) = (x * 255 / width, y * 255 / height);
            let color = match (x * 4 / width, y * 4 / height) {
                (0, 0) => [250, 240, 40],
                (3, 0) => [20, 20, 90],
                _ => [right, down, (right + down) / 3],
            };
            rgb.extend(color.map(|v| v as u8));
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

/// The picture as a camera held at that orientation stores it.
pub(crate) fn stored_at(picture: &Picture, orientation: u32) -> Picture {
    let back = match orientation {
        6 => 8,
        8 => 6,
        same => same,
    };
    Orientation::new(back).apply(picture.clone())
}

/// Mean difference of two pictures of one size, in steps of 255.
pub(crate) fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let sum: u64 = a
        .rgb()
        .iter()
        .zip(b.rgb())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.rgb().len() as f64
}

pub(crate) fn jpeg(picture: &Picture) -> Vec<u8> {
    jpeg_of(picture, PixelFormat::RGB, picture.rgb(), false)
}

pub(crate) fn progressive_jpeg(picture: &Picture) -> Vec<u8> {
    jpeg_of(picture, PixelFormat::RGB, picture.rgb(), true)
}

/// A CMYK JPEG as Adobe writes it, ink inverted.
pub(crate) fn cmyk_jpeg(picture: &Picture) -> Vec<u8> {
    let inverted: Vec<u8> = picture
        .rgb()
        .chunks_exact(3)
        .flat_map(|p| [p[0], p[1], p[2], 255])
        .collect();
    jpeg_of(picture, PixelFormat::CMYK, &inverted, false)
}

fn jpeg_of(picture: &Picture, format: PixelFormat, pixels: &[u8], progressive: bool) -> Vec<u8> {
    let width = picture.width() as usize;
    let mut compressor = Compressor::new().unwrap();
    compressor.set_quality(95).unwrap();
    compressor.set_subsamp(Subsamp::None).unwrap();
    compressor.set_progressive(progressive).unwrap();
    let pitch = width * format.size();
    let height = picture.height() as usize;
    compressor
        .compress_to_vec(Image {
            pixels,
            width,
            pitch,
            height,
            format,
        })
        .unwrap()
}

/// The picture in any format of the `image` crate.
pub(crate) fn raster(picture: &Picture, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_raw(picture.width(), picture.height(), picture.rgb().to_vec());
    written(&image.unwrap().into(), format)
}

pub(crate) fn written(image: &image::DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Puts a marker segment behind the start of a JPEG.
pub(super) fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

pub(crate) fn jpeg_with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xe1, &[b"Exif\0\0", exif].concat())
}

/// Puts an `eXIf` chunk behind the header of a PNG.
pub(super) fn png_with_exif(png: &[u8], exif: &[u8]) -> Vec<u8> {
    let head = 8 + 12 + 13;
    let body = [b"eXIf", exif].concat();
    let length = (exif.len() as u32).to_be_bytes();
    [
        &png[..head],
        &length,
        &body,
        &crc(&body).to_be_bytes(),
        &png[head..],
    ]
    .concat()
}

/// Makes an extended WebP of a plain one, with an `EXIF` chunk behind the pixels.
pub(super) fn webp_with_exif(webp: &[u8], width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let has_exif = 0b0000_1000;
    let side = |n: u32| [(n - 1) as u8, ((n - 1) >> 8) as u8, 0];
    let head = [&[has_exif, 0, 0, 0], &side(width)[..], &side(height)].concat();
    let chunk = |name: &[u8], body: &[u8]| {
        let mut chunk = [name, &(body.len() as u32).to_le_bytes(), body].concat();
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let body = [
        b"WEBP",
        &chunk(b"VP8X", &head)[..],
        &webp[12..],
        &chunk(b"EXIF", exif),
    ]
    .concat();
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// CRC-32 as PNG wants it.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            (c >> 1) ^ (0xedb8_8320 & (c & 1).wrapping_neg())
        })
    })
}

/// A field of an EXIF directory.
pub(super) enum Field<'a> {
    Ascii(&'a str),
    Short(u16),
    Rationals(&'a [(u32, u32)]),
    /// A directory of its own.
    Directory(&'a [(u16, Field<'a>)]),
}

/// Writes an EXIF block, little endian, with these fields in its main directory.
pub(super) fn exif(fields: &[(u16, Field<'_>)]) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    directory(&mut block, fields);
    block
}

fn directory(block: &mut Vec<u8>, fields: &[(u16, Field<'_>)]) {
    let at = block.len();
    let end = at + 2 + fields.len() * 12 + 4;
    block.resize(end, 0);
    block[at..at + 2].copy_from_slice(&(fields.len() as u16).to_le_bytes());
    for (n, (tag, field)) in fields.iter().enumerate() {
        let (kind, count, mut value) = match field {
            Field::Ascii(text) => (2_u16, text.len() + 1, [text.as_bytes(), &[0]].concat()),
            Field::Short(number) => (3, 1, number.to_le_bytes().to_vec()),
            Field::Rationals(list) => (
                5,
                list.len(),
                list.iter()
                    .flat_map(|(a, b)| [*a, *b])
                    .flat_map(u32::to_le_bytes)
                    .collect(),
            ),
            Field::Directory(inner) => {
                let start = block.len();
                directory(block, inner);
                (4, 1, (start as u32).to_le_bytes().to_vec())
            }
        };
        if value.len() > 4 {
            let start = block.len() as u32;
            block.extend_from_slice(&value);
            value = start.to_le_bytes().to_vec();
        }
        value.resize(4, 0);
        let entry = [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &(count as u32).to_le_bytes(),
            &value,
        ]
        .concat();
        block[at + 2 + n * 12..at + 14 + n * 12].copy_from_slice(&entry);
    }
}

/// The EXIF block that only tells an orientation.
pub(crate) fn turned(orientation: u16) -> Vec<u8> {
    exif(&[(0x0112, Field::Short(orientation))])
}

/// An uncompressed RGB TIFF with an orientation, in one strip.
pub(crate) fn tiff(picture: &Picture, orientation: u16) -> Vec<u8> {
    let side = |n: u32| Field::Short(n as u16);
    // One strip; its offset and the length of three shorts lie right behind the directory.
    let fields = |offset: u16| {
        exif(&[
            (0x0100, side(picture.width())),
            (0x0101, side(picture.height())),
            (0x0102, Field::Short(8)),
            (0x0103, Field::Short(1)),
            (0x0106, Field::Short(2)),
            (0x0111, Field::Short(offset)),
            (0x0112, Field::Short(orientation)),
            (0x0115, Field::Short(3)),
            (0x0116, side(picture.height())),
            (0x0117, Field::Short(picture.rgb().len() as u16)),
        ])
    };
    let length = fields(0).len() as u16;
    [fields(length), picture.rgb().to_vec()].concat()
}
