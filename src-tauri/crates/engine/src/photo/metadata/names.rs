//! Cleans the texts that cameras write.

/// Words that makers put behind their name.
const COMPANY_WORDS: &[&str] = &[
    "ag",
    "camera",
    "camera,",
    "co",
    "co.",
    "co.,",
    "co.,ltd",
    "co.,ltd.",
    "company",
    "company,",
    "computer",
    "corp",
    "corp.",
    "corporation",
    "electric",
    "electronics",
    "gmbh",
    "imaging",
    "inc",
    "inc.",
    "ltd",
    "ltd.",
    "optical",
    "techwin",
    "technologies",
];

/// What cameras and programs write where a caption belongs.
///
/// # Source
/// The list of `PhotoPrism` (`pkg/txt`, "unwanted descriptions") and the sample files.
const BOILERPLATE: &[&str] = &[
    "binary comment",
    "btf",
    "btfhdr",
    "btfmdn",
    "btr",
    "burst",
    "charset=ascii",
    "cof",
    "created by imlib",
    "dav",
    "default",
    "digital camera",
    "dsc",
    "edf",
    "exif_jpeg_420",
    "exif_jpeg_picture",
    "fbt",
    "fbthdr",
    "frem",
    "frontbhdp",
    "fshbty",
    "hdr",
    "hdrpl",
    "image",
    "jpeg",
    "konica minolta digital camera",
    "mde",
    "mde_soft",
    "minolta digital camera",
    "mon",
    "nor",
    "olympus digital camera",
    "oznor",
    "oznorwo",
    "photo",
    "picture",
    "ptr",
    "qrf",
    "rbt",
    "rhdr",
    "rpt",
    "samsung",
    "samsung camera pictures",
    "sdr",
    "sdr_hdrb",
    "sony dsc",
    "untitled",
];

/// Reads a text up to its first NUL, without spaces around it; `None` where nothing is left.
///
/// EXIF promises ASCII; programs write UTF-8 or Latin-1.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|b| *b == 0).next()?;
    let decoded = match std::str::from_utf8(bytes) {
        Ok(utf8) => utf8.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    };
    let visible: String = decoded
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect();
    let trimmed = visible.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// Joins make and model without saying the make twice.
pub(crate) fn camera(make: Option<String>, model: Option<String>) -> Option<String> {
    let (make, model) = match (make, model) {
        (Some(make), Some(model)) => (make, model),
        (make, model) => return model.or(make.map(|m| maker(&m))).map(|n| words(&n)),
    };
    let first = model.split_whitespace().next().unwrap_or_default();
    let named = make
        .split_whitespace()
        .any(|word| word.eq_ignore_ascii_case(first));
    let short = maker(&make);
    if named || starts_with_ignoring_case(&model, &short) {
        return Some(words(&model));
    }
    Some(words(&format!("{short} {model}")))
}

/// The maker's name without what the register of companies adds.
fn maker(make: &str) -> String {
    let is_name = |word: &&str| !COMPANY_WORDS.contains(&word.to_ascii_lowercase().as_str());
    let kept: Vec<&str> = make.split_whitespace().take_while(is_name).collect();
    if kept.is_empty() {
        make.to_owned()
    } else {
        kept.join(" ")
    }
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|t| t.eq_ignore_ascii_case(start))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells a lens from a placeholder: "----", "0.0 mm f/0.0".
pub(super) fn is_lens(lens: &str) -> bool {
    let digit = lens.chars().any(|c| ('1'..='9').contains(&c));
    digit || lens.chars().filter(|c| c.is_alphabetic()).count() > 4 && !lens.starts_with("0")
}

/// Tells a caption from what cameras write by themselves.
pub(super) fn is_caption(caption: &str) -> bool {
    let lower = caption.to_ascii_lowercase();
    let made_by_device = lower.starts_with("maker:") || lower.starts_with("<digimax");
    caption.chars().any(char::is_alphanumeric)
        && !made_by_device
        && !BOILERPLATE.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_make_is_said_once() {
        let check = |make: &str, model: &str, expect: &str| {
            assert_eq!(
                camera(Some(make.into()), Some(model.into())).as_deref(),
                Some(expect)
            );
        };
        check("Canon", "Canon EOS 6D", "Canon EOS 6D");
        check("NIKON CORPORATION", "NIKON D70", "NIKON D70");
        check("SONY", "ILCE-7M3", "SONY ILCE-7M3");
        check(
            "EASTMAN KODAK COMPANY",
            "KODAK DX7630 ZOOM",
            "KODAK DX7630 ZOOM",
        );
        check("OLYMPUS IMAGING CORP.  ", "E-M5", "OLYMPUS E-M5");
        check("Leica Camera AG", "M10", "Leica M10");
        check("Apple", "iPhone 12", "Apple iPhone 12");
        check(
            "SAMSUNG TECHWIN",
            "<VLUU L730  / Samsung>",
            "SAMSUNG <VLUU L730 / Samsung>",
        );
        assert_eq!(
            camera(Some("FUJIFILM".into()), None).as_deref(),
            Some("FUJIFILM")
        );
        assert_eq!(camera(None, Some("X-T5".into())).as_deref(), Some("X-T5"));
        assert_eq!(camera(None, None), None);
    }

    #[test]
    fn texts_lose_nuls_and_spaces_and_keep_their_letters() {
        assert_eq!(text(b" Rome \0junk").as_deref(), Some("Rome"));
        assert_eq!(text("Köln".as_bytes()).as_deref(), Some("Köln"));
        assert_eq!(text(b"K\xf6ln").as_deref(), Some("Köln"));
        assert_eq!(text(b"\0\0\0"), None);
        assert_eq!(text(b"   "), None);
    }

    #[test]
    fn what_a_device_writes_is_no_caption() {
        assert!(!is_caption("OLYMPUS DIGITAL CAMERA"));
        assert!(!is_caption("SONY DSC"));
        assert!(!is_caption("---"));
        assert!(is_caption("Anna at the lake"));
        assert!(!is_lens("----"));
        assert!(!is_lens("0.0 mm f/0.0"));
        assert!(is_lens("EF24-105mm f/4L IS USM"));
        assert!(is_lens("Summicron"));
    }
}
