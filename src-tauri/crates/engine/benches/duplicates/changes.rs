//! The changes a copy of a photo goes through, and the next frame of a burst.

use std::io::Cursor;

use anyhow::Result;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::lossy::{self, Encoder};

/// A file of the set: its ending and bytes.
pub struct File {
    pub ending: &'static str,
    pub bytes: Vec<u8>,
}

/// What is done to a photo, and how it is written.
pub struct Change {
    pub name: &'static str,
    apply: fn(&RgbImage, &mut StdRng) -> RgbImage,
    format: Format,
}

enum Format {
    Jpeg(u8),
    /// That says by EXIF's orientation 6 that it is to be turned right by a quarter.
    TurnedJpeg(u8),
    Png,
    /// Without loss: `image` writes no other.
    WebP,
    /// With loss, where it can be encoded here.
    Lossy(Encoder),
}

const fn jpeg(
    name: &'static str,
    quality: u8,
    apply: fn(&RgbImage, &mut StdRng) -> RgbImage,
) -> Change {
    let format = Format::Jpeg(quality);
    Change {
        name,
        apply,
        format,
    }
}

const fn other(name: &'static str, format: Format) -> Change {
    let apply = |photo: &RgbImage, _: &mut StdRng| photo.clone();
    Change {
        name,
        apply,
        format,
    }
}

/// Seeds a photo: the changes after the first thirty draw nothing.
pub const SEEDS: usize = 30;

/// Everything that leaves a photo the same picture.
pub const CHANGES: [Change; 32] = [
    jpeg("scale-1-2", 88, |p, _| scaled(p, 2)),
    jpeg("scale-1-4", 88, |p, _| scaled(p, 4)),
    jpeg("scale-1-8", 88, |p, _| scaled(p, 8)),
    jpeg("jpeg-20", 20, |p, _| p.clone()),
    jpeg("jpeg-50", 50, |p, _| p.clone()),
    jpeg("jpeg-80", 80, |p, _| p.clone()),
    jpeg("jpeg-95", 95, |p, _| p.clone()),
    other("png", Format::Png),
    other("webp", Format::WebP),
    jpeg("crop-2", 88, |p, r| cropped(p, 0.02, r)),
    jpeg("crop-5", 88, |p, r| cropped(p, 0.05, r)),
    jpeg("crop-10", 88, |p, r| cropped(p, 0.10, r)),
    jpeg("crop-10-a-side", 88, |p, _| inner(p, 0.10)),
    jpeg("border-white", 88, |p, _| framed(p, 0.05, 255)),
    jpeg("border-black", 88, |p, _| framed(p, 0.10, 0)),
    jpeg("text", 88, text),
    jpeg("watermark", 88, |p, _| watermark(p)),
    jpeg("brighter", 88, |p, _| levels(p, |v| v * 1.25)),
    jpeg("darker", 88, |p, _| levels(p, |v| v * 0.75)),
    jpeg("contrast-more", 88, |p, _| {
        levels(p, |v| 128.0 + 1.3 * (v - 128.0))
    }),
    jpeg("contrast-less", 88, |p, _| {
        levels(p, |v| 128.0 + 0.7 * (v - 128.0))
    }),
    jpeg("grey", 88, |p, _| {
        DynamicImage::ImageLuma8(imageops::grayscale(p)).to_rgb8()
    }),
    jpeg("blur", 88, |p, _| imageops::blur(p, 0.8)),
    jpeg("rotate-90", 88, |p, _| imageops::rotate90(p)),
    jpeg("rotate-180", 88, |p, _| imageops::rotate180(p)),
    jpeg("rotate-270", 88, |p, _| imageops::rotate270(p)),
    Change {
        name: "exif-rotated",
        apply: |p, _| imageops::rotate270(p),
        format: Format::TurnedJpeg(88),
    },
    jpeg("mirror", 88, |p, _| imageops::flip_horizontal(p)),
    jpeg("messenger", 55, |p, _| scaled(p, 2)),
    jpeg("gamma", 88, |p, _| {
        levels(p, |v| 255.0 * (v / 255.0).powf(0.8))
    }),
    other("webp-lossy", Format::Lossy(lossy::WEBP)),
    other("avif", Format::Lossy(lossy::AVIF)),
];

impl Change {
    /// Whether this machine has the encoder that it needs.
    pub fn is_possible(&self) -> bool {
        match &self.format {
            Format::Lossy(encoder) => encoder.is_there(),
            _ => true,
        }
    }

