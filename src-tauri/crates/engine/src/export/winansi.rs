//! Text in the fonts that every PDF reader has: their letters, and how wide they are.

/// What stands for a letter that the fonts do not have.
const UNKNOWN: u8 = b'?';

/// Widths of Helvetica's letters from space to `~`, thousandths of the size.
///
/// # Source
/// Adobe, "Core 14 AFM files": Helvetica.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The widest of the letters beyond ASCII that file names have.
const OTHER_WIDTH: u16 = 722;

/// From the letters 0x80 to 0x9F of WinAnsi; a space where there is none.
///
/// # Source
/// ISO 32000-1, annex D.2.
const UPPER: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// A text in WinAnsi. Accents that stand alone, as macOS writes names, are left out.
pub(super) fn encode(text: &str) -> Vec<u8> {
    text.chars().filter_map(letter).collect()
}

fn letter(char: char) -> Option<u8> {
    let code = u32::from(char);
    match code {
        0x300..=0x36F => None,
        0x20..=0x7E | 0xA0..=0xFF => u8::try_from(code).ok(),
        _ => {
            let place = UPPER.chars().position(|own| own == char && own != ' ');
            let place = place.and_then(|place| u8::try_from(place).ok());
            Some(place.map_or(UNKNOWN, |place| 0x80 + place))
        }
    }
}

/// How wide a WinAnsi text is, in the unit of the size.
pub(super) fn width(text: &[u8], size: f32) -> f32 {
    let sum: u32 = text.iter().map(|byte| u32::from(width_of(*byte))).sum();
    sum as f32 * size / 1000.0
}

fn width_of(byte: u8) -> u16 {
    let place = usize::from(byte).checked_sub(0x20);
    let known = place.and_then(|place| WIDTHS.get(place)).copied();
    known.unwrap_or(OTHER_WIDTH)
}

/// A text no wider than this; what is left out is in its middle, for both ends tell.
pub(super) fn shortened(text: &[u8], size: f32, most: f32) -> Vec<u8> {
    const DOTS: u8 = 0x85;
    if width(text, size) <= most {
        return text.to_vec();
    }
    for left_out in 1..text.len() {
        let kept = text.len() - left_out;
        let (head, tail) = (kept / 3, kept - kept / 3);
        let short: Vec<u8> = text
            .iter()
            .take(head)
            .chain([&DOTS])
            .chain(text.iter().skip(text.len() - tail))
            .copied()
            .collect();
        if width(&short, size) <= most {
            return short;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_western_names_are_kept() {
        assert_eq!(encode("Käse – 5 €"), b"K\xE4se \x96 5 \x80");
        assert_eq!(encode("Ž…Ÿ"), [0x8E, 0x85, 0x9F]);
        assert_eq!(encode("e\u{301}"), b"e");
        assert_eq!(encode("日本"), b"??");
        assert_eq!(UPPER.chars().count(), 32);
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        let name = encode("a very long name of a file that ends with 0042.jpg");
        let short = shortened(&name, 8.0, 100.0);
        assert!(width(&short, 8.0) <= 100.0 && width(&short, 8.0) > 85.0);
        assert!(
            short.starts_with(b"a v") && short.ends_with(b"42.jpg"),
            "{short:?}"
        );
        assert_eq!(shortened(b"short", 8.0, 100.0), b"short");
        assert_eq!(shortened(b"xy", 8.0, 1.0), b"");
    }
}
