//! What is being typed where the cursor stands: a field, its sign or one of its values. Knows no
//! photos; the engine's search joins it with what the catalog holds.

use crate::filter::field::{Kind, QUESTIONS, find_typed};
use crate::filter::{Field, Op, text};

/// What can be completed, and which characters the completion replaces.
#[derive(Clone, Debug, PartialEq)]
pub struct Completing {
    /// The first character that is replaced.
    pub start: usize,
    /// The first character after what is replaced.
    pub end: usize,
    /// What stands there.
    pub what: Part,
}

/// The part of a filter that is being typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// The name of a field, or a word that may become one.
    Field {
        /// What of it is typed.
        prefix: String,
    },
    /// The sign behind a field; name and sign are replaced together.
    Operator {
        /// The field as it was typed.
        name: String,
        /// The field it is.
        field: Field,
    },
    /// A value of a field.
    Value {
        /// The field.
        field: Field,
        /// What of the value is typed, without quotes.
        prefix: String,
        /// It began with a quote.
        quoted: bool,
    },
    /// What stands behind `is:`, `has:` or `no:`.
    Question {
        /// `is`, `has` or `no`.
        word: &'static str,
        /// What of it is typed.
        prefix: String,
    },
}

/// Tells what is being typed at a cursor, which stands before the character of that number.
///
/// `None` inside a quoted phrase, behind a name that is no field's, and where what was typed is
/// longer than a filter may be.
#[must_use]
pub fn complete(input: &str, cursor: usize) -> Option<Completing> {
    if input.len() > crate::filter::MAX_INPUT_BYTES {
        return None;
    }
    let chars: Vec<char> = input.chars().collect();
    let cursor = cursor.min(chars.len());
    let line = Line { chars, cursor };
    let start = line.part_start()?;
    let name_end = line.name_end(start);
    if line.cursor <= name_end {
        return Some(line.name(start, name_end));
    }
    line.behind_name(start, name_end)
}

/// The signs that may stand between a field and its value, and what each means.
#[must_use]
pub fn signs(field: &Field) -> &'static [(&'static str, &'static str)] {
    match field.kind() {
        Kind::Number(_) | Kind::Date => &[
            (":", "is"),
            (">=", "at least"),
            ("<=", "at most"),
            (">", "above"),
            ("<", "below"),
            ("!=", "is not"),
        ],
        Kind::Tags => &[
            (":", "is, or is inside"),
            ("=", "is exactly"),
            ("!=", "is not"),
            ("!~", "is not, nor inside"),
        ],
        Kind::Text(Op::Contains) => &[
            (":", "contains"),
            ("=", "is exactly"),
            ("!=", "is not"),
            ("!~", "does not contain"),
        ],
        Kind::Text(_) => &[
            (":", "is"),
            ("!=", "is not"),
            ("~", "contains"),
            ("!~", "does not contain"),
        ],
        Kind::Flag | Kind::Near => &[(":", "is"), ("!=", "is not")],
        Kind::Free => &[
            (":", "is"),
            ("!=", "is not"),
            (">=", "at least"),
            ("<=", "at most"),
            ("~", "contains"),
            ("!~", "does not contain"),
        ],
    }
}

/// A GLOB pattern, for SQLite, of texts that contain this one in any case.
#[must_use]
pub fn containing(part: &str) -> Option<String> {
    text::glob(part, false, text::Around::Anything)
}

struct Line {
    chars: Vec<char>,
    cursor: usize,
}