    /// Makes the changed file; the same for the same seed.
    pub fn make(&self, photo: &RgbImage, seed: u64) -> Result<File> {
        let mut random = StdRng::seed_from_u64(seed);
        let changed = (self.apply)(photo, &mut random);
        let (ending, bytes) = match &self.format {
            Format::Jpeg(quality) => ("jpg", to_jpeg(&changed, *quality)?),
            Format::Lossy(encoder) => (encoder.ending, encoder.encode(&changed)?),
            Format::TurnedJpeg(quality) => {
                ("jpg", with_orientation(&to_jpeg(&changed, *quality)?, 6))
            }
            Format::Png => ("png", to_format(&changed, ImageFormat::Png)?),
            Format::WebP => ("webp", to_format(&changed, ImageFormat::WebP)?),
        };
        Ok(File { ending, bytes })
    }
}

pub fn to_jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    Ok(bytes)
}

/// Puts a segment with EXIF's orientation behind the start of a JPEG.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    // Big-endian TIFF: one directory at 8 with one tag, 0x0112, of one short.
    let exif = [
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",
        [orientation, 0, 0, 0, 0, 0, 0].as_slice(),
    ]
    .concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [start, &[0xFF, 0xE1], &length, &exif, rest].concat()
}

fn to_format(picture: &RgbImage, format: ImageFormat) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

fn scaled(photo: &RgbImage, by: u32) -> RgbImage {
    let (width, height) = (photo.width() / by, photo.height() / by);
    imageops::resize(photo, width.max(1), height.max(1), FilterType::Lanczos3)
}

/// Cuts that part of both sides off, somewhere.
fn cropped(photo: &RgbImage, part: f32, random: &mut StdRng) -> RgbImage {
    let kept = |side: u32| ((side as f32) * (1.0 - part)).round() as u32;
    let (width, height) = (kept(photo.width()), kept(photo.height()));
    let left = random.random_range(0..=photo.width() - width);
    let top = random.random_range(0..=photo.height() - height);
    imageops::crop_imm(photo, left, top, width, height).to_image()
}

/// Cuts that part off each of the four sides.
fn inner(photo: &RgbImage, part: f32) -> RgbImage {
    let cut = |side: u32| (side as f32 * part).round() as u32;
    let (left, top) = (cut(photo.width()), cut(photo.height()));
    let (width, height) = (photo.width() - 2 * left, photo.height() - 2 * top);
    imageops::crop_imm(photo, left, top, width, height).to_image()
}

fn framed(photo: &RgbImage, part: f32, grey: u8) -> RgbImage {
    let border = (photo.width().max(photo.height()) as f32 * part).round() as u32;
    let (width, height) = (photo.width() + 2 * border, photo.height() + 2 * border);
    let mut out = RgbImage::from_pixel(width, height, Rgb([grey; 3]));
    imageops::replace(&mut out, photo, i64::from(border), i64::from(border));
    out
}

fn levels(photo: &RgbImage, change: fn(f32) -> f32) -> RgbImage {
    let mut out = photo.clone();
    out.iter_mut()
        .for_each(|v| *v = change(f32::from(*v)).round().clamp(0.0, 255.0) as u8);
    out
}

/// The letters of what is laid over, 5 × 5 dots each, a row a byte.
const LETTERS: [[u8; 5]; 6] = [
    [0b01110, 0b10000, 0b01110, 0b00001, 0b11110],
    [0b01110, 0b10001, 0b11111, 0b10001, 0b10001],
    [0b10001, 0b11011, 0b10101, 0b10001, 0b10001],
    [0b11110, 0b10001, 0b11110, 0b10000, 0b10000],
    [0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
    [0b11111, 0b10000, 0b11110, 0b10000, 0b11111],
];

/// Blends the letters over a picture, at a place and a size of dots in pixels.
fn write(photo: &RgbImage, (left, top): (f32, f32), dot: f32, ink: Rgb<u8>, part: f32) -> RgbImage {
    let mut out = photo.clone();
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let (column, row) = ((x as f32 - left) / dot, (y as f32 - top) / dot);
        if column < 0.0 || row < 0.0 {
            continue;
        }
        let (letter, column) = (column as usize / 6, column as usize % 6);
        let dots = LETTERS.get(letter).and_then(|rows| rows.get(row as usize));
        if column < 5 && dots.is_some_and(|dots| dots >> (4 - column) & 1 == 1) {
            for (value, ink) in pixel.0.iter_mut().zip(ink.0) {
                let mixed = f32::from(*value) * (1.0 - part) + f32::from(ink) * part;
                *value = mixed.round() as u8;
            }
        }
    }
    out
}

