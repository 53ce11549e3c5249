//! Photos that tests draw: twelve that no eye confuses, and a mosaic of four of them.

use std::f32::consts::TAU;
use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result};
use image::{ImageFormat, Rgb, RgbImage};

/// A colour by place, both from 0 to 1 from the upper left corner.
type Paint = fn(f32, f32) -> [u8; 3];

const SIZE: (u32, u32) = (800, 600);

/// Every photo by its file's name.
pub const PHOTOS: [(&str, Paint); 12] = [
    ("red-circle.jpg", red_circle),
    ("blue-square.jpg", blue_square),
    ("green-triangle.jpg", green_triangle),
    ("yellow-stripes.jpg", yellow_stripes),
    ("purple-rings.jpg", purple_rings),
    ("orange-checkers.jpg", orange_checkers),
    ("teal-dusk.jpg", teal_dusk),
    ("white-cross.jpg", white_cross),
    ("black-dots.jpg", black_dots),
    ("pink-waves.jpg", pink_waves),
    ("brown-bricks.jpg", brown_bricks),
    ("silver-rays.jpg", silver_rays),
];

/// The photos in a mosaic, row by row.
const MOSAIC: [Paint; 4] = [red_circle, orange_checkers, teal_dusk, white_cross];

/// The photo in the mosaic's upper right quarter.
pub const UPPER_RIGHT: &str = "orange-checkers.jpg";

/// Writes all photos into a folder.
pub fn write_all(folder: &Path) -> Result<()> {
    for (name, paint) in PHOTOS {
        let path = folder.join(name);
        painted(SIZE, paint)
            .save(&path)
            .with_context(|| format!("Cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Four of the photos as one PNG picture.
pub fn mosaic_png() -> Result<Vec<u8>> {
    let picture = painted(SIZE, |x, y| {
        let (column, row) = (usize::from(x >= 0.5), usize::from(y >= 0.5));
        MOSAIC[2 * row + column]((2.0 * x).fract(), (2.0 * y).fract())
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn painted((width, height): (u32, u32), paint: impl Fn(f32, f32) -> [u8; 3]) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let place = |at: u32, of: u32| (at as f32 + 0.5) / of as f32;
        Rgb(paint(place(x, width), place(y, height)))
    })
}

fn either(first: bool, one: [u8; 3], other: [u8; 3]) -> [u8; 3] {
    if first { one } else { other }
}

/// Distance from the middle, in heights of the photo.
fn radius(x: f32, y: f32) -> f32 {
    ((x - 0.5) * 4.0 / 3.0).hypot(y - 0.5)
}

fn red_circle(x: f32, y: f32) -> [u8; 3] {
    either(radius(x, y) < 0.3, [210, 20, 30], [240, 235, 225])
}

fn blue_square(x: f32, y: f32) -> [u8; 3] {
    let inside = (x - 0.3).abs() < 0.2 && (y - 0.4).abs() < 0.27;
    either(inside, [20, 50, 200], [190, 205, 225])
}

fn green_triangle(x: f32, y: f32) -> [u8; 3] {
    let inside = y > 0.2 && y < 0.85 && (x - 0.6).abs() < (y - 0.2) * 0.5;
    either(inside, [20, 140, 50], [25, 35, 30])
}

fn yellow_stripes(x: f32, y: f32) -> [u8; 3] {
    either(((x + y) * 9.0).fract() < 0.5, [245, 210, 20], [60, 50, 10])
}

fn purple_rings(x: f32, y: f32) -> [u8; 3] {
    either(
        (radius(x, y) * 12.0).fract() < 0.5,
        [120, 30, 160],
        [225, 205, 240],
    )
}

fn orange_checkers(x: f32, y: f32) -> [u8; 3] {
    let odd = ((x * 8.0) as u32 + (y * 6.0) as u32) % 2 == 1;
    either(odd, [240, 130, 10], [50, 25, 5])
}

fn teal_dusk(x: f32, y: f32) -> [u8; 3] {
    let hill = y > 0.7 + 0.1 * (x * TAU).sin();
    let sky = [
        (30.0 * y) as u8,
        (90.0 + 120.0 * y) as u8,
        (110.0 + 90.0 * y) as u8,
    ];
    either(hill, [5, 30, 35], sky)
}

fn white_cross(x: f32, y: f32) -> [u8; 3] {
    let arm = (x - 0.5).abs() < 0.08 || (y - 0.5).abs() < 0.1;
    either(arm, [250, 250, 250], [150, 20, 40])
}

fn black_dots(x: f32, y: f32) -> [u8; 3] {
    let (dx, dy) = ((x * 8.0).fract() - 0.5, (y * 6.0).fract() - 0.5);
    either(dx.hypot(dy) < 0.3, [10, 10, 10], [235, 235, 235])
}

fn pink_waves(x: f32, y: f32) -> [u8; 3] {
    let wave = (y * 7.0 + 0.4 * (x * 2.0 * TAU).sin()).rem_euclid(1.0) < 0.5;
    either(wave, [245, 120, 170], [255, 225, 235])
}

fn brown_bricks(x: f32, y: f32) -> [u8; 3] {
    let row = (y * 10.0).floor();
    let along = x * 6.0 + if row % 2.0 == 0.0 { 0.0 } else { 0.5 };
    let mortar = (y * 10.0).fract() < 0.12 || along.fract() < 0.06;
    either(mortar, [205, 195, 180], [125, 65, 40])
}

fn silver_rays(x: f32, y: f32) -> [u8; 3] {
    let turn = (y - 0.95).atan2(x - 0.5) / TAU;
    either(
        (turn * 40.0).rem_euclid(1.0) < 0.5,
        [190, 195, 200],
        [95, 100, 110],
    )
}
