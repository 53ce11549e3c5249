//! Filters: one tree, the ways to write it down, and the SQL predicate it becomes.
//!
//! A leaf: it knows the catalog's tables but opens no database and ranks nothing. In the data walk
//! it stands between what was asked and the candidate ids that are searched. A person's typing
//! ([`typed`]), conditions as JSON ([`structured`]) and MongoDB's form ([`mongo`]) are parsed into
//! the tree and printed from it; [`any`] takes whichever of them is given.
//!
//! # What a term means
//! - A photo that lacks the field answers `=`, `<`, `in`, `contains` with no, and `!=`, `not in`,
//!   `not contains` with yes. Only [`Value::Missing`] asks for the lack itself.
//! - A number never equals a text; comparing the two answers no and is no error.
//! - Texts are compared without regard to case, letter by letter, in every script whose case
//!   change keeps one character one character (`Ö` = `ö`, but `ß` ≠ `SS`); `<` and `>` on texts
//!   compare code points. Composed and decomposed accents differ.
//! - `contains` on tags matches whole segments anywhere in a tag's path: `italy` finds
//!   `places/italy` and `places/italy/rome`, not `places/italyish`. `=` wants the whole path.
//! - An attribute that is a list matches when one of its elements does.

pub mod any;
mod dates;
mod field;
mod json;
pub mod mongo;
mod normal;
mod sql;
pub mod structured;
mod text;
pub mod typed;

#[cfg(test)]
mod tests;

use std::fmt;

use thiserror::Error;

pub use field::Field;
pub use sql::{Predicate, SqlValue, of_value, to_ids, to_sql};
pub use typed::{parse, parse_filter, print_typed};

/// How deep a filter may nest.
pub const MAX_DEPTH: usize = 32;
/// How many terms a filter may have; each value of a list counts as one.
pub const MAX_TERMS: usize = 1024;
/// How long a typed filter may be, in bytes.
pub const MAX_INPUT_BYTES: usize = 64 * 1024;
/// How long the name of an attribute may be, in characters.
pub const MAX_NAME_CHARS: usize = 256;
/// How long one text in a filter may be, in characters.
pub const MAX_TEXT_CHARS: usize = 1024;

/// A question that each photo answers with yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Yes where all say yes; an empty one says yes.
    And(Vec<Self>),
    /// Yes where any says yes; an empty one says no.
    Or(Vec<Self>),
    /// Yes where the other says no.
    Not(Box<Self>),
    /// Compares one field with a value.
    Term {
        /// What is looked at.
        field: Field,
        /// How it is compared.
        op: Op,
        /// What it is compared with.
        value: Value,
    },
}

/// How a field is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Equal to the value, or inside it where the value is a span.
    Eq,
    /// Not [`Op::Eq`].
    NotEq,
    /// Above the value; after its end where it is a span.
    Gt,
    /// At the value or above; from the start of a span on.
    GtEq,
    /// Below the value; before the start of a span.
    Lt,
    /// At the value or below; up to the end of a span.
    LtEq,
    /// Contains the text; the segments of a tag; the element of a list.
    Contains,
    /// Not [`Op::Contains`].
    NotContains,
    /// [`Op::Eq`] to one value of a list.
    In,
    /// Not [`Op::In`].
    NotIn,
}

impl Op {
    /// The op without its "not", and whether it had one.
    pub(crate) fn positive(self) -> (Self, bool) {
        match self {
            Self::NotEq => (Self::Eq, true),
            Self::NotContains => (Self::Contains, true),
            Self::In => (Self::Eq, false),
            Self::NotIn => (Self::Eq, true),
            other => (other, false),
        }
    }
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: `= Missing` finds photos that lack the field.
    Missing,
    /// Yes or no.
    Flag(bool),
    /// A number in the field's own unit.
    Number(f64),
    /// A text, taken as it is.
    Text(String),
    /// A text in which `*` stands for any run of characters and `?` for any one.
    Pattern(String),
    /// A span of numbers, both ends inside; an end may be open.
    Range {
        /// The lowest number inside.
        from: Option<f64>,
        /// The highest number inside.
        to: Option<f64>,
    },
    /// A span of time, for [`Field::TakenAt`].
    Period(Period),
    /// A circle on the earth, for [`Field::Near`].
    Circle(Circle),
    /// Any of these.
    List(Vec<Self>),
}

/// A span of time: seconds since 1970 of the camera's wall clock as if it were UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first second inside; open where `None`.
    pub from_s: Option<i64>,
    /// The first second after it; open where `None`.
    pub until_s: Option<i64>,
}

/// A circle on the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Degrees north, -90 … 90.
    pub lat: f64,
    /// Degrees east, -180 … 180.
    pub lon: f64,
    /// The radius along the ground, in kilometres.
    pub km: f64,
}

/// Where in a filter something stands.
///
/// Shown as "character 4" or as "filter[1].op".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In what was typed.
    Typed(Span),
    /// In JSON: the path from the whole, which is called `filter`.
    Json(String),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typed(span) => write!(out, "character {}", span.start + 1),
            Self::Json(path) => out.write_str(path),
        }
    }
}

/// A stretch of what was typed: characters, not bytes, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first character.
    pub start: usize,
    /// The first character after it.
    pub end: usize,
}

/// A filter cannot be understood.
///
/// Shown as "Unknown field "camrea" at character 4: did you mean camera?", or as "This condition
/// has no op at filter\[1\].op: …".
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message} at {place}: {hint}")]
pub struct FilterError {
    /// Where it went wrong.
    pub place: Place,
    /// What went wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl Filter {
    /// What all of these say together; a single one stands for itself.
    pub(crate) fn all(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            1 => parts.pop().unwrap_or(Self::And(parts)),
            _ => Self::And(parts),
        }
    }

    /// What any of these says; a single one stands for itself.
    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            1 => parts.pop().unwrap_or(Self::Or(parts)),
            _ => Self::Or(parts),
        }
    }

    /// Makes a term.
    #[must_use]
    pub fn term(field: Field, op: Op, value: Value) -> Self {
        Self::Term { field, op, value }
    }

    /// Counts its terms.
    #[must_use]
    pub fn terms(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::terms).sum(),
            Self::Not(inner) => inner.terms(),
            Self::Term { .. } => 1,
        }
    }

    /// How deep it nests; a single term is 1.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                1 + parts.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(inner) => 1 + inner.depth(),
            Self::Term { .. } => 1,
        }
    }
}

/// As much of a text as an error message needs.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
