//! The text of a packet: its encoding, and whether it may be given to a parser at all.

use std::borrow::Cow;
use std::ops::Range;

use super::SidecarError;

/// Elements inside each other, at most: the toolkit walks them by recursion.
const MAX_DEPTH: usize = 96;

/// A sidecar above this is none, bytes.
pub(super) const MAX_BYTES: usize = 16 << 20;

/// The text of a packet in UTF-8, UTF-16 or UTF-32, by its byte order mark.
///
/// # Errors
/// [`SidecarError::Malformed`].
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SidecarError> {
    if bytes.len() > MAX_BYTES {
        return Err(malformed("it is larger than 16 MiB"));
    }
    let text = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes)?,
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes)?,
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // Without a mark the first letter tells.
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes)?,
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?,
        _ => utf8(bytes)?,
    };
    check(&text)?;
    Ok(text)
}

pub(super) fn malformed(reason: &str) -> SidecarError {
    SidecarError::Malformed {
        reason: reason.to_owned(),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, SidecarError> {
    let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    let text = std::str::from_utf8(bytes.get(..end).unwrap_or_default());
    text.map(Cow::Borrowed)
        .map_err(|_| malformed("it is not UTF-8"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, SidecarError> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16(&units).map_err(|_| malformed("it is not UTF-16"))?;
    Ok(Cow::Owned(said_in_utf8(text)))
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Result<Cow<'_, str>, SidecarError> {
    let (quads, _) = bytes.as_chunks::<4>();
    let text: Option<String> = quads
        .iter()
        .map(|quad| char::from_u32(unit(*quad)))
        .collect();
    let text = text.ok_or_else(|| malformed("it is not UTF-32"))?;
    Ok(Cow::Owned(said_in_utf8(text)))
}

/// The declaration names the encoding that the text had; a parser would believe it.
fn said_in_utf8(text: String) -> String {
    match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest.trim_start().to_owned(),
        None => text,
    }
}

/// Refuses what no program writes and what would cost a parser dearly.
fn check(text: &str) -> Result<(), SidecarError> {
    let mut depth = 0_usize;
    for tag in tags(text) {
        let tag = tag.map_err(|Declared| malformed("it declares entities or a document type"))?;
        let tag = text.get(tag).unwrap_or_default();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !tag.ends_with('/') {
            depth += 1;
        }
        if depth > MAX_DEPTH {
            return Err(malformed("its elements lie too deep inside each other"));
        }
    }
    Ok(())
}

/// Entities or a document type are declared.
pub(super) struct Declared;

/// Where the tags of elements lie in a text, without their brackets; up to what is not closed.
pub(super) fn tags(text: &str) -> impl Iterator<Item = Result<Range<usize>, Declared>> {
    let mut done = 0;
    std::iter::from_fn(move || {
        loop {
            let start = done + text.get(done..)?.find('<')? + 1;
            let rest = text.get(start..)?;
            let (length, end) = if rest.starts_with("!--") {
                (rest.find("-->")?, "-->")
            } else if rest.starts_with("![CDATA[") {
                (rest.find("]]>")?, "]]>")
            } else if rest.starts_with('!') {
                done = text.len();
                return Some(Err(Declared));
            } else if rest.starts_with('?') {
                (rest.find("?>")?, "?>")
            } else {
                (tag_end(rest)?, ">")
            };
            done = start + length + end.len();
            if end == ">" {
                return Some(Ok(start..start + length));
            }
        }
    })
}

/// Where a tag ends; a bracket in quotes ends none.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, letter)| {
        match quote {
            Some(open) if open == letter => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if letter == '>' => return Some(at),
            None => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "<a>é€</a>";
        let check = |bytes: Vec<u8>| assert_eq!(decode(&bytes).unwrap(), text);
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text
            .chars()
            .flat_map(|c| (c as u32).to_be_bytes())
            .collect();
        check(text.into());
        check([b"\xef\xbb\xbf", text.as_bytes(), b"\0\0"].concat());
        check([b"\xff\xfe", le.as_slice()].concat());
        check([b"\xfe\xff", be.as_slice()].concat());
        check(le);
        check(be);
        check([b"\0\0\xfe\xff", wide.as_slice()].concat());
        assert!(decode(b"<a>\xe9</a>").is_err());
    }

    #[test]
    fn bombs_are_refused() {
        assert!(decode(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
        assert!(decode("<a>".repeat(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(decode(&vec![b' '; MAX_BYTES + 1]).is_err());
        let flat = format!("<a>{}</a>", "<b c='>'/><!-- <d> --><d></d>".repeat(1000));
        assert!(decode(flat.as_bytes()).is_ok());
    }
}
