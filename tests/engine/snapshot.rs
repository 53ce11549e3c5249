//! All that a catalog says of its photos, by path and without ids, to compare two catalogs.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// The columns that do not depend on when and in which order files were read.
const PHOTOS: &str = "SELECT CAST(rel_path AS TEXT), file_name, bytes, mtime_ns, hex(content_hash), \
    format, width, height, exif_orientation, taken_at, taken_offset_min, camera, lens, iso, \
    aperture, shutter_s, focal_mm, lat, lon, rating, label, caption, visual_words, decode_version, \
    missing_since IS NULL FROM photo";
const VECTORS: &str = "SELECT CAST(rel_path AS TEXT), space.name, space.version, hex(value) \
    FROM vector JOIN photo ON photo.id = photo_id JOIN space ON space.id = space_id";
const TAGS: &str = "SELECT CAST(rel_path AS TEXT), tag.path FROM photo_tag \
    JOIN photo ON photo.id = photo_id JOIN tag ON tag.id = tag_id";
const WORDS: &str = "SELECT CAST(rel_path AS TEXT), photo_text.file_name, photo_text.folder, tags, \
    photo_text.camera, photo_text.caption, visual FROM photo_text JOIN photo ON photo.id = photo_text.rowid";
const FAULTS: &str = "SELECT CAST(rel_path AS TEXT), stage, kind, reason, ignored, bytes, mtime_ns, decode_version FROM fault";

/// What a catalog says: table → rows, sorted.
pub type Snapshot = BTreeMap<&'static str, Vec<String>>;

/// Reads a closed catalog, which must be sound. Paths are those below the root; the root's own
/// place is cut out of words, so that two folders can be compared.
pub fn of(catalog: &Path, root: &Path) -> Snapshot {
    assert_sound(catalog);
    let connection = open(catalog);
    let tables = [
        ("photos", PHOTOS),
        ("vectors", VECTORS),
        ("tags", TAGS),
        ("words", WORDS),
        ("faults", FAULTS),
    ];
    let root = root.to_string_lossy();
    tables
        .map(|(name, sql)| (name, rows(&connection, sql, &root)))
        .into()
}

fn rows(connection: &Connection, sql: &str, root: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut rows: Vec<String> = statement
        .query_map([], |row| {
            let values: Vec<Value> = (0..columns).map(|n| row.get(n)).collect::<Result<_, _>>()?;
            Ok(format!("{values:?}").replace(root, "ROOT"))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    rows.sort();
    rows
}

/// SQLite finds nothing wrong, no row points nowhere, and every findable photo has its words and
/// its vectors.
pub fn assert_sound(catalog: &Path) {
    let connection = open(catalog);
    let integrity: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let mut statement = connection.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(!statement.exists([]).unwrap(), "A row points nowhere");
    let half: Vec<String> = connection
        .prepare(
            "SELECT path FROM photo WHERE missing_since IS NULL AND \
             (id NOT IN (SELECT rowid FROM photo_text) OR (SELECT count(*) FROM vector \
             JOIN space ON space.id = space_id WHERE photo_id = photo.id \
             AND space.name IN ('visual', 'color')) <> 2)",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(half.is_empty(), "Photos without words or vectors: {half:?}");
}

fn open(catalog: &Path) -> Connection {
    Connection::open_with_flags(catalog, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

/// Compares two snapshots and names the first difference.
#[track_caller]
pub fn assert_equal(one: &Snapshot, other: &Snapshot, context: &str) {
    for (table, rows) in one {
        let others = &other[table];
        let differs = rows.iter().zip(others).find(|(a, b)| a != b);
        assert!(differs.is_none(), "{context}: {table} differ: {differs:?}");
        assert_eq!(rows.len(), others.len(), "{context}: {table}");
    }
}
