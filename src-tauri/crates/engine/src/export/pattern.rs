//! Patterns of file names: `{date}/{name}-{seq:4}` read once, filled in for each photo, and made
//! into names that every file system takes.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDateTime};
use thiserror::Error;

/// Bytes of a name without its ending and number: file systems take 255 in all.
const MOST_BYTES: usize = 200;

/// Digits of a number, at most.
const MOST_DIGITS: usize = 9;

/// A pattern cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PatternError {
    /// Nothing is in it.
    #[error("The name pattern is empty: write one such as {{name}}")]
    Empty,
    /// A brace has no partner.
    #[error(
        "The name pattern has a {{ without }} or the other way round: write {{{{ or }}}} for a brace"
    )]
    Brace,
    /// There is no such field.
    #[error("The name pattern asks for {{{field}}}: there is {known}")]
    Unknown {
        /// As it was written.
        field: String,
        /// All there are.
        known: String,
    },
    /// What follows the colon is no number of digits.
    #[error("The name pattern has {{{field}}}: after {{seq: comes a number of digits from 1 to 9")]
    Digits {
        /// As it was written.
        field: String,
    },
    /// It would lead out of the folder.
    #[error(
        "The name pattern names folders below the one exported to: no \"..\", and no / at either end"
    )]
    Outside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Ending,
    Date,
    Time,
    Year,
    Month,
    Day,
    Seq { digits: usize },
    Tag,
    Camera,
    Lens,
    Rating,
    Library,
    Folder,
    Width,
    Height,
    Id,
}

const FIELDS: [(&str, Field); 17] = [
    ("name", Field::Name),
    ("seq", Field::Seq { digits: 0 }),
    ("date", Field::Date),
    ("time", Field::Time),
    ("year", Field::Year),
    ("month", Field::Month),
    ("day", Field::Day),
    ("tag", Field::Tag),
    ("camera", Field::Camera),
    ("lens", Field::Lens),
    ("rating", Field::Rating),
    ("library", Field::Library),
    ("folder", Field::Folder),
    ("width", Field::Width),
    ("height", Field::Height),
    ("ext", Field::Ending),
    ("id", Field::Id),
];

/// What a photo fills a pattern with.
#[derive(Clone, Debug, Default)]
pub struct Filling {
    /// Its file's name without the ending.
    pub name: String,
    /// Its file's ending, without the dot.
    pub ending: String,
    /// When it was taken, else when its file was changed: seconds since 1970 on the camera's clock.
    pub at_s: i64,
    /// Its first tag.
    pub tag: Option<String>,
    /// Its camera.
    pub camera: Option<String>,
    /// Its lens.
    pub lens: Option<String>,
    /// Its stars.
    pub rating: Option<i32>,
    /// Its library's name.
    pub library: String,
    /// The last part of its folder.
    pub folder: String,
    /// Upright width, pixels.
    pub width: u32,
    /// Upright height, pixels.
    pub height: u32,
    /// Its id.
    pub id: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
    Folder,
}

/// A pattern that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// [`PatternError`], before anything is written.
    pub fn read(text: &str) -> Result<Self, PatternError> {
        let outside = text.starts_with(['/', '\\'])
            || text.ends_with(['/', '\\'])
            || text.split(['/', '\\']).any(|part| part.trim() == "..");
        if text.trim().is_empty() {
            return Err(PatternError::Empty);
        }
        if outside {
            return Err(PatternError::Outside);
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(char) = rest.next() {
            match char {
                '{' | '}' if rest.peek() == Some(&char) => {
                    plain.push(char);
                    rest.next();
                }
                '}' => return Err(PatternError::Brace),
                '{' => {
                    let field: String = rest.by_ref().take_while(|char| *char != '}').collect();
                    // What was taken ends with its brace, or the text has ended without one.
                    if field.contains('{') || (rest.peek().is_none() && !text.ends_with('}')) {
                        return Err(PatternError::Brace);
                    }
                    push_text(&mut pieces, &mut plain);
                    pieces.push(Piece::Field(read_field(&field)?));
                }
                '/' | '\\' => {
                    push_text(&mut pieces, &mut plain);
                    pieces.push(Piece::Folder);
                }
                char => plain.push(char),
            }
        }
        push_text(&mut pieces, &mut plain);
        Ok(Self { pieces })
    }

    /// The name of a photo below the folder exported to, without ending; `seq` counts from 1.
    ///
    /// Values make no folders, and nothing in them leads out of the folder or is refused by a file
    /// system.
    #[must_use]
    pub fn fill(&self, filling: &Filling, seq: u64) -> PathBuf {
        let mut path = PathBuf::new();
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Field(field) => name.push_str(&value(*field, filling, seq)),
                Piece::Folder => path.push(safe(&std::mem::take(&mut name))),
            }
        }
        path.push(safe(&name));
        path
    }
}

