//! The grammar of a typed line: what is a word, what is a filter, and how they group.

use crate::filter::field::nearest;
use crate::filter::{
    Field, Filter, FilterError, MAX_DEPTH, MAX_INPUT_BYTES, MAX_TERMS, MAX_TEXT_CHARS, Place, Span,
    shorten,
};

use super::Typed;
use super::scan::Scanner;
use super::term::{Form, Item, Name, Sign, build};

/// A part of a line.
enum Piece {
    Word {
        text: String,
        phrase: bool,
        negated: bool,
        place: Span,
    },
    Filter(Filter),
}

pub(super) fn parse(input: &str, words_allowed: bool) -> Result<Typed, FilterError> {
    if input.len() > MAX_INPUT_BYTES {
        let place = Span { start: 0, end: 1 };
        return Err(error(
            place,
            "The search is too long",
            "write less than 64 KiB",
        ));
    }
    let chars: Vec<char> = input.chars().collect();
    let scan = Scanner { chars, at: 0 };
    let mut parser = Parser {
        scan,
        terms: 0,
        words_allowed,
        typed: Typed::default(),
    };
    let filter = parser.sequence(None)?;
    if let Some(filter) = &filter
        && filter.depth() > MAX_DEPTH
    {
        return Err(too_deep(Span {
            start: 0,
            end: parser.scan.chars.len(),
        }));
    }
    Ok(Typed {
        filter,
        ..parser.typed
    })
}