/// A caption in a corner.
fn text(photo: &RgbImage, random: &mut StdRng) -> RgbImage {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let dot = (height / 60.0).max(1.0);
    let place = match random.random_range(0..3) {
        0 => (width * 0.03, height * 0.03),
        1 => (width * 0.03, height * 0.88),
        _ => (width - 37.0 * dot, height * 0.88),
    };
    let ink = [[255; 3], [0; 3], [255, 230, 0]];
    let ink = ink
        .get(random.random_range(0..3))
        .copied()
        .unwrap_or_default();
    write(photo, place, dot, Rgb(ink), 1.0)
}

/// Large half transparent letters over the middle.
fn watermark(photo: &RgbImage) -> RgbImage {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let dot = width / 50.0;
    let place = ((width - 35.0 * dot) / 2.0, (height - 5.0 * dot) / 2.0);
    write(photo, place, dot, Rgb([255; 3]), 0.5)
}

/// Two frames of one scene: the camera turned and moved a little, something in the scene moved,
/// the exposure and the noise are others.
pub fn frames(photo: &RgbImage, seed: u64) -> [RgbImage; 2] {
    let mut random = StdRng::seed_from_u64(seed);
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let thing = [random.random_range(0.3..0.7), random.random_range(0.3..0.7)];
    let signed = |random: &mut StdRng, low: f32, high: f32| {
        let sign = if random.random_bool(0.5) { 1.0 } else { -1.0 };
        sign * random.random_range(low..high)
    };
    let moved = [
        signed(&mut random, 0.03, 0.08),
        signed(&mut random, 0.02, 0.06),
    ];
    let angle = signed(&mut random, 0.3, 1.2).to_radians();
    let shift = [
        signed(&mut random, 0.004, 0.02),
        signed(&mut random, 0.004, 0.02),
    ];
    let tilt = [
        signed(&mut random, 0.002, 0.012),
        signed(&mut random, 0.002, 0.012),
    ];
    let light = random.random_range(0.96..1.04_f32);
    let mut frame = |second: bool| {
        let amount = f32::from(u8::from(second));
        let (sin, cos) = (angle * amount).sin_cos();
        // The frames show the inner nine tenths, so that both are full.
        RgbImage::from_fn((width * 0.9) as u32, (height * 0.9) as u32, |x, y| {
            let (x, y) = (x as f32 - width * 0.45, y as f32 - height * 0.45);
            let bend = 1.0 + amount * (tilt[0] * x / width + tilt[1] * y / height);
            let u = (cos * x - sin * y) * bend + width * (0.5 + amount * shift[0]);
            let v = (sin * x + cos * y) * bend + height * (0.5 + amount * shift[1]);
            let far = ((u / width - thing[0] - amount * moved[0]) / 0.12).powi(2)
                + ((v / height - thing[1] - amount * moved[1]) / 0.16).powi(2);
            let (u, v) = if second && far < 1.0 {
                (u - moved[0] * width, v - moved[1] * height)
            } else {
                (u, v)
            };
            let noise = random.random_range(-5.0..5.0_f32);
            let gain = 1.0 + amount * (light - 1.0);
            Rgb(between(photo, u, v).map(|v| (v * gain + noise).round().clamp(0.0, 255.0) as u8))
        })
    };
    [frame(false), frame(true)]
}

/// The colour between four pixels.
fn between(photo: &RgbImage, x: f32, y: f32) -> [f32; 3] {
    let (x, y) = (
        x.clamp(0.0, photo.width() as f32 - 1.001),
        y.clamp(0.0, photo.height() as f32 - 1.001),
    );
    let (left, top) = (x as u32, y as u32);
    let (right, low) = (x - left as f32, y - top as f32);
    let mut out = [0.0; 3];
    for (dx, dy, part) in [
        (0, 0, (1.0 - right) * (1.0 - low)),
        (1, 0, right * (1.0 - low)),
        (0, 1, (1.0 - right) * low),
        (1, 1, right * low),
    ] {
        let (x, y) = (
            (left + dx).min(photo.width() - 1),
            (top + dy).min(photo.height() - 1),
        );
        for (sum, value) in out.iter_mut().zip(photo.get_pixel(x, y).0) {
            *sum += part * f32::from(value);
        }
    }
    out
}