fn push_text(pieces: &mut Vec<Piece>, plain: &mut String) {
    if !plain.is_empty() {
        pieces.push(Piece::Text(std::mem::take(plain)));
    }
}

fn read_field(text: &str) -> Result<Field, PatternError> {
    let (name, format) = text
        .split_once(':')
        .map_or((text, None), |(n, f)| (n, Some(f)));
    let known = FIELDS.iter().find(|(own, _)| *own == name);
    let Some((_, field)) = known.filter(|(own, _)| format.is_none() || *own == "seq") else {
        let names: Vec<String> = FIELDS
            .iter()
            .map(|(name, _)| format!("{{{name}}}"))
            .collect();
        return Err(PatternError::Unknown {
            field: text.to_owned(),
            known: names.join(", "),
        });
    };
    let Some(format) = format else {
        return Ok(*field);
    };
    let digits = format
        .parse()
        .ok()
        .filter(|n| (1..=MOST_DIGITS).contains(n));
    let digits = digits.ok_or_else(|| PatternError::Digits {
        field: text.to_owned(),
    })?;
    Ok(Field::Seq { digits })
}

fn value(field: Field, filling: &Filling, seq: u64) -> String {
    let at = DateTime::from_timestamp(filling.at_s, 0).unwrap_or_default();
    let at: NaiveDateTime = at.naive_utc();
    let text = |text: &Option<String>, none: &str| {
        let known = text.as_deref().filter(|text| !text.trim().is_empty());
        known.unwrap_or(none).to_owned()
    };
    match field {
        Field::Name => filling.name.clone(),
        Field::Ending => filling.ending.clone(),
        Field::Date => at.format("%Y-%m-%d").to_string(),
        Field::Time => at.format("%H%M%S").to_string(),
        Field::Year => at.format("%Y").to_string(),
        Field::Month => at.format("%m").to_string(),
        Field::Day => at.format("%d").to_string(),
        Field::Seq { digits } => format!("{seq:0digits$}"),
        Field::Tag => text(&filling.tag, "untagged"),
        Field::Camera => text(&filling.camera, "unknown camera"),
        Field::Lens => text(&filling.lens, "unknown lens"),
        Field::Rating => filling.rating.unwrap_or_default().to_string(),
        Field::Library => filling.library.clone(),
        Field::Folder => filling.folder.clone(),
        Field::Width => filling.width.to_string(),
        Field::Height => filling.height.to_string(),
        Field::Id => filling.id.to_string(),
    }
    // A tag's path is one name.
    .replace(['/', '\\'], "-")
}

/// A name that Linux, macOS and Windows take as one part of a path.
///
/// # Source
/// Microsoft, "Naming Files, Paths, and Namespaces": reserved characters and names.
pub(super) fn safe(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .map(|char| match char {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            // What turns the direction of writing round would show another name than there is.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '-',
            char if char.is_control() => '-',
            char => char,
        })
        .collect();
    let mut end = safe.len().min(MOST_BYTES);
    while !safe.is_char_boundary(end) {
        end -= 1;
    }
    safe.truncate(end);
    let trimmed = safe.trim_end_matches([' ', '.']).trim_start();
    // A leading dot hides a file.
    let visible = trimmed.trim_start_matches('.');
    let first = visible.split('.').next().unwrap_or_default();
    if visible.is_empty() || is_reserved(first) || visible.len() < trimmed.len() {
        return format!("_{visible}");
    }
    visible.to_owned()
}

