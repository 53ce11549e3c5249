//! Simple words for how a picture looks, so that words find something before any model is there.
//!
//! Not a caption: colours, light and shape only.

use super::color::lab::{self, Lab};
use super::small::Small;

/// A colour is named where it fills this share of the picture. Below, people see a dot of it.
const COLOUR_SHARE: f32 = 0.08;
/// Black, white, grey and brown are in the shadows, skies and grounds of most photos: they are
/// named where they fill more.
const COMMON_COLOUR_SHARE: f32 = 0.22;

/// A picture is black and white where nearly all of it (98 of 100 pixels) has less chroma (C*ab)
/// than this: room for the slight tint of a scan, none for a hand-coloured print.
const GREY_CHROMA: f32 = 5.0;
/// Mean L* below which a picture is dark, and above which it is bright. Over 700 everyday photos
/// it is 47 ± 12; 41 are dark by this and 25 bright.
const DARK_LIGHTNESS: f32 = 28.0;
const BRIGHT_LIGHTNESS: f32 = 68.0;
/// Colourfulness from which people called a picture "quite colourful".
///
/// # Source
/// Hasler & Süsstrunk, "Measuring colourfulness in natural images", SPIE HVEI 2003, table 2.
const COLOURFUL: f32 = 59.0;

/// Sides that differ by less are a square: cameras crop to a pixel or two, people to a hair.
const SQUARE_RATIO: f32 = 1.03;
/// From twice as long as wide on a picture is a panorama.
const PANORAMA_RATIO: f32 = 2.0;

/// Finds the words that fit a picture; `full_width` and `full_height` are the upright photo's
/// size in pixels, of which `picture` may be a thumbnail.
///
/// The words are English and in lower case: the eleven basic colour terms with "grey" beside
/// "gray"; "black and white" with "monochrome"; "dark", "bright", "colorful"; "portrait",
/// "landscape", "square", "panorama".
///
/// # Source
/// Colour terms: Berlin & Kay, "Basic Color Terms", 1969.
#[must_use]
pub fn words(picture: &Small, full_width: u32, full_height: u32) -> Vec<&'static str> {
    let colours: Vec<Lab> = picture.labs.iter().collect();
    let mut words = colour_words(&colours);
    if is_grey(&colours) {
        words.extend(["black and white", "monochrome"]);
    }
    words.extend(light_word(&colours));
    words.extend((colourfulness(&picture.pixels) >= COLOURFUL).then_some("colorful"));
    words.extend(shape_words(full_width, full_height));
    words
}

/// The eleven basic colour terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Term {
    Black,
    White,
    Grey,
    Red,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Brown,
}

/// Each term, the share it needs, and its words.
const TERMS: [(Term, f32, &[&str]); 11] = [
    (Term::Black, COMMON_COLOUR_SHARE, &["black"]),
    (Term::White, COMMON_COLOUR_SHARE, &["white"]),
    (Term::Grey, COMMON_COLOUR_SHARE, &["gray", "grey"]),
    (Term::Red, COLOUR_SHARE, &["red"]),
    (Term::Orange, COLOUR_SHARE, &["orange"]),
    (Term::Yellow, COLOUR_SHARE, &["yellow"]),
    (Term::Green, COLOUR_SHARE, &["green"]),
    (Term::Blue, COLOUR_SHARE, &["blue"]),
    (Term::Purple, COLOUR_SHARE, &["purple"]),
    (Term::Pink, COLOUR_SHARE, &["pink"]),
    (Term::Brown, COMMON_COLOUR_SHARE, &["brown"]),
];

fn colour_words(colours: &[Lab]) -> Vec<&'static str> {
    let mut counts = [0_usize; TERMS.len()];
    for colour in colours {
        if let Some(count) = counts.get_mut(name(*colour) as usize) {
            *count += 1;
        }
    }
    let share = |term: Term| {
        let count = counts.get(term as usize).copied().unwrap_or(0);
        count as f32 / colours.len() as f32
    };
    let present = TERMS
        .iter()
        .filter(|&&(term, needed, _)| share(term) >= needed);
    present
        .flat_map(|(_, _, words)| words.iter().copied())
        .collect()
}

/// Names one colour by lightness, chroma and hue.
///
/// The borders run between the focal colours of the eleven terms: brown is dark orange, pink is
/// light red, and near the grey axis lightness alone decides.
fn name(colour: Lab) -> Term {
    let [lightness, a, b] = colour;
    let chroma = lab::chroma(colour);
    if lightness < 10.0 || (lightness < 22.0 && chroma < 10.0) {
        return Term::Black;
    }
    if chroma < 10.0 {
        return if lightness > 78.0 {
            Term::White
        } else {
            Term::Grey
        };
    }
    let rough = rough_hue(a, b);
    // The degrees about the borders of names, and where the circle closes.
    let is_close = matches!(
        rough as u32,
        0 | 11
            | 12
            | 19
            | 20
            | 47
            | 48
            | 71
            | 72
            | 101
            | 102
            | 199
            | 200
            | 307
            | 308
            | 344
            | 345
            | 359
            | 360
    );
    let hue = if is_close {
        b.atan2(a).to_degrees().rem_euclid(360.0)
    } else {
        rough
    };
    hue_name(lightness, chroma, hue)
}

