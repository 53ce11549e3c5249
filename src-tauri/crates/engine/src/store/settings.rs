//! Table `setting`: single values the engine keeps for itself.

use rusqlite::{Connection, OptionalExtension as _};

use super::Result;

/// Reads a setting.
///
/// # Errors
/// [`super::StoreError::Sqlite`].
pub fn get(connection: &Connection, name: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Writes a setting, or removes it where there is no value.
///
/// # Errors
/// [`super::StoreError::Sqlite`].
pub fn set(connection: &Connection, name: &str, value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => connection.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )?,
        None => connection.execute("DELETE FROM setting WHERE name = ?1", [name])?,
    };
    Ok(())
}
