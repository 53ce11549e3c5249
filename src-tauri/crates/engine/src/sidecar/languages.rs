//! Texts in several languages. The toolkit gives the second of two the words of the default one, and
//! spells languages its own way, so that it never gets to see which language a text is in.

use xmp_toolkit::{ItemPlacement, XmpMeta, XmpValue};

use super::SidecarError;
use super::text::tags;

/// What hidden languages begin with: a private language to the toolkit, which has no other spelling.
const MARK: &str = "x-kept";
/// The default language of a text.
const DEFAULT: &str = "x-default";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// A packet whose languages are hidden.
pub(super) fn hidden(packet: &str) -> String {
    replaced(packet, |language| {
        // Case has no meaning in languages, and this one is looked for.
        let is_default = language.eq_ignore_ascii_case(DEFAULT);
        Some(hide(if is_default { DEFAULT } else { language }))
    })
}

/// A packet with its languages as they are.
pub(super) fn shown(packet: &str) -> String {
    replaced(packet, show)
}

/// A language as it is; none where it is not hidden.
pub(super) fn show(language: &str) -> Option<String> {
    let (pairs, rest) = language.strip_prefix(MARK)?.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
    String::from_utf8(bytes.filter(|_| rest.is_empty())?).ok()
}

fn hide(language: &str) -> String {
    let mut hidden = MARK.to_owned();
    for byte in language.bytes() {
        hidden.push_str(&format!("{byte:02x}"));
    }
    hidden
}

/// Gives the languages that a packet names others.
fn replaced(packet: &str, other: impl Fn(&str) -> Option<String>) -> String {
    let mut made = String::with_capacity(packet.len());
    let mut done = 0;
    for tag in tags(packet).flatten() {
        let mut at = tag.start;
        while let Some(open) = packet
            .get(at..tag.end)
            .and_then(|rest| rest.find(['"', '\'']))
        {
            let before = packet.get(at..at + open).unwrap_or_default();
            let value = packet.get(at + open + 1..tag.end).unwrap_or_default();
            let quote = packet.get(at + open..=at + open).unwrap_or_default();
            let Some(length) = value.find(quote).filter(|_| !quote.is_empty()) else {
                break;
            };
            let start = at + open + 1;
            at = start + length + 1;
            let name = before.trim_end().strip_suffix('=').unwrap_or_default();
            let is_language = name.split_whitespace().last() == Some("xml:lang");
            let language = value.get(..length).filter(|_| is_language);
            if let Some(other) = language.and_then(&other) {
                made.push_str(packet.get(done..start).unwrap_or_default());
                made.push_str(&other);
                done = start + length;
            }
        }
    }
    made.push_str(packet.get(done..).unwrap_or_default());
    made
}

/// The path of a text's words in the default language, where it has them.
fn default_item(meta: &XmpMeta, space: &str, path: &str) -> Option<String> {
    // The toolkit makes some texts itself.
    let item = |language: &str| format!("{path}[?xml:lang=\"{language}\"]");
    let mut items = [item(&hide(DEFAULT)), item(DEFAULT)].into_iter();
    items.find(|item| meta.contains_property(space, item))
}

/// A text in the default language, without spaces around it; none where it is not in that language.
pub(super) fn in_default(meta: &XmpMeta, space: &str, path: &str) -> Option<String> {
    let item = default_item(meta, space, path)?;
    meta.property(space, &item).and_then(|found| tidy(&found))
}

/// A text in the default language, else in the first.
pub(super) fn text(meta: &XmpMeta, space: &str, path: &str) -> Option<String> {
    in_default(meta, space, path).or_else(|| {
        let (first, _) = meta.localized_text(space, path, None, DEFAULT)?;
        tidy(&first)
    })
}

fn tidy(found: &XmpValue<String>) -> Option<String> {
    let text = found.value.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Sets or removes a text in the default language; the other languages stay.
///
/// # Errors
/// [`SidecarError::Kit`].
pub(super) fn set_default(
    meta: &mut XmpMeta,
    space: &str,
    path: &str,
    text: Option<&str>,
) -> Result<(), SidecarError> {
    let count = meta.array_len(space, path);
    match (text, default_item(meta, space, path)) {
        (Some(text), Some(item)) => meta.set_property(space, &item, &XmpValue::from(text))?,
        (Some(text), None) if count == 0 => {
            meta.set_localized_text(space, path, None, DEFAULT, text)?;
        }
        (Some(text), None) => {
            let first = ItemPlacement::InsertBeforeIndex(1);
            meta.set_array_item(space, path, first, &XmpValue::from(text))?;
            let language = XmpValue::from(hide(DEFAULT));
            meta.set_qualifier(space, &format!("{path}[1]"), XML, "lang", &language)?;
        }
        (None, Some(item)) if count > 1 => meta.delete_property(space, &item)?,
        (None, Some(_)) => meta.delete_property(space, path)?,
        (None, None) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_hidden_in_tags_alone_and_come_back_as_they_were() {
        let packet = "<?x xml:lang=\"de\"?><a note=\"xml:lang='de'\" xml:lang = 'en-us' b=\"1>2\">\
            xml:lang=\"fr\"<!-- <b xml:lang=\"it\"> --></a><c xml:lang=\"\"/><d\nxml:lang=\"x-default\"/>";
        let hidden = hidden(packet);
        assert!(
            !hidden.contains("en-us") && !hidden.contains(DEFAULT),
            "{hidden}"
        );
        for stays in [
            "?x xml:lang=\"de\"",
            "\"xml:lang='de'\"",
            ">xml:lang=\"fr\"<",
            "<b xml:lang=\"it\">",
        ] {
            assert!(hidden.contains(stays), "{hidden}");
        }
        assert_eq!(shown(&hidden), packet);
        assert_eq!(shown(packet), packet);
        assert!(hide("X").bytes().all(|b| !b.is_ascii_uppercase()));
        assert_eq!(show(&format!("{MARK}6")), None);
        assert_eq!(show(&format!("{MARK}zz")), None);
    }
}
