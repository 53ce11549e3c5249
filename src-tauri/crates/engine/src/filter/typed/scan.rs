//! The characters of a typed line and the smallest pieces: names, signs, quotes, bare values.

use crate::filter::{Field, FilterError, MAX_NAME_CHARS, Span};

use super::parser::error;
use super::term::{Form, Name, Sign};

/// The line and how far it is read.
pub(super) struct Scanner {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
}

impl Scanner {
    /// Whether this colon belongs to `c:\photos`, `https://…` or `std::vec`.
    pub(super) fn is_plain_colon(&self, start: usize, colon: usize, is_field: bool) -> bool {
        let at = |at: usize| self.chars.get(at).copied();
        let drive = colon == start + 1 && matches!(at(colon + 1), Some('\\' | '/'));
        let address = at(colon + 1) == Some('/') && at(colon + 2) == Some('/');
        drive || (!is_field && (address || at(colon + 1) == Some(':')))
    }

    /// Reads a name that could be a field's, and where it ends; the inner `None` is an unknown one.
    pub(super) fn name(&mut self) -> Result<Option<(Option<Name>, usize)>, FilterError> {
        let start = self.at;
        if !self.peek(0).is_some_and(char::is_alphabetic) {
            return Ok(None);
        }
        let mut end = start;
        while self
            .chars
            .get(end)
            .is_some_and(|c| c.is_alphanumeric() || "_.-".contains(*c))
        {
            end += 1;
        }
        let text = self.text(start, end);
        if text.eq_ignore_ascii_case("attr.") && self.chars.get(end) == Some(&'"') {
            self.at = end;
            let quoted = self.quoted();
            let end = std::mem::replace(&mut self.at, start);
            let name = Name::Field(Field::Attribute(quoted?));
            return Ok(Some((named(Some(name), Span { start, end })?, end)));
        }
        Ok(Some((named(Name::find(&text), Span { start, end })?, end)))
    }

    pub(super) fn sign(&mut self) -> Option<Sign> {
        let (sign, length) = match (self.peek(0)?, self.peek(1)) {
            ('>', Some('=')) => (Sign::GtEq, 2),
            ('<', Some('=')) => (Sign::LtEq, 2),
            ('!', Some('=')) => (Sign::NotEq, 2),
            ('!', Some('~')) => (Sign::NotContains, 2),
            ('>', _) => (Sign::Gt, 1),
            ('<', _) => (Sign::Lt, 1),
            ('=', _) => (Sign::Eq, 1),
            ('~', _) => (Sign::Contains, 1),
            (':', _) => (Sign::Colon, 1),
            _ => return None,
        };
        self.at += length;
        Some(sign)
    }

    /// A value: bare, quoted, or quoted texts with wildcards beside them.
    pub(super) fn value(&mut self) -> Result<(String, Form), FilterError> {
        let start = self.at;
        let wildcard = |c: Option<char>| c.filter(|c| matches!(c, '*' | '?'));
        let mut ahead = 0;
        while wildcard(self.peek(ahead)).is_some() {
            ahead += 1;
        }
        if self.peek(ahead) != Some('"') {
            return Ok((self.bare()?, Form::Bare));
        }
        let (mut text, mut literal) = (String::new(), true);
        let mut form = Form::Quoted;
        loop {
            if let Some(c) = wildcard(self.peek(0)) {
                self.at += 1;
                text.push(c);
                form = Form::Pattern;
            } else if self.peek(0) == Some('"') {
                let quoted = self.quoted()?;
                literal &= !quoted.contains(['*', '?']);
                text.push_str(&quoted);
            } else {
                break;
            }
        }
        if form == Form::Pattern && !literal {
            return Err(error(
                Span {
                    start,
                    end: self.at,
                },
                "A * or ? in quotes would stand for itself, and one beside them does not",
                "use ? for it, which stands for any one character",
            ));
        }
        Ok((text, form))
    }

    /// An unquoted value: up to a space, a comma or a `)` that it did not open.
    pub(super) fn bare(&mut self) -> Result<String, FilterError> {
        let start = self.at;
        let mut open = Vec::new();
        while let Some(c) = self.peek(0) {
            match c {
                '(' => open.push(self.at),
                ')' if open.pop().is_none() => break,
                ',' => break,
                c if c.is_whitespace() => break,
                _ => {}
            }
            self.at += 1;
        }
        match open.pop() {
            Some(at) => Err(error(
                self.place_from(at, 1),
                "This ( has no )",
                "close it, or put quotes around the value",
            )),
            None => Ok(self.text(start, self.at)),
        }
    }

    /// What stands between the quote here and the next single one.
    pub(super) fn quoted(&mut self) -> Result<String, FilterError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('"'), Some('"')) => {
                    text.push('"');
                    self.at += 2;
                }
                (Some('"'), _) => {
                    self.at += 1;
                    return Ok(text);
                }
                (Some(c), _) => {
                    text.push(c);
                    self.at += 1;
                }
                (None, _) => {
                    let place = Span {
                        start,
                        end: start + 1,
                    };
                    return Err(error(
                        place,
                        "This quote is not closed",
                        "write \" after it",
                    ));
                }
            }
        }
    }

    /// Whether the word here is exactly this one.
    pub(super) fn keyword(&self, word: &str) -> bool {
        let mut at = self.at;
        for c in word.chars() {
            if self.chars.get(at) != Some(&c) {
                return false;
            }
            at += 1;
        }
        self.chars
            .get(at)
            .is_none_or(|c| c.is_whitespace() || *c == '(' || *c == ')')
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn text(&self, start: usize, end: usize) -> String {
        self.chars
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    pub(super) fn place_from(&self, start: usize, length: usize) -> Span {
        Span {
            start,
            end: (start + length).min(self.chars.len()),
        }
    }
}

/// Refuses an attribute whose name is none, or too long.
fn named(name: Option<Name>, place: Span) -> Result<Option<Name>, FilterError> {
    match &name {
        Some(Name::Field(field)) if !field.is_nameable() => Err(error(
            place,
            "This is no name of an attribute",
            format!("use 1 to {MAX_NAME_CHARS} characters"),
        )),
        _ => Ok(name),
    }
}
