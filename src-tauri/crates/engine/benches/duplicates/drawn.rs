//! Drawn pictures and changed copies of them.

use anyhow::{Context as _, Result};
use latent_engine::picture::Picture;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Sides of a drawn picture.
const SIZE: (u32, u32) = (48, 36);
/// Half waves a side that it is made of.
const WAVES: usize = 12;

/// Draws waves whose height falls with their frequency, as in photos; a changed copy is cut,
/// mirrored, lit otherwise and noisy.
///
/// # Errors
/// None: the picture has its size.
pub fn draw(seed: u64, change: Option<u64>) -> Result<Picture> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut heights = [[0.0_f32; WAVES]; WAVES];
    for (v, line) in heights.iter_mut().enumerate() {
        for (u, height) in line.iter_mut().enumerate() {
            let sum: f32 = (0..4).map(|_| random.random_range(-1.0..1.0_f32)).sum();
            *height = 70.0 * sum / (1.0 + (u * u + v * v) as f32).powf(0.6);
        }
    }
    let mut random = StdRng::seed_from_u64(change.unwrap_or(seed) ^ 0x5EED);
    let changed = change.is_some();
    let cut = if changed {
        random.random_range(0.0..0.06)
    } else {
        0.0
    };
    let left = random.random_range(0.0..=cut);
    let mirrored = changed && random.random_bool(0.3);
    let gain = if changed {
        random.random_range(0.8..1.1)
    } else {
        1.0
    };
    let waves = |count: u32, mirrored: bool| -> Vec<[f32; WAVES]> {
        let place = |i: u32| left + (i as f32 + 0.5) / count as f32 * (1.0 - cut);
        let place = |i: u32| {
            if mirrored {
                place(count - 1 - i)
            } else {
                place(i)
            }
        };
        (0..count)
            .map(|i| std::array::from_fn(|k| (std::f32::consts::PI * k as f32 * place(i)).cos()))
            .collect()
    };
    let (columns, rows) = (waves(SIZE.0, mirrored), waves(SIZE.1, false));
    let dot = |a: &[f32; WAVES], b: &[f32; WAVES]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let mut rgb = Vec::with_capacity((SIZE.0 * SIZE.1 * 3) as usize);
    for row in &rows {
        let mut across = [0.0; WAVES];
        for (line, part) in heights.iter().zip(row) {
            across
                .iter_mut()
                .zip(line)
                .for_each(|(sum, height)| *sum += part * height);
        }
        for column in &columns {
            let noise = random.random_range(-1.5..1.5);
            let grey = 128.0 + gain * dot(&across, column) + noise;
            rgb.extend([grey.clamp(0.0, 255.0) as u8; 3]);
        }
    }
    Picture::new(SIZE.0, SIZE.1, rgb).context("a drawn picture")
}
