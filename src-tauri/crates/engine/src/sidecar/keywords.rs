//! Tags as the keyword lists of other programs, and back.
//!
//! A slash inside one keyword ("AC/DC") would part a tag's path; there it is [`KEPT_SLASH`], and a slash
//! again in lists that part by something else.

use std::collections::HashSet;

use crate::keyword_slash::{self, KEPT_SLASH};

/// Letters a tag may have.
const MAX_LETTERS: usize = 200;

/// The tags of a source: every path, and every flat keyword that is no part of one.
///
/// Programs write the leaf of each path, or all its parts, beside the hierarchical list.
pub(super) fn tags(flat: &[String], hierarchical: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    let mut parts = HashSet::new();
    for path in hierarchical {
        parts.extend(path.split('/').map(str::to_lowercase));
        parts.insert(path.to_lowercase());
        parts.insert(path.replace('/', "|").to_lowercase());
        parts.insert(path.replace('/', ".").to_lowercase());
    }
    let alone = flat
        .iter()
        .filter(|word| {
            let lower = word.trim().to_lowercase();
            !parts.contains(&lower) && !parts.contains(&lower.replace('/', &KEPT_SLASH.to_string()))
        })
        .filter_map(|word| path(std::iter::once(word.as_str())));
    for tag in hierarchical.iter().cloned().chain(alone) {
        if seen.insert(tag.to_lowercase()) {
            tags.push(tag);
        }
    }
    tags.sort_by_key(|tag| tag.to_lowercase());
    tags
}

/// The tags of flat keywords.
#[must_use]
pub fn flat_tags(words: &[String]) -> Vec<String> {
    tags(words, &[])
}

/// A tag of its parts; none where it has no letters or too many.
pub(super) fn path<'a>(parts: impl Iterator<Item = &'a str>) -> Option<String> {
    let clean = |part: &str| -> String {
        let letters = part.chars().map(|c| match c {
            '/' => KEPT_SLASH,
            c if c.is_control() => ' ',
            c => c,
        });
        letters.collect::<String>().trim().to_owned()
    };
    let parts: Vec<String> = parts.map(clean).filter(|part| !part.is_empty()).collect();
    let tag = parts.join("/");
    (!tag.is_empty() && tag.chars().count() <= MAX_LETTERS).then_some(tag)
}

/// The leaf of a tag, for `dc:subject`.
pub(super) fn leaf(tag: &str) -> String {
    let leaf = tag.rsplit('/').next().unwrap_or(tag);
    keyword_slash::plain(leaf)
}

/// A tag as Lightroom parts it.
pub(super) fn by_bars(tag: &str) -> String {
    keyword_slash::plain(&tag.replace('/', "|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(flat: &[&str], hierarchical: &[&str]) -> Vec<String> {
        let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        tags(&owned(flat), &owned(hierarchical))
    }

    #[test]
    fn a_flat_keyword_that_is_part_of_a_path_is_no_tag_of_its_own() {
        let paths = ["places/italy/rome"];
        assert_eq!(
            of(&["Rome", "italy", "sea"], &paths),
            ["places/italy/rome", "sea"]
        );
        assert_eq!(
            of(&["rome"], &["places/italy/rome", "rome"]),
            ["places/italy/rome", "rome"]
        );
        assert_eq!(of(&["a", "A", " a ", ""], &[]), ["a"]);
    }

    #[test]
    fn a_slash_in_a_keyword_parts_nothing() {
        let tag = path(["music", "AC/DC"].into_iter()).unwrap();
        assert_eq!(tag.split('/').count(), 2);
        assert_eq!(leaf(&tag), "AC/DC");
        assert_eq!(by_bars(&tag), "music|AC/DC");
        assert_eq!(of(&["AC/DC"], &[&tag]), [tag]);
    }

    #[test]
    fn no_tag_is_without_letters_or_too_long() {
        assert_eq!(path(["", " "].into_iter()), None);
        assert_eq!(path(["a\nb"].into_iter()).as_deref(), Some("a b"));
        assert_eq!(path([&*"x".repeat(201)].into_iter()), None);
    }
}
