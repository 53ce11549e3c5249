//! What a person types: words, `-words`, `"phrases"` and filters, mixed in one line.
//!
//! ```text
//! sunset "old town" -people tag:italy rating>=4 camera:"X-T5" date:2023-06..2023-08
//! ```
//!
//! - Parts stand side by side and all must hold; `AND` between them says the same. `OR` binds
//!   tighter, as in web searches: `rating:5 tag:a OR tag:b` is `rating:5 (tag:a OR tag:b)`.
//!   `(…)` groups filters; `-` or `NOT ` before a part turns it round. Words stand outside groups.
//! - `field:value`; also `= != > >= < <=`, and `~` and `!~` for "contains" and its opposite.
//!   `:` means "contains" for tag, camera, lens, path, folder and name, and "equals" elsewhere.
//! - `a,b` is any of them; `2020..2022`, `2020..`, `..2022` are spans; `*` and `?` in an unquoted
//!   text stand for any characters (for `name:` the whole name must fit), and beside quotes too:
//!   `camera:"Canon EOS"*`. Texts are ordered where they stand in quotes: `camera>"M"`.
//! - `is:offline`, `is:faulty`, `is:portrait`, `has:gps`, `has:FIELD`, `no:FIELD`;
//!   `near:LAT,LON,10km`; `attr.price>=200`; quotes keep spaces, and `""` inside them is one quote.
//! - `12:30`, `c:\photos` and `https://…` are words. An unknown field is an error that names the
//!   place: nothing that was typed is passed over.

mod complete;
mod parser;
mod print;
mod scan;
mod term;
pub(super) mod value;

use super::{Filter, FilterError, Span};

pub use complete::{Completing, Part, complete, containing, signs};
pub use print::{field_text, lacked_text, print_typed, value_text};

/// A typed line, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    /// The words and phrases to look for, in their order, without quotes.
    pub words: String,
    /// Of these, what stood in quotes and belongs together.
    pub phrases: Vec<String>,
    /// The words that had a minus before them: what should not be seen.
    pub without: String,
    /// The filters; `None` where there were none.
    pub filter: Option<Filter>,
    /// Where each filter stands that is no part of another. Of several, the filter is their `And`.
    pub places: Vec<Span>,
}

/// Takes apart what a person typed into a search box.
///
/// # Errors
/// [`FilterError`] where a filter is malformed, a field is unknown or a limit is passed.
pub fn parse(input: &str) -> Result<Typed, FilterError> {
    parser::parse(input, true)
}

/// Reads filters only: a word is an error.
///
/// # Errors
/// [`FilterError`], as [`parse`], and for words.
pub fn parse_filter(input: &str) -> Result<Option<Filter>, FilterError> {
    Ok(parser::parse(input, false)?.filter)
}

/// A span of time as it is typed, for tests.
#[cfg(test)]
pub(super) fn test_date(text: &str) -> super::Value {
    value::date_value(text).unwrap_or(super::Value::Missing)
}
