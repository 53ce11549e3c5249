//! Table `photo_text`: the words a text query finds without any model.

use rusqlite::{Connection, params};

use super::Result;
use crate::ids::PhotoId;

/// Weights of the columns for BM25: a word in the file's name or a tag says more than one in the
/// path or in how the photo looks.
///
/// # Source
/// Order of columns as in the migration; <https://sqlite.org/fts5.html#the_bm25_function>.
const WEIGHTS: &str = "4.0, 1.0, 6.0, 2.0, 4.0, 1.0";

/// Writes a photo's words anew from what is stored of it.
///
/// # Errors
/// [`super::StoreError`].
pub fn refresh(connection: &Connection, id: PhotoId) -> Result<()> {
    connection.prepare_cached("DELETE FROM photo_text WHERE rowid = ?1")?.execute([id.0])?;
    let mut statement = connection.prepare_cached(
        "SELECT photo.file_name, photo.folder, coalesce(photo.camera, ''), coalesce(photo.lens, ''), \
         coalesce(photo.caption, ''), photo.visual_words FROM photo WHERE photo.id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    let Some(row) = rows.next()? else { return Ok(()) };
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
    connection.prepare_cached("DELETE FROM photo_text WHERE rowid = ?1")?.execute([id.0])?;
    Ok(())
}

/// Finds the photos that have all the words, or any of them, with their BM25 rank, best first.
///
/// The rank is above zero and has no upper limit; larger is better. Words are taken as words: no
/// query syntax of the index is understood.
///
/// # Errors
/// [`super::StoreError`].
pub fn find(connection: &Connection, words: &str, all: bool) -> Result<Vec<(PhotoId, f32)>> {
    let Some(query) = query_of(words, all) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT rowid, -bm25(photo_text, {WEIGHTS}) AS rank FROM photo_text \
         WHERE photo_text MATCH ?1 ORDER BY rank DESC, rowid"
    ))?;
    let rows = statement.query_map([query], |row| {
        Ok((PhotoId(row.get(0)?), row.get::<_, f64>(1)? as f32))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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

/// Every word quoted, the last one as a prefix too, so that typing finds from the first letters.
fn query_of(words: &str, all: bool) -> Option<String> {
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (last, others) = words.split_last()?;
    let mut parts: Vec<String> = others.iter().map(|word| format!("\"{word}\"")).collect();
    parts.push(if last.chars().count() >= 3 {
        format!("(\"{last}\" OR \"{last}\" *)")
    } else {
        format!("\"{last}\"")
    });
    Some(parts.join(if all { " AND " } else { " OR " }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words_of("red_boat"), "red_boat red boat");
        assert_eq!(words_of("GoldenGate2021.jpg"), "GoldenGate2021.jpg Golden Gate 2021.jpg");
        assert_eq!(words_of("boat"), "boat");
    }

    #[test]
    fn a_query_is_only_words() {
        assert_eq!(query_of("red boat", true).unwrap(), r#""red" AND ("boat" OR "boat" *)"#);
        assert_eq!(query_of("NEAR(a b) \"x", false).unwrap(), r#""NEAR" OR "a" OR "b" OR "x""#);
        assert_eq!(query_of(" -*\" ", true), None);
    }
}
