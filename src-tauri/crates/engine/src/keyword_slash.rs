//! How a slash inside one keyword ("AC/DC") is kept in a tag, whose slashes part its path.

/// U+2215, which looks like a slash. A slash that is typed stands for it, too.
pub(crate) const KEPT_SLASH: char = '\u{2215}';

/// A tag as other programs show its keywords: with plain slashes only.
pub(crate) fn plain(tag: &str) -> String {
    tag.replace(KEPT_SLASH, "/")
}