/// The hue in degrees, 0 … 360, within a quarter of a degree: near enough for most colours to have
/// their name.
///
/// # Source
/// Rajan et al., "Efficient Approximations for the Arctangent Function", IEEE Signal Processing
/// Magazine 23(3), 2006, equation 9 (off by at most 0.0038 radians).
fn rough_hue(a: f32, b: f32) -> f32 {
    let (across, up) = (a.abs(), b.abs());
    let (most, least) = if up > across {
        (up, across)
    } else {
        (across, up)
    };
    let slope = least / most;
    let angle = slope * (45.0 + 15.641_748 * (1.0 - slope));
    let angle = if up > across { 90.0 - angle } else { angle };
    let angle = if a < 0.0 { 180.0 - angle } else { angle };
    if b < 0.0 { 360.0 - angle } else { angle }
}

/// Names a colour that is no grey; `hue` in degrees, 0 … 360 (h_ab of CIELAB).
fn hue_name(lightness: f32, chroma: f32, hue: f32) -> Term {
    let choose = |first: bool, term: Term, other: Term| if first { term } else { other };
    match hue {
        h if !(12.0..345.0).contains(&h) => choose(lightness > 42.0, Term::Pink, Term::Red),
        h if h < 20.0 => choose(lightness > 55.0, Term::Pink, Term::Red),
        h if h < 48.0 && lightness > 65.0 => Term::Pink,
        h if h < 48.0 => choose(chroma > 40.0, Term::Red, Term::Brown),
        h if h < 72.0 => choose(lightness > 52.0 && chroma > 42.0, Term::Orange, Term::Brown),
        h if h < 102.0 => choose(lightness > 60.0 && chroma > 32.0, Term::Yellow, Term::Brown),
        h if h < 200.0 => Term::Green,
        h if h < 308.0 => Term::Blue,
        _ if chroma < 18.0 => Term::Grey,
        _ => choose(lightness > 68.0, Term::Pink, Term::Purple),
    }
}

fn is_grey(colours: &[Lab]) -> bool {
    let coloured = colours
        .iter()
        .filter(|&&c| lab::chroma(c) >= GREY_CHROMA)
        .count();
    coloured * 50 <= colours.len()
}

fn light_word(colours: &[Lab]) -> Option<&'static str> {
    let mean = colours.iter().map(|&[l, _, _]| l).sum::<f32>() / colours.len() as f32;
    match mean {
        l if l < DARK_LIGHTNESS => Some("dark"),
        l if l > BRIGHT_LIGHTNESS => Some("bright"),
        _ => None,
    }
}

/// How colourful people find a picture: 0 none, 33 moderately, 59 quite, 109 extremely.
///
/// # Source
/// Hasler & Süsstrunk 2003, M⁽³⁾ from the opponent channels R − G and (R + G) / 2 − B.
fn colourfulness(pixels: &[[f32; 3]]) -> f32 {
    let opponents = pixels.iter().map(|&[r, g, b]| [r - g, (r + g) / 2.0 - b]);
    let [red_green, yellow_blue] = spreads(opponents);
    red_green.1.hypot(yellow_blue.1) + 0.3 * red_green.0.hypot(yellow_blue.0)
}

/// The mean and the standard deviation of two series side by side.
fn spreads(values: impl Iterator<Item = [f32; 2]> + Clone) -> [(f32, f32); 2] {
    let count = values.clone().count().max(1) as f32;
    let [left, right] = sums(values.clone()).map(|sum| sum / count);
    let squares = values.map(|[l, r]| [(l - left) * (l - left), (r - right) * (r - right)]);
    let [left_spread, right_spread] = sums(squares).map(|sum| (sum / count).sqrt());
    [(left, left_spread), (right, right_spread)]
}

/// Adds up; sums of nothing are −0.
fn sums(values: impl Iterator<Item = [f32; 2]>) -> [f32; 2] {
    values.fold([-0.0; 2], |[left, right], [l, r]| [left + l, right + r])
}

