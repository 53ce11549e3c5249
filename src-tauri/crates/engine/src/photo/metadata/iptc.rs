//! Reads IPTC's records: keywords, title and caption.
//!
//! # Source
//! IPTC-NAA Information Interchange Model 4.2: datasets 1:90, 2:05, 2:25 and 2:120.

/// What the records say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Iptc {
    pub(super) keywords: Vec<String>,
    pub(super) title: Option<String>,
    pub(super) caption: Option<String>,
}

/// Reads records up to the first that is malformed.
pub(super) fn read(mut bytes: &[u8]) -> Iptc {
    let mut found = Iptc::default();
    let mut is_utf8 = false;
    while let Some((record, dataset, value, rest)) = next(bytes) {
        bytes = rest;
        match (record, dataset) {
            (1, 90) => is_utf8 = value == b"\x1b%G",
            (2, 5) => found.title = text(value, is_utf8),
            (2, 25) => found.keywords.extend(text(value, is_utf8)),
            (2, 120) => found.caption = text(value, is_utf8),
            _ => {}
        }
    }
    found
}

fn next(bytes: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    let [0x1c, record, dataset, high, low] = *bytes.first_chunk::<5>()? else {
        return None;
    };
    let short = usize::from(u16::from_be_bytes([high, low]));
    // The highest bit says that the length has as many bytes as the rest tells.
    let (head, length) = match short {
        0..=0x7fff => (5, short),
        _ => {
            let count = short & 0x7fff;
            let digits = bytes.get(5..5 + count.min(4))?;
            let length = digits.iter().fold(0, |sum, d| sum << 8 | usize::from(*d));
            (5 + count, length)
        }
    };
    let end = head.checked_add(length)?;
    Some((record, dataset, bytes.get(head..end)?, bytes.get(end..)?))
}

fn text(bytes: &[u8], is_utf8: bool) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    };
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: u8, dataset: u8, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x1c, number, dataset];
        bytes.extend((value.len() as u16).to_be_bytes());
        bytes.extend(value);
        bytes
    }

    #[test]
    fn keywords_title_and_caption_are_read() {
        let bytes = [
            record(2, 5, b"Forum"),
            record(2, 25, b"rome"),
            record(2, 25, b"caf\xe9"),
            record(2, 120, b"At dawn \0"),
        ]
        .concat();
        let expect = Iptc {
            keywords: vec!["rome".into(), "café".into()],
            title: Some("Forum".into()),
            caption: Some("At dawn".into()),
        };
        assert_eq!(read(&bytes), expect);
        // Whatever is cut off, what stood before it is read.
        let cut = read(&bytes[..bytes.len() - 1]);
        assert_eq!((cut.keywords, cut.caption), (expect.keywords, None));
    }

    #[test]
    fn a_long_length_is_understood() {
        let mut bytes = vec![0x1c, 2, 25, 0x80, 4, 0, 0, 0, 3];
        bytes.extend(b"sea");
        assert_eq!(read(&bytes).keywords, ["sea"]);
        assert_eq!(read(&[0x1c, 2, 25, 0xff, 0xff, 1]), Iptc::default());
    }
}
