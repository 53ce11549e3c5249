//! Table `photo_text`: the words a text query finds without any model.

mod touched;

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::remembered::Question;
use super::{Result, Store};
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

pub(super) use touched::TouchedWords;

/// Where words stand.
#[derive(Debug)]
pub struct Column {
    name: &'static str,
    /// For people: "file name".
    pub label: &'static str,
    /// What a word in it is worth: in the file's name or a tag it says more than in the path or in
    /// how the photo looks.
    pub worth: f32,
}

/// The columns of words.
pub const COLUMNS: [Column; 6] = [
    column("file_name", "file name", 4.0),
    column("folder", "folder", 1.0),
    column("tags", "tags", 6.0),
    column("camera", "camera", 2.0),
    column("caption", "caption", 4.0),
    column("visual", "look", 1.0),
];

const fn column(name: &'static str, label: &'static str, worth: f32) -> Column {
    Column { name, label, worth }
}

/// Writes a photo's words anew from what is stored of it.
///
/// # Errors
/// [`super::StoreError`].
pub fn refresh(connection: &Connection, id: PhotoId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_text WHERE rowid = ?1")?
        .execute([id.0])?;
    let mut statement = connection.prepare_cached(
        "SELECT photo.file_name, photo.folder, coalesce(photo.camera, ''), coalesce(photo.lens, ''), \
         coalesce(photo.caption, '') || ' ' || coalesce(photo.title, '') || ' ' || \
         coalesce((SELECT group_concat(region.name, ' ') FROM region \
         WHERE region.photo_id = photo.id), ''), photo.visual_words FROM photo WHERE photo.id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let (name, folder): (String, String) = (row.get(0)?, row.get(1)?);
    let (camera, lens): (String, String) = (row.get(2)?, row.get(3)?);
    let (caption, visual): (String, String) = (row.get(4)?, row.get(5)?);
    let tags = super::tags::of_photo(connection, id)?.join(" ");
    connection
        .prepare_cached(
            "INSERT INTO photo_text (rowid, file_name, folder, tags, camera, caption, visual) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            id.0,
            words_of(&name),
            words_of(&folder),
            words_of(&tags),
            format!("{camera} {lens}"),
            caption,
            visual
        ])?;
    Ok(())
}

/// Takes a photo's words away: it is no longer found.
///
/// # Errors
/// [`super::StoreError`].
pub fn remove(connection: &Connection, id: PhotoId) -> Result<()> {
    connection
        .prepare_cached("DELETE FROM photo_text WHERE rowid = ?1")?
        .execute([id.0])?;
    Ok(())
}

/// Letters that may be the beginning of a word: with one, hardly a photo would be left out.
const BEGINNING: usize = 2;

/// A word to look for.
#[derive(Clone, Debug)]
pub struct Term {
    /// As it was asked for.
    pub word: String,
    query: String,
}

/// Takes words apart; the last one may be the beginning of one, if it has [`BEGINNING`] letters.
///
/// Words are taken as words: no query syntax of the index is understood.
#[must_use]
pub fn terms(words: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = split(words)
        .map(|word| Term {
            word: word.to_owned(),
            query: quoted(word),
        })
        .collect();
    if let Some(last) = terms.last_mut()
        && last.word.chars().count() >= BEGINNING
    {
        last.query = format!("({0} OR {0} *)", last.query);
    }
    terms
}

impl Term {
    /// The photos that have the word anywhere, those whose file is gone too.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photos(&self, store: &Store) -> Result<PhotoSet> {
        matching(store, self.query.clone())
    }

    /// The photos that have the word in a column, those whose file is gone too.
    ///
    /// # Errors
    /// [`super::StoreError`].
    pub fn photos_in(&self, store: &Store, column: &Column) -> Result<PhotoSet> {
        matching(store, format!("{} : {}", column.name, self.query))
    }
}

/// Finds the photos that have all the words; those of no words are none.
///
/// # Errors
/// [`super::StoreError`].
pub fn with_all(store: &Store, terms: &[Term]) -> Result<PhotoSet> {
    let queries: Vec<&str> = terms.iter().map(|term| term.query.as_str()).collect();
    matching(store, queries.join(" AND "))
}

/// Finds the photos that have one of the words, whole.
///
/// # Errors
/// [`super::StoreError`].
pub fn with_any(store: &Store, words: &str) -> Result<PhotoSet> {
    let queries: Vec<String> = split(words).map(quoted).collect();
    matching(store, queries.join(" OR "))
}

fn matching(store: &Store, query: String) -> Result<PhotoSet> {
    if query.is_empty() {
        return Ok(PhotoSet::new());
    }
    store.photos_of_words(&Question::new(
        "SELECT 0, photo_set(rowid) FROM photo_text WHERE photo_text MATCH ?1",
        vec![Value::Text(query)],
    ))
}

/// Splits what the tokenizer would keep together: `redBoat_2021` has the words red, boat and 2021.
fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() * 2);
    words.push_str(name);
    let mut split = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for letter in name.chars() {
        let camel = before.is_lowercase() && letter.is_uppercase();
        let digits = before.is_alphabetic() != letter.is_alphabetic()
            && before.is_alphanumeric()
            && letter.is_alphanumeric();
        if camel || digits || letter == '_' {
            split.push(' ');
        }
        if letter != '_' {
            split.push(letter);
        }
        before = letter;
    }
    if split != name {
        words.push(' ');
        words.push_str(&split);
    }
    words
}

fn split(words: &str) -> impl Iterator<Item = &str> {
    words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// A word in quotes, so that nothing in it is syntax.
fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words_of("red_boat"), "red_boat red boat");
        assert_eq!(
            words_of("GoldenGate2021.jpg"),
            "GoldenGate2021.jpg Golden Gate 2021.jpg"
        );
        assert_eq!(words_of("boat"), "boat");
    }

    #[test]
    fn a_query_is_only_words() {
        let queries = |words| {
            terms(words)
                .into_iter()
                .map(|term| term.query)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            queries("NEAR(a b) \"x"),
            ["\"NEAR\"", "\"a\"", "\"b\"", "\"x\""]
        );
        assert_eq!(queries("red boa"), ["\"red\"", "(\"boa\" OR \"boa\" *)"]);
        assert_eq!(queries("bo"), ["(\"bo\" OR \"bo\" *)"]);
        assert_eq!(queries("東"), ["\"東\""]);
        assert!(queries(" -*\" ").is_empty());
    }
}