/// Words for the shape of a picture of any size.
pub(crate) fn shape_words(width: u32, height: u32) -> impl Iterator<Item = &'static str> {
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let ratio = width.max(height) / width.min(height);
    let shape = match width > height {
        _ if ratio < SQUARE_RATIO => "square",
        true => "landscape",
        false => "portrait",
    };
    std::iter::once(shape).chain((ratio >= PANORAMA_RATIO).then_some("panorama"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;

    fn flat(colour: [u8; 3]) -> Picture {
        Picture::new(20, 10, colour.repeat(200)).unwrap()
    }

    /// The left `share` of a hundred in one colour, the rest in the other.
    fn split(share: u32, left: [u8; 3], right: [u8; 3]) -> Picture {
        let colour = |x: u32| if x < share { left } else { right };
        let rgb = (0..50).flat_map(|_| (0..100).flat_map(colour)).collect();
        Picture::new(100, 50, rgb).unwrap()
    }

    #[track_caller]
    fn check(picture: &Picture, present: &[&str], absent: &[&str]) {
        let words = words(&Small::of(picture), 300, 200);
        for word in present {
            assert!(words.contains(word), "{word} is missing in {words:?}");
        }
        for word in absent {
            assert!(!words.contains(word), "{word} is in {words:?}");
        }
    }

    #[test]
    fn focal_colours_have_their_names() {
        let focal: [(&str, [u8; 3]); 18] = [
            ("red", [200, 20, 30]),
            ("red", [255, 0, 0]),
            ("orange", [255, 140, 0]),
            ("orange", [230, 110, 30]),
            ("yellow", [250, 220, 30]),
            ("green", [30, 140, 50]),
            ("green", [120, 180, 60]),
            ("blue", [30, 60, 190]),
            ("blue", [0, 0, 255]),
            ("blue", [120, 180, 230]),
            ("purple", [110, 40, 150]),
            ("pink", [255, 170, 190]),
            ("pink", [255, 105, 180]),
            ("brown", [110, 65, 30]),
            ("brown", [139, 69, 19]),
            ("black", [10, 10, 12]),
            ("white", [250, 250, 248]),
            ("gray", [128, 128, 128]),
        ];
        let chromatic = [
            "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown",
        ];
        for (name, colour) in focal {
            let others: Vec<&str> = chromatic.into_iter().filter(|&o| o != name).collect();
            check(&flat(colour), &[name], &others);
        }
        check(&flat([128, 128, 128]), &["grey"], &[]);
    }

    #[test]
    fn a_rough_hue_names_colours_as_the_exact_one() {
        for step in 0..72_000 {
            let exact = step as f32 / 200.0;
            let (sin, cos) = exact.to_radians().sin_cos();
            let (a, b) = (30.0 * cos, 30.0 * sin);
            let hue = b.atan2(a).to_degrees().rem_euclid(360.0);
            let off = (rough_hue(a, b) - hue).abs();
            assert!(
                off < 0.25 || (359.0..361.0).contains(&(off + 0.5)),
                "{exact}"
            );
            for lightness in [30.0, 54.0, 80.0] {
                let want = hue_name(lightness, lab::chroma([lightness, a, b]), hue);
                assert_eq!(name([lightness, a, b]), want, "{exact}");
            }
        }
    }

    #[test]
    fn a_dot_of_colour_gives_no_word_and_a_patch_does() {
        let grey = [120, 120, 120];
        check(
            &split(3, [220, 20, 20], grey),
            &["gray"],
            &["red", "monochrome"],
        );
        check(
            &split(15, [220, 20, 20], grey),
            &["red", "gray"],
            &["monochrome"],
        );
    }

    #[test]
    fn grey_pictures_are_black_and_white() {
        let words_of_grey = ["black and white", "monochrome"];
        check(
            &split(50, [0, 0, 0], [255, 255, 255]),
            &words_of_grey,
            &["colorful"],
        );
        check(
            &split(50, [70, 72, 70], [190, 190, 191]),
            &words_of_grey,
            &[],
        );
        check(&split(50, [0, 0, 0], [200, 180, 150]), &[], &words_of_grey);
    }

    #[test]
    fn light_and_colourfulness_are_told() {
        check(&flat([30, 30, 35]), &["dark"], &["bright"]);
        check(&flat([230, 225, 235]), &["bright"], &["dark"]);
        check(&flat([110, 120, 115]), &[], &["dark", "bright", "colorful"]);
        check(
            &split(50, [230, 30, 30], [30, 60, 220]),
            &["colorful", "red", "blue"],
            &[],
        );
    }

    #[test]
    fn shapes_are_taken_from_the_full_photo() {
        let shape = |width, height| shape_words(width, height).collect::<Vec<_>>();
        assert_eq!(shape(3000, 2000), ["landscape"]);
        assert_eq!(shape(2000, 3000), ["portrait"]);
        assert_eq!(shape(2000, 2010), ["square"]);
        assert_eq!(shape(9000, 2000), ["landscape", "panorama"]);
        assert_eq!(shape(1000, 2500), ["portrait", "panorama"]);
        assert_eq!(shape(0, 0), ["square"]);
    }
}
