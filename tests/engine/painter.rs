//! Draws pictures from a seed: equal seeds give equal bytes, other seeds look otherwise.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Seeded random numbers.
///
/// # Source
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end)) as u32
    }

    /// 0 … 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn color(&mut self) -> [f64; 3] {
        [0; 3].map(|_| f64::from(self.below(256)))
    }
}

/// A gradient, seven shapes and a little noise, all from the seed.
pub fn picture(seed: u64, width: u32, height: u32) -> RgbImage {
    let mut random = Random(seed.wrapping_mul(7919));
    let (from, to) = (random.color(), random.color());
    let shapes: Vec<_> = (0..7).map(|_| Shape::any(&mut random)).collect();
    RgbImage::from_fn(width, height, |x, y| {
        let (right, down) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let ground = [0, 1, 2].map(|c| from[c] + (to[c] - from[c]) * (right + down) / 2.0);
        let shape = shapes.iter().rev().find(|shape| shape.covers(right, down));
        let noise = f64::from(random.below(9)) - 4.0;
        Rgb(shape
            .map_or(ground, |shape| shape.color)
            .map(|c| (c + noise).clamp(0.0, 255.0) as u8))
    })
}

struct Shape {
    round: bool,
    center: (f64, f64),
    radius: (f64, f64),
    color: [f64; 3],
}

impl Shape {
    fn any(random: &mut Random) -> Self {
        Self {
            round: random.below(2) == 0,
            center: (random.share(), random.share()),
            radius: (0.05 + random.share() * 0.25, 0.05 + random.share() * 0.25),
            color: random.color(),
        }
    }

    fn covers(&self, x: f64, y: f64) -> bool {
        let (dx, dy) = (
            (x - self.center.0) / self.radius.0,
            (y - self.center.1) / self.radius.1,
        );
        if self.round {
            dx * dx + dy * dy < 1.0
        } else {
            dx.abs() < 1.0 && dy.abs() < 1.0
        }
    }
}

/// One plain colour.
pub fn plain(color: [u8; 3]) -> Vec<u8> {
    jpeg(&RgbImage::from_pixel(400, 300, Rgb(color)))
}

/// A picture of the seed, 400 × 300, as JPEG.
pub fn photo(seed: u64) -> Vec<u8> {
    jpeg(&picture(seed, 400, 300))
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90))
        .unwrap();
    bytes.into_inner()
}

/// What a camera writes beside the pixels.
#[derive(Clone, Copy, Default)]
pub struct Shot {
    pub camera: &'static str,
    /// "2023:06:30 12:00:00"
    pub taken: &'static str,
    pub rating: u16,
    pub iso: u16,
}

/// Puts EXIF into a JPEG; what is empty or zero is left out.
pub fn with_shot(jpeg: &[u8], shot: Shot) -> Vec<u8> {
    let mut main = Vec::new();
    if !shot.camera.is_empty() {
        main.push((0x0110, Field::Ascii(shot.camera)));
    }
    if shot.rating > 0 {
        main.push((0x4746, Field::Short(shot.rating)));
    }
    let mut inner = Vec::new();
    if shot.iso > 0 {
        inner.push((0x8827, Field::Short(shot.iso)));
    }
    if !shot.taken.is_empty() {
        inner.push((0x9003, Field::Ascii(shot.taken)));
    }
    main.push((0x8769, Field::Directory(inner)));
    let mut exif = b"Exif\0\0".to_vec();
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    directory(&mut block, &main);
    exif.extend(block);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

enum Field {
    Ascii(&'static str),
    Short(u16),
    Directory(Vec<(u16, Field)>),
}

fn directory(block: &mut Vec<u8>, fields: &[(u16, Field)]) {
    let at = block.len();
    block.resize(at + 2 + fields.len() * 12 + 4, 0);
    block[at..at + 2].copy_from_slice(&(fields.len() as u16).to_le_bytes());
    for (n, (tag, field)) in fields.iter().enumerate() {
        let (kind, count, mut value) = match field {
            Field::Ascii(text) => (2_u16, text.len() + 1, [text.as_bytes(), &[0]].concat()),
            Field::Short(number) => (3, 1, number.to_le_bytes().to_vec()),
            Field::Directory(inner) => {
                let start = block.len() as u32;
                directory(block, inner);
                (4, 1, start.to_le_bytes().to_vec())
            }
        };
        if value.len() > 4 {
            let start = block.len() as u32;
            block.extend_from_slice(&value);
            value = start.to_le_bytes().to_vec();
        }
        value.resize(4, 0);
        let head = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        let entry = [head, (count as u32).to_le_bytes().to_vec(), value].concat();
        block[at + 2 + n * 12..at + 14 + n * 12].copy_from_slice(&entry);
    }
}