pub(super) fn error(
    place: Span,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> FilterError {
    FilterError {
        place: Place::Typed(place),
        message: message.into(),
        hint: hint.into(),
    }
}

fn too_deep(place: Span) -> FilterError {
    error(
        place,
        "The filter nests too deep",
        format!("use at most {MAX_DEPTH} levels"),
    )
}

struct Parser {
    scan: Scanner,
    terms: usize,
    words_allowed: bool,
    typed: Typed,
}

/// A group that is open: how deep it lies and where it began.
#[derive(Clone, Copy)]
struct Group {
    depth: usize,
    start: usize,
}

impl Parser {
    /// Parts side by side, up to the end or to the `)` of the group.
    fn sequence(&mut self, group: Option<Group>) -> Result<Option<Filter>, FilterError> {
        let mut all = Vec::new();
        let mut after_part = false;
        loop {
            self.scan.skip_spaces();
            match (self.scan.peek(0), group) {
                (None, None) => break,
                (None, Some(group)) => {
                    let place = Span {
                        start: group.start,
                        end: group.start + 1,
                    };
                    return Err(error(place, "This ( has no )", "close it"));
                }
                (Some(')'), Some(_)) => {
                    self.scan.at += 1;
                    break;
                }
                (Some(')'), None) => {
                    return Err(error(
                        self.scan.place_from(self.scan.at, 1),
                        "This ) has no (",
                        "take it out, or put quotes around the words",
                    ));
                }
                (Some(_), _) => {}
            }
            if after_part && self.scan.keyword("AND") {
                self.scan.at += 3;
                self.scan.skip_spaces();
                if matches!(self.scan.peek(0), None | Some(')')) {
                    return Err(self.dangling("AND"));
                }
            }
            let start = self.scan.at;
            if let Some(filter) = self.alternatives(group)? {
                all.push(filter);
                if group.is_none() {
                    let end = self.scan.at;
                    self.typed.places.push(Span { start, end });
                }
            }
            after_part = true;
        }
        Ok((!all.is_empty()).then(|| Filter::all(all)))
    }

    /// One part, or several with `OR` between them. Answers `None` for a word, which is kept.
    fn alternatives(&mut self, group: Option<Group>) -> Result<Option<Filter>, FilterError> {
        let first = self.part(group)?;
        if !self.or_follows() {
            return self.keep(first, group);
        }
        let mut any = vec![self.filter_beside_or(first)?];
        while self.or_follows() {
            self.scan.skip_spaces();
            self.scan.at += 2;
            self.scan.skip_spaces();
            if matches!(self.scan.peek(0), None | Some(')')) {
                return Err(self.dangling("OR"));
            }
            let next = self.part(group)?;
            any.push(self.filter_beside_or(next)?);
        }
        Ok(Some(Filter::Or(any)))
    }

    fn or_follows(&mut self) -> bool {
        let at = self.scan.at;
        self.scan.skip_spaces();
        let follows = self.scan.keyword("OR");
        self.scan.at = at;
        follows
    }

    fn filter_beside_or(&self, piece: Piece) -> Result<Filter, FilterError> {
        match piece {
            Piece::Filter(filter) => Ok(filter),
            Piece::Word { place, .. } => Err(error(
                place,
                "OR stands between filters, not words",
                "write \"or\" small or in quotes to search for it, or put a field before the word",
            )),
        }
    }

    fn dangling(&self, keyword: &str) -> FilterError {
        let start = self.scan.at.min(self.scan.chars.len());
        error(
            Span {
                start,
                end: start + 1,
            },
            format!("Nothing follows {keyword}"),
            "write a filter after it, or put quotes around it to search for it",
        )
    }

    /// Keeps a word, and answers a filter.
    fn keep(&mut self, piece: Piece, group: Option<Group>) -> Result<Option<Filter>, FilterError> {
        match piece {
            Piece::Filter(filter) => Ok(Some(filter)),
            Piece::Word { place, .. } if group.is_some() => Err(error(
                place,
                "Words cannot stand inside parentheses",
                "put a field such as tag: before the word, or quotes around all of it",
            )),
            Piece::Word { text, place, .. } if !self.words_allowed => Err(error(
                place,
                format!("\"{}\" is no filter", shorten(&text)),
                "write field:value, for example tag:italy or rating>=4",
            )),
            // A dash between words is how people write, and no word.
            Piece::Word {
                text,
                phrase: false,
                ..
            } if text.chars().all(|c| c == '-') => Ok(None),
            Piece::Word {
                text,
                phrase,
                negated,
                ..
            } => {
                let all = if negated {
                    &mut self.typed.without
                } else {
                    &mut self.typed.words
                };
                if !all.is_empty() {
                    all.push(' ');
                }
                all.push_str(&text);
                if phrase && !negated {
                    self.typed.phrases.push(text);
                }
                Ok(None)
            }
        }
    }

    /// A word, a phrase, a term or a group, with or without a minus.
    fn part(&mut self, group: Option<Group>) -> Result<Piece, FilterError> {
        let start = self.scan.at;
        let mut negated = false;
        if self.scan.peek(0) == Some('-') && self.scan.peek(1).is_some_and(starts_negated) {
            self.scan.at += 1;
            negated = true;
        } else if self.scan.keyword("NOT") {
            self.scan.at += 3;
            self.scan.skip_spaces();
            negated = true;
            if matches!(self.scan.peek(0), None | Some(')')) {
                return Err(self.dangling("NOT"));
            }
        }
        if self.scan.keyword("OR")
            || self.scan.keyword("AND")
            || (negated && self.scan.keyword("NOT"))
        {
            return Err(error(
                self.scan.place_from(self.scan.at, 2),
                "Nothing to join stands before this",
                "write a filter before it, or put quotes around it to search for it",
            ));
        }
        let filter = match self.scan.peek(0) {
            Some('(') => self.group(group)?,
            Some('"') => return self.phrase(start, negated),
            _ => match self.term(group)? {
                Some(filter) => filter,
                None => return self.word(start, negated),
            },
        };
        Ok(Piece::Filter(if negated {
            Filter::Not(Box::new(filter))
        } else {
            filter
        }))
    }

    fn group(&mut self, outer: Option<Group>) -> Result<Filter, FilterError> {
        let start = self.scan.at;
        let depth = outer.map_or(1, |outer| outer.depth + 1);
        if depth > MAX_DEPTH {
            return Err(too_deep(self.scan.place_from(start, 1)));
        }
        self.scan.at += 1;
        let inner = self.sequence(Some(Group { depth, start }))?;
        inner.ok_or_else(|| {
            let place = Span {
                start,
                end: self.scan.at,
            };
            error(
                place,
                "These parentheses are empty",
                "put a filter in, or quotes around them",
            )
        })
    }

    fn phrase(&mut self, start: usize, negated: bool) -> Result<Piece, FilterError> {
        let text = self.scan.quoted()?;
        let place = Span {
            start,
            end: self.scan.at,
        };
        if text.trim().is_empty() {
            return Err(error(place, "These quotes are empty", "put words in"));
        }
        Ok(Piece::Word {
            text,
            phrase: true,
            negated,
            place,
        })
    }

    fn word(&mut self, start: usize, negated: bool) -> Result<Piece, FilterError> {
        let from = self.scan.at;
        while self.scan.peek(0).is_some_and(|c| !c.is_whitespace()) {
            self.scan.at += 1;
        }
        let place = Span {
            start,
            end: self.scan.at,
        };
        Ok(Piece::Word {
            text: self.scan.text(from, self.scan.at),
            phrase: false,
            negated,
            place,
        })
    }

    /// A term, or `None` where what stands here is a word; then nothing is consumed.
    fn term(&mut self, group: Option<Group>) -> Result<Option<Filter>, FilterError> {
        let start = self.scan.at;
        let Some((name, end)) = self.scan.name()? else {
            return Ok(None);
        };
        self.scan.at = end;
        let Some(mut sign) = self.scan.sign() else {
            self.scan.at = start;
            return Ok(None);
        };
        if sign == Sign::Colon && self.scan.is_plain_colon(start, end, name.is_some()) {
            self.scan.at = start;
            return Ok(None);
        }
        if sign == Sign::Colon {
            let compared = self.scan.sign().filter(|s| s.is_ordering());
            sign = compared.unwrap_or_else(|| {
                self.scan.at = end + 1;
                sign
            });
        }
        let place = Span { start, end };
        let Some(name) = name else {
            return Err(self.unknown_field(place));
        };
        let items = self.items(place, sign, group)?;
        // The three numbers of a circle are one value.
        let is_circle = matches!(name, Name::Field(Field::Near));
        self.terms += if is_circle { 1 } else { items.len() };
        if self.terms > MAX_TERMS {
            let hint = format!("use at most {MAX_TERMS} values in all");
            return Err(error(place, "The filter has too many terms", hint));
        }
        build(&name, sign, &items, place).map(Some)
    }

    fn unknown_field(&self, place: Span) -> FilterError {
        let name = self.scan.text(place.start, place.end);
        let hint = match nearest(&name) {
            Some(known) => format!("did you mean {known}?"),
            None => "put quotes around it to search for it as words".to_owned(),
        };
        error(place, format!("Unknown field \"{}\"", shorten(&name)), hint)
    }

    /// The values after a sign: `a`, `"a b"`, `a,b`.
    fn items(
        &mut self,
        name: Span,
        sign: Sign,
        group: Option<Group>,
    ) -> Result<Vec<Item>, FilterError> {
        let mut items = Vec::new();
        loop {
            let start = self.scan.at;
            let (text, form) = self.scan.value()?;
            let place = Span {
                start,
                end: self.scan.at,
            };
            if text.is_empty() && !(form == Form::Quoted && sign.takes_empty()) {
                let name = shorten(&self.scan.text(name.start, name.end));
                return Err(error(
                    Span {
                        start,
                        end: start + 1,
                    },
                    format!("The value of {name} is missing"),
                    format!("write it right after the sign, for example {name}:value"),
                ));
            }
            if text.chars().nth(MAX_TEXT_CHARS).is_some() {
                let hint = format!("use at most {MAX_TEXT_CHARS} characters");
                return Err(error(place, "This value is too long", hint));
            }
            items.push(Item { text, form, place });
            if self.scan.peek(0) != Some(',') {
                break;
            }
            self.scan.at += 1;
        }
        match self.scan.peek(0) {
            None => Ok(items),
            Some(c) if c.is_whitespace() || (c == ')' && group.is_some()) => Ok(items),
            Some(_) => Err(error(
                self.scan.place_from(self.scan.at, 1),
                "Something follows this value without a space",
                "put a space between, or quotes around the whole value",
            )),
        }
    }
}

/// A minus before this turns a part round; before anything else it is a dash.
fn starts_negated(next: char) -> bool {
    !next.is_whitespace() && next != '-' && next != ')'
}
