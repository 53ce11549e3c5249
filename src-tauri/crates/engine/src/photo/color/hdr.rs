//! HDR pictures on screens without HDR.

use moxcms::{CicpColorPrimaries, ColorProfile};

use crate::picture::Picture;

/// Luminance of reference white in cd/m².
///
/// # Source
/// ITU-R BT.2408, 2.1.
const WHITE: f32 = 203.0;

/// The brightest that is told apart, in reference whites: 1000 cd/m².
const PEAK: f32 = 1000.0 / WHITE;

/// Below this share of reference white nothing is changed; above it highlights are rolled off.
const KNEE: f32 = 0.8;

/// Turns PQ, or HLG, of 8 bits into sRGB.
pub(super) fn to_srgb(picture: Picture, primaries: CicpColorPrimaries, is_hlg: bool) -> Picture {
    let light: Vec<f32> = (0..=255_u8)
        .map(|code| f32::from(code) / 255.0)
        .map(if is_hlg { hlg } else { pq })
        .collect();
    let matrix = to_srgb_primaries(primaries);
    let of = |code: u8| light.get(usize::from(code)).copied().unwrap_or(0.0);
    let (pixels, _) = picture.rgb().as_chunks::<3>();
    let mut rgb = Vec::with_capacity(picture.rgb().len());
    for [r, g, b] in pixels {
        let [r, g, b] = [of(*r), of(*g), of(*b)];
        let row = |[x, y, z]: [f32; 3]| x * r + y * g + z * b;
        let linear = matrix.map(row);
        let brightest = linear.iter().fold(0.0_f32, |a, v| a.max(*v));
        let scale = if brightest > KNEE {
            rolled(brightest) / brightest
        } else {
            1.0
        };
        rgb.extend(linear.map(|v| (srgb(v * scale) * 255.0 + 0.5) as u8));
    }
    Picture::new(picture.width(), picture.height(), rgb).unwrap_or(picture)
}

/// Rolls highlights between the knee and the peak off into what is left below white.
fn rolled(value: f32) -> f32 {
    let room = 1.0 - KNEE;
    let above = (value.min(PEAK) - KNEE) / (PEAK - KNEE);
    // The slope at the knee is 1, at the peak 0.
    let steep = (PEAK - KNEE) / room;
    KNEE + room * (1.0 - (1.0 - above).powf(steep))
}

/// In reference whites.
///
/// # Source
/// SMPTE ST 2084.
fn pq(code: f32) -> f32 {
    let (m1, m2) = (0.159_301_76_f32, 78.843_75_f32);
    let (c1, c2, c3) = (0.835_937_5_f32, 18.851_563_f32, 18.687_5_f32);
    let power = code.powf(1.0 / m2);
    let light = ((power - c1).max(0.0) / (c2 - c3 * power)).powf(1.0 / m1);
    light * 10_000.0 / WHITE
}

/// In reference whites, on a screen of 1000 cd/m²; its gamma is applied to each colour.
///
/// # Source
/// ITU-R BT.2100, table 5: reference white lies at 75 %.
fn hlg(code: f32) -> f32 {
    let (a, b, c) = (0.178_832_77_f32, 0.284_668_92_f32, 0.559_910_7_f32);
    let scene = if code <= 0.5 {
        code * code / 3.0
    } else {
        (((code - c) / a).exp() + b) / 12.0
    };
    scene.powf(1.2) * 1000.0 / WHITE
}

/// # Source
/// IEC 61966-2-1.
fn srgb(linear: f32) -> f32 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

fn to_srgb_primaries(primaries: CicpColorPrimaries) -> [[f32; 3]; 3] {
    let from = match primaries {
        CicpColorPrimaries::Bt2020 => ColorProfile::new_bt2020(),
        CicpColorPrimaries::Smpte432 => ColorProfile::new_display_p3(),
        _ => return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    };
    let matrix = from.transform_matrix(&ColorProfile::new_srgb());
    matrix.v.map(|row| row.map(|v| v as f32))
}
