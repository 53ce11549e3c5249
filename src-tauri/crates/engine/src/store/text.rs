//! Table `photo_text`: the words a text query finds without any model.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::Result;
use crate::ids::PhotoId;

/// The columns and what a word in each is worth: in the file's name or a tag it says more than in
/// the path or in how the photo looks.
const COLUMNS: [(&str, f32); 6] = [
    ("file_name", 4.0),
    ("folder", 1.0),
    ("tags", 6.0),
    ("camera", 2.0),
    ("caption", 4.0),
    ("visual", 1.0),
];

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
         coalesce(photo.caption, ''), photo.visual_words FROM photo WHERE photo.id = ?1",
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

/// Finds the photos that have all the words, with a rank; the last word may be the beginning of one.
///
/// The rank is the worth of the columns in which a word stands, on average over the words: 1 to 18.
/// It depends on the photo and the words alone. BM25 also depends on all other photos, so that a
/// photo added between two pages would move the rest, and some would be seen twice or never.
/// Words are taken as words: no query syntax of the index is understood.
///
/// # Errors
/// [`super::StoreError`].
pub fn find_all(connection: &Connection, words: &str) -> Result<Vec<(PhotoId, f32)>> {
    let mut words = quoted(words);
    let Some(last) = words.last_mut() else {
        return Ok(Vec::new());
    };
    if last.chars().count() >= 3 + 2 {
        *last = format!("({last} OR {last} *)");
    }
    let all = matching(connection, &words.join(" AND "))?;
    let mut ranks: HashMap<PhotoId, f32> = all.into_iter().map(|id| (id, 0.0)).collect();
    if ranks.is_empty() {
        return Ok(Vec::new());
    }
    for word in &words {
        for (column, worth) in COLUMNS {
            for id in matching(connection, &format!("{column} : {word}"))? {
                if let Some(rank) = ranks.get_mut(&id) {
                    *rank += worth / words.len() as f32;
                }
            }
        }
    }
    Ok(ranks.into_iter().collect())
}

/// Finds the photos that have one of the words, whole.
///
/// # Errors
/// [`super::StoreError`].
pub fn find_any(connection: &Connection, words: &str) -> Result<Vec<PhotoId>> {
    match quoted(words) {
        words if words.is_empty() => Ok(Vec::new()),
        words => matching(connection, &words.join(" OR ")),
    }
}

fn matching(connection: &Connection, query: &str) -> Result<Vec<PhotoId>> {
    let mut statement =
        connection.prepare_cached("SELECT rowid FROM photo_text WHERE photo_text MATCH ?1")?;
    let rows = statement.query_map([query], |row| row.get(0).map(PhotoId))?;
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

/// The words, each in quotes, so that nothing in them is syntax.
fn quoted(words: &str) -> Vec<String> {
    words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect()
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
        assert_eq!(
            quoted("NEAR(a b) \"x"),
            ["\"NEAR\"", "\"a\"", "\"b\"", "\"x\""]
        );
        assert!(quoted(" -*\" ").is_empty());
    }
}
