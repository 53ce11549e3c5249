//! Brings pixels of other colour spaces to sRGB.
//!
//! It comes after scaling down and before turning upright, so that it touches as few pixels as
//! possible. Broken, grey and unknown profiles leave the pixels as they are.

mod hdr;

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    TransferCharacteristics, TransformOptions,
};

use crate::picture::Picture;

/// The largest step of 255 by which a profile may differ from sRGB and still count as sRGB.
///
/// There are dozens of sRGB profiles that differ in rounding; no eye sees two steps.
const SAME_WITHIN: u8 = 2;

/// Converts to sRGB by the embedded ICC profile.
pub(super) fn from_icc(picture: Picture, icc: &[u8]) -> Picture {
    match ColorProfile::new_from_slice(icc) {
        Ok(profile) if profile.color_space == DataColorSpace::Rgb => convert(picture, &profile),
        _ => picture,
    }
}

/// Converts to sRGB from Adobe RGB (1998), which cameras announce in EXIF without a profile.
pub(super) fn from_adobe_rgb(picture: Picture) -> Picture {
    convert(picture, &ColorProfile::new_adobe_rgb())
}

/// Brings a picture to sRGB whose colours are named by ITU-T H.273 code points.
///
/// HDR is shown as a screen without it would: reference white stays white, and what is brighter is
/// toned down.
pub(super) fn from_cicp(picture: Picture, primaries: u16, transfer: u16) -> Picture {
    let point = |code: u16| u8::try_from(code).ok();
    let primaries = point(primaries).and_then(|p| CicpColorPrimaries::try_from(p).ok());
    let Some(primaries) = primaries.filter(|p| *p != CicpColorPrimaries::Unspecified) else {
        return picture;
    };
    match transfer {
        16 | 18 => hdr::to_srgb(picture, primaries, transfer == 18),
        _ => {
            let transfer = point(transfer)
                .and_then(|t| TransferCharacteristics::try_from(t).ok())
                .filter(|t| *t != TransferCharacteristics::Unspecified)
                .unwrap_or(TransferCharacteristics::Srgb);
            let profile = ColorProfile::new_from_cicp(CicpProfile {
                color_primaries: primaries,
                transfer_characteristics: transfer,
                matrix_coefficients: MatrixCoefficients::Identity,
                full_range: true,
            });
            convert(picture, &profile)
        }
    }
}

fn convert(picture: Picture, profile: &ColorProfile) -> Picture {
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)
    else {
        return picture;
    };
    let probe = probe();
    let mut seen = vec![0; probe.len()];
    if transform.transform(&probe, &mut seen).is_err() || is_close(&probe, &seen) {
        return picture;
    }
    let mut rgb = vec![0; picture.rgb().len()];
    match transform.transform(picture.rgb(), &mut rgb) {
        Ok(()) => Picture::new(picture.width(), picture.height(), rgb).unwrap_or(picture),
        Err(_) => picture,
    }
}

/// Colours all over the cube, to see whether a profile changes anything.
fn probe() -> Vec<u8> {
    let levels = [0_u8, 64, 128, 192, 255];
    let pairs = levels.iter().flat_map(|r| levels.map(|g| (*r, g)));
    pairs
        .flat_map(|(r, g)| levels.map(|b| [r, g, b]))
        .flatten()
        .collect()
}

fn is_close(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= SAME_WITHIN)
}

/// Converts CMYK pixels (`[pixels, 4]` u8, 255 is full ink) to sRGB `[pixels, 3]` u8.
///
/// By the profile where there is a usable one, otherwise as `(1 - ink) · (1 - black)`.
pub(super) fn cmyk_to_rgb(cmyk: &[u8], icc: Option<&[u8]>) -> Vec<u8> {
    icc.and_then(|icc| cmyk_by_profile(cmyk, icc))
        .unwrap_or_else(|| {
            let (pixels, _) = cmyk.as_chunks::<4>();
            let light = |ink: u8, black: u8| {
                ((255 - u16::from(ink)) * (255 - u16::from(black)) / 255) as u8
            };
            pixels
                .iter()
                .flat_map(|[c, m, y, k]| [light(*c, *k), light(*m, *k), light(*y, *k)])
                .collect()
        })
}

fn cmyk_by_profile(cmyk: &[u8], icc: &[u8]) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile
        .create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options)
        .ok()?;
    let mut rgb = vec![0; cmyk.len() / 4 * 3];
    transform.transform(cmyk, &mut rgb).ok()?;
    Some(rgb)
}
