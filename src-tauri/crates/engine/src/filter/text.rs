//! Texts and patterns as SQLite GLOB patterns that disregard case in every script.
//!
//! SQLite folds the case of ASCII letters only. A class of both cases for each letter, `[öÖ]`,
//! needs no function of our own, so the predicate runs on any connection.

use super::{Field, MAX_TEXT_CHARS};
use crate::keyword_slash::KEPT_SLASH;

/// The text that the catalog knows for another: a file named `jpg` has the format `jpeg`.
pub(crate) fn known<'a>(field: &Field, text: &'a str) -> &'a str {
    match (field, text.to_ascii_lowercase().as_str()) {
        (Field::Format, "jpg" | "jpe") => "jpeg",
        (Field::Format, "tif") => "tiff",
        _ => text,
    }
}

/// What a text is looked for in, and so what may stand around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// The whole text must match.
    Nothing,
    /// Anything may stand before and after.
    Anything,
    /// The text is whole segments of a path that is wrapped in slashes.
    Segments,
}

/// Writes a text, or a pattern with `*` and `?`, as a GLOB pattern.
///
/// `None` where it cannot match anything in the catalog: it holds a zero byte (SQLite would end
/// the pattern there) or is longer than any text a filter may hold.
pub(crate) fn glob(text: &str, is_pattern: bool, around: Around) -> Option<String> {
    let text = if around == Around::Segments {
        text.trim_matches('/')
    } else {
        text
    };
    if text.contains('\0') || text.chars().nth(MAX_TEXT_CHARS).is_some() {
        return None;
    }
    let (before, after) = match around {
        Around::Nothing => ("", ""),
        Around::Anything => ("*", "*"),
        Around::Segments => ("*/", "/*"),
    };
    let mut glob = String::from(before);
    for c in text.chars() {
        match c {
            '*' | '?' if is_pattern => glob.push(c),
            '*' | '?' | '[' => glob.extend(['[', c, ']']),
            _ => push_cases(&mut glob, c),
        }
    }
    glob.push_str(after);
    Some(glob)
}

/// Adds the character, or the class of its cases where it has more than one.
fn push_cases(glob: &mut String, c: char) {
    let cases = cases(c);
    let mut others: Vec<char> = cases.into_iter().filter(|other| *other != c).collect();
    others.dedup();
    if others.is_empty() {
        glob.push(c);
    } else {
        glob.push('[');
        glob.push(c);
        glob.extend(others);
        glob.push(']');
    }
}

/// The character's other cases, as far as each is one character; for a slash, the one that keywords keep.
pub(crate) fn cases(c: char) -> [char; 3] {
    if c == '/' {
        return [c, KEPT_SLASH, KEPT_SLASH];
    }
    let upper = single(c.to_uppercase(), c);
    [
        single(c.to_lowercase(), c),
        upper,
        single(upper.to_lowercase(), upper),
    ]
}

fn single(mut mapped: impl Iterator<Item = char>, otherwise: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_classes_and_wildcards_are_escaped() {
        let check = |text: &str, pattern, around, expect: Option<&str>| {
            assert_eq!(glob(text, pattern, around).as_deref(), expect, "{text}");
        };
        check("a1", false, Around::Nothing, Some("[aA]1"));
        check("Ö*", false, Around::Anything, Some("*[Öö][*]*"));
        check("?[]*", true, Around::Nothing, Some("?[[]]*"));
        check("/a/", false, Around::Segments, Some("*/[aA]/*"));
        check("a/b", false, Around::Segments, Some("*/[aA][/∕][bB]/*"));
        check("1∕2", false, Around::Nothing, Some("1∕2"));
        check("ß東", false, Around::Nothing, Some("ß東"));
        check("a\0b", false, Around::Nothing, None);
        check(
            &"a".repeat(MAX_TEXT_CHARS + 1),
            false,
            Around::Nothing,
            None,
        );
    }
}