fn is_reserved(name: &str) -> bool {
    let name = name.trim_end().to_ascii_uppercase();
    let numbered = |kind: &str| {
        let number = name.strip_prefix(kind);
        number.is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()))
    };
    matches!(&*name, "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling {
        Filling {
            name: "IMG_1".into(),
            ending: "CR3".into(),
            at_s: 1_600_000_000,
            tag: Some("places/italy".into()),
            library: "Holidays".into(),
            folder: "rome".into(),
            width: 6000,
            height: 4000,
            id: 7,
            ..Filling::default()
        }
    }

    #[test]
    fn fields_are_filled_in() {
        let check = |pattern: &str, expect: &str| {
            let pattern = Pattern::read(pattern).unwrap();
            assert_eq!(pattern.fill(&filling(), 12), PathBuf::from(expect));
        };
        check("{name}", "IMG_1");
        check("{date} {time}-{seq:4}", "2020-09-13 122640-0012");
        check("{year}/{month}/{day}/{seq}", "2020/09/13/12");
        check(
            "{tag}_{camera}_{lens}_{rating}",
            "places-italy_unknown camera_unknown lens_0",
        );
        check("{library}\\{folder}-{ext}", "Holidays/rome-CR3");
        check("{{{id}}} {width}x{height}", "{7} 6000x4000");
    }

    #[test]
    fn a_pattern_that_makes_no_sense_is_refused_before_anything_is_written() {
        let check = |pattern: &str, expect: fn(&PatternError) -> bool| {
            let error = Pattern::read(pattern).unwrap_err();
            assert!(expect(&error), "{pattern}: {error:?}");
        };
        check("", |e| matches!(e, PatternError::Empty));
        check("  ", |e| matches!(e, PatternError::Empty));
        for pattern in ["{name", "name}", "{na{me}", "{name}}", "{", "a}b{c"] {
            check(pattern, |e| matches!(e, PatternError::Brace));
        }
        for pattern in ["{nam}", "{}", "{name:3}", "{Name}"] {
            check(pattern, |e| matches!(e, PatternError::Unknown { .. }));
        }
        for pattern in ["{seq:}", "{seq:0}", "{seq:10}", "{seq:x}"] {
            check(pattern, |e| matches!(e, PatternError::Digits { .. }));
        }
        for pattern in [
            "/{name}",
            "../{name}",
            "a/../../{name}",
            "{name}/",
            "..\\{name}",
        ] {
            check(pattern, |e| matches!(e, PatternError::Outside));
        }
    }

    #[test]
    fn no_value_leads_out_of_the_folder_or_is_refused_by_a_file_system() {
        let check = |name: &str, expect: &str| assert_eq!(safe(name), expect, "{name:?}");
        check("..", "_");
        check("../../etc/passwd", "_-..-etc-passwd");
        check(".hidden", "_hidden");
        check("", "_");
        check(" . ", "_");
        check("a:b*c?\"<>|", "a-b-c-----");
        check("line\nbreak\0", "line-break-");
        check("trailing. . ", "trailing");
        check("con", "_con");
        check("NUL.tar", "_NUL.tar");
        check("COM1", "_COM1");
        check("COM10", "COM10");
        check("evil\u{202E}gpj.exe", "evil-gpj.exe");
        assert_eq!(safe(&"ü".repeat(300)).len(), 200);
        let hostile = Filling {
            name: "../..".into(),
            tag: Some("/etc/../x".into()),
            ..filling()
        };
        let filled = Pattern::read("{tag}/{name}").unwrap().fill(&hostile, 1);
        assert_eq!(filled, PathBuf::from("-etc-..-x/_-"));
    }
}