impl Line {
    fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn text(&self, start: usize, end: usize) -> String {
        self.chars
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    /// Where the part that holds the cursor begins, behind its minus and parentheses.
    fn part_start(&self) -> Option<usize> {
        let mut start = 0;
        let mut at = 0;
        while at < self.cursor {
            match self.at(at)? {
                c if c.is_whitespace() => start = at + 1,
                '(' | '-' if at == start => start = at + 1,
                '"' if at == start || self.opens_quote(start, at) => {
                    let end = self.quote_end(at);
                    match end {
                        Some(end) if end <= self.cursor => at = end - 1,
                        // A phrase is being typed; a name or a value in quotes is completed.
                        _ if at == start => return None,
                        _ => return Some(start),
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Some(start)
    }

    /// Whether a quote here begins a value or the name behind `attr.`.
    fn opens_quote(&self, start: usize, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.at(at));
        before.is_some_and(|c| ":=<>~,*?".contains(c))
            || self.text(start, at).eq_ignore_ascii_case("attr.")
    }

    /// Behind the quote that closes the one here.
    fn quote_end(&self, open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            match (self.at(at)?, self.at(at + 1)) {
                ('"', Some('"')) => at += 2,
                ('"', _) => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    fn name_end(&self, start: usize) -> usize {
        let mut end = start;
        while self
            .at(end)
            .is_some_and(|c| c.is_alphanumeric() || "_.-".contains(c))
        {
            end += 1;
        }
        let is_prefix = self.text(start, end).eq_ignore_ascii_case("attr.");
        match (is_prefix, self.at(end)) {
            (true, Some('"')) => self.quote_end(end).unwrap_or(self.chars.len()),
            _ => end,
        }
    }

    /// The cursor stands in a name, or right behind it.
    fn name(&self, start: usize, end: usize) -> Completing {
        let typed = self.text(start, self.cursor);
        let what = match find_typed(&typed) {
            Some(field) if self.cursor == end => Part::Operator { name: typed, field },
            _ => Part::Field {
                prefix: typed.replace('"', ""),
            },
        };
        // A sign that is there already is replaced with the name.
        let end = match what {
            Part::Operator { .. } => self.sign_end(end),
            _ => end,
        };
        Completing { start, end, what }
    }

    /// The cursor stands behind a name: in a sign, or in a value.
    fn behind_name(&self, start: usize, name_end: usize) -> Option<Completing> {
        let typed = self.text(start, name_end);
        let sign_end = self.sign_end(name_end);
        let question = QUESTIONS
            .into_iter()
            .find(|word| word.eq_ignore_ascii_case(&typed));
        let field = find_typed(&typed);
        if sign_end == name_end || (self.cursor < sign_end && question.is_none()) {
            // A lone "!" is the beginning of a sign.
            let begun = self.at(name_end) == Some('!') && self.cursor == name_end + 1;
            let in_sign = self.cursor < sign_end || begun;
            let end = sign_end.max(self.cursor);
            return field.filter(|_| in_sign).map(|field| Completing {
                start,
                end,
                what: Part::Operator { name: typed, field },
            });
        }
        let (start, end, prefix, quoted) = self.value(sign_end);
        let what = match (question, field) {
            (Some(word), _) => Part::Question { word, prefix },
            (None, Some(field)) => Part::Value {
                field,
                prefix,
                quoted,
            },
            (None, None) => return None,
        };
        Some(Completing { start, end, what })
    }

    fn sign_end(&self, at: usize) -> usize {
        let two = |at: usize| match (self.at(at), self.at(at + 1)) {
            (Some('>' | '<' | '!'), Some('=')) | (Some('!'), Some('~')) => 2,
            (Some('>' | '<' | '=' | '~' | ':'), _) => 1,
            _ => 0,
        };
        let end = at + two(at);
        // `rating:>=4` is `rating>=4`.
        match (self.at(at), self.at(end)) {
            (Some(':'), Some('<' | '>')) => end + two(end),
            _ => end,
        }
    }

    /// The item of a list of values that the cursor stands in: place, text, whether quoted.
    fn value(&self, values: usize) -> (usize, usize, String, bool) {
        let mut start = values;
        let mut at = values;
        while at < self.cursor {
            match self.at(at) {
                Some('"') if at == start => match self.quote_end(at) {
                    Some(end) if end < self.cursor => at = end - 1,
                    end => {
                        let closed = end == Some(self.cursor);
                        let last = self.cursor - usize::from(closed && self.cursor > at + 1);
                        let prefix = self.text(at + 1, last).replace("\"\"", "\"");
                        let end = end.unwrap_or(self.cursor);
                        return (start, end, prefix, true);
                    }
                },
                Some(',') => start = at + 1,
                _ => {}
            }
            at += 1;
        }
        let quoted = self.at(start) == Some('"') && start < self.cursor;
        let mut end = self.cursor;
        while self
            .at(end)
            .is_some_and(|c| !c.is_whitespace() && !",)".contains(c))
        {
            end += 1;
        }
        (start, end, self.text(start, self.cursor), quoted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor.
    fn shown(marked: &str) -> String {
        let cursor = marked.chars().position(|c| c == '|').unwrap();
        let input = marked.replacen('|', "", 1);
        let Some(completing) = complete(&input, cursor) else {
            return "nothing".to_owned();
        };
        let chars: Vec<char> = input.chars().collect();
        let replaced: String = chars[completing.start..completing.end].iter().collect();
        match completing.what {
            Part::Field { prefix } => format!("field {prefix} for [{replaced}]"),
            Part::Operator { name, .. } => format!("operator of {name} for [{replaced}]"),
            Part::Value { field, prefix, .. } => {
                format!("{} {prefix} for [{replaced}]", field.name())
            }
            Part::Question { word, prefix } => format!("{word} {prefix} for [{replaced}]"),
        }
    }

    #[test]
    fn the_part_at_the_cursor_is_told() {
        let check = |marked: &str, expect: &str| assert_eq!(shown(marked), expect, "{marked}");
        check("|", "field  for []");
        check("sunset |", "field  for []");
        check("cam|", "field cam for [cam]");
        check("red -ca|m", "field ca for [cam]");
        check("(ra|", "field ra for [ra]");
        check("rating|", "operator of rating for [rating]");
        check("rating|>=4", "operator of rating for [rating>=]");
        check("rating!|", "operator of rating for [rating!]");
        check("rating>|=4", "operator of rating for [rating>=]");
        check("rating>=|", "rating  for []");
        check("rating>=4|", "rating 4 for [4]");
        check("tag:|", "tags  for []");
        check("tag:pla|ces/x y", "tags pla for [places/x]");
        check("tag:a,b|", "tags b for [b]");
        check("tag:\"a,b\",c|", "tags c for [c]");
        check("camera:\"X T|", "camera X T for [\"X T]");
        check("camera:\"X T|5\" rating:4", "camera X T for [\"X T5\"]");
        check("camera:\"X T5\"|", "camera X T5 for [\"X T5\"]");
        check("camera:\"X T5\" ra|", "field ra for [ra]");
        check("\"old to|", "nothing");
        check("\"old town\" ta|", "field ta for [ta]");
        check("http:/|", "nothing");
        check("is:off|", "is off for [off]");
        check("no:|", "no  for []");
        check("attr.pri|", "operator of attr.pri for [attr.pri]");
        check("attr.|", "field attr. for [attr.]");
        check("attr.\"my n|", "field attr.my n for [attr.\"my n]");
        check("attr.\"my name\":g|", "my name g for [g]");
        check(
            "attr.\"my name\"|",
            "operator of attr.\"my name\" for [attr.\"my name\"]",
        );
        check("東京 tag:東|京", "tags 東 for [東京]");
        check("a \"b\" c|", "field c for [c]");
    }

    #[test]
    fn every_cursor_in_every_line_answers_a_place_inside_it() {
        for line in [
            "sunset -tag:\"a \"\"b\"\" c\",d rating:>=4 (is:offline OR attr.\"x y\"!=\"",
            "attr.\"",
            "\"",
            "tag:\"\"",
            ":::",
            "a:\"b",
            "rating!~=",
            "-(-(",
            "tag:,,,",
            "\"\"\"",
        ] {
            let length = line.chars().count();
            for cursor in 0..=length + 1 {
                if let Some(found) = complete(line, cursor) {
                    assert!(
                        found.start <= found.end && found.end <= length,
                        "{line} {cursor}"
                    );
                    assert!(found.start <= cursor, "{line} {cursor}: {found:?}");
                }
            }
        }
    }
}
