//! Luma and chroma planes to interleaved colours.

use super::av1::Frame;

/// How the numbers of the planes become red, green and blue: ITU-T H.273 code points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coding {
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

/// RGBA of 8 bits, opaque.
///
/// Chroma of half resolution is repeated, as libheif does.
///
/// # Source
/// ITU-T H.273, 8.3: formulas 20 to 49.
pub(super) fn rgba(frame: &Frame, coding: Coding) -> Vec<u8> {
    let scale = Scale::new(frame.depth, coding.full_range);
    let mut rgba = Vec::with_capacity(frame.width * frame.height * 4);
    let chroma_width = frame.width.div_ceil(1 << frame.shift.0);
    let row_of = |plane: usize, row: usize, width: usize| {
        let samples = frame.planes.get(plane).map_or(&[] as &[u16], Vec::as_slice);
        samples.get(row * width..(row + 1) * width).unwrap_or(&[])
    };
    let colors = Colors::of(coding.matrix);
    for y in 0..frame.height {
        let luma = row_of(0, y, frame.width);
        let (u, v) = (
            row_of(1, y >> frame.shift.1, chroma_width),
            row_of(2, y >> frame.shift.1, chroma_width),
        );
        for (x, luma) in luma.iter().enumerate() {
            let at = x >> frame.shift.0;
            let pixel = match (u.get(at), v.get(at)) {
                (Some(u), Some(v)) => colors.rgb(&scale, *luma, *u, *v),
                _ => [scale.luma(*luma); 3],
            };
            rgba.extend(pixel.map(|v| (v * 255.0 + 0.5).clamp(0.0, 255.0) as u8));
            rgba.push(255);
        }
    }
    rgba
}

/// The first plane, as opacity of 8 bits.
pub(super) fn alpha(frame: &Frame, full_range: bool) -> Vec<u8> {
    let scale = Scale::new(frame.depth, full_range);
    let of = |s: &u16| (scale.luma(*s) * 255.0 + 0.5).clamp(0.0, 255.0) as u8;
    frame
        .planes
        .first()
        .map_or_else(Vec::new, |plane| plane.iter().map(of).collect())
}

/// Brings samples to 0 … 1, and chroma to -0.5 … 0.5.
struct Scale {
    luma: (f32, f32),
    chroma: (f32, f32),
}

impl Scale {
    fn new(depth: u8, full_range: bool) -> Self {
        let unit = f32::from(1_u16 << (depth.clamp(8, 16) - 8));
        let most = unit * 256.0 - 1.0;
        if full_range {
            Self {
                luma: (0.0, 1.0 / most),
                chroma: (unit * 128.0, 1.0 / most),
            }
        } else {
            Self {
                luma: (unit * 16.0, 1.0 / (unit * 219.0)),
                chroma: (unit * 128.0, 1.0 / (unit * 224.0)),
            }
        }
    }

    fn luma(&self, sample: u16) -> f32 {
        (f32::from(sample) - self.luma.0) * self.luma.1
    }

    fn chroma(&self, sample: u16) -> f32 {
        (f32::from(sample) - self.chroma.0) * self.chroma.1
    }
}

enum Colors {
    /// Green, blue and red themselves.
    Identity,
    /// `YCgCo`.
    GreenOrange,
    /// Weights of red and blue in luma.
    Weighted { red: f32, blue: f32 },
}

impl Colors {
    fn of(matrix: u16) -> Self {
        let (red, blue) = match matrix {
            0 => return Self::Identity,
            8 => return Self::GreenOrange,
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        };
        Self::Weighted { red, blue }
    }

    fn rgb(&self, scale: &Scale, y: u16, u: u16, v: u16) -> [f32; 3] {
        let luma = scale.luma(y);
        match self {
            Self::Identity => [scale.luma(v), luma, scale.luma(u)],
            Self::GreenOrange => {
                let (green, orange) = (scale.chroma(u), scale.chroma(v));
                let rest = luma - green;
                [rest + orange, luma + green, rest - orange]
            }
            Self::Weighted { red, blue } => {
                let (cb, cr) = (scale.chroma(u), scale.chroma(v));
                let r = luma + 2.0 * (1.0 - red) * cr;
                let b = luma + 2.0 * (1.0 - blue) * cb;
                let g = (luma - red * r - blue * b) / (1.0 - red - blue);
                [r, g, b]
            }
        }
    }
}
