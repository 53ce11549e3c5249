//! Opens the database, migrates it, and hands out its connections.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle, OpenFlags, Transaction, TransactionBehavior};
use rusqlite_migration::{M, MigrationDefinitionError, Migrations};

use super::changes::Changes;
use super::columns::{Column, Lists, Numbers};
use super::remembered::Remembered;
use super::text::TouchedWords;
use super::{Result, StoreError};
use crate::photo_set::PhotoSet;

/// Numbered, additive, never edited once released.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_catalog.sql"),
    include_str!("migrations/0002_vector_log.sql"),
    include_str!("migrations/0003_saved_searches.sql"),
    include_str!("migrations/0004_facets.sql"),
    include_str!("migrations/0005_duplicates.sql"),
    include_str!("migrations/0006_metadata.sql"),
    include_str!("migrations/0007_watching.sql"),
    include_str!("migrations/0008_stacks.sql"),
    include_str!("migrations/0009_faults.sql"),
    include_str!("migrations/0010_copies.sql"),
    include_str!("migrations/0011_ignored.sql"),
    include_str!("migrations/0012_mounts.sql"),
    include_str!("migrations/0013_epochs.sql"),
    include_str!("migrations/0014_no_epochs.sql"),
    include_str!("migrations/0015_duration.sql"),
    include_str!("migrations/0016_removed_regions.sql"),
    include_str!("migrations/0017_more_is_read.sql"),
    include_str!("migrations/0018_pictures_left.sql"),
    include_str!("migrations/0019_asked_again.sql"),
];

/// How long a reader waits for a lock before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// Answers of sets that are remembered at most: those of the filters and the words somebody is typing
/// on, 125 KB each at a million photos.
const SETS: usize = 96;

/// Columns that are remembered at most: one for each field that photos are counted by.
const COLUMNS: usize = 24;

/// Prepared statements kept for each connection.
const STATEMENTS: usize = 128;

/// The catalog: one writing connection and as many readers as are in use at once.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// One for each reader.
    interrupts: Mutex<Vec<InterruptHandle>>,
    changes: Changes,
    sets: Remembered<Vec<(i64, PhotoSet)>>,
    columns: Remembered<Column>,
    numbers: Remembered<Numbers>,
    lists: Remembered<Lists>,
    touched_words: TouchedWords,
}

impl Store {
    /// Opens the catalog, or makes it, and brings it to this version.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a catalog of a later Latent, [`StoreError::Open`].
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let mut writer = Connection::open(path).map_err(|e| failed(e.into()))?;
        prepare(&writer).map_err(|e| failed(e.into()))?;
        writer
            .pragma_update(None, "journal_mode", "WAL")
            .map_err(|e| failed(e.into()))?;
        let migrations = Migrations::new(MIGRATIONS.iter().copied().map(M::up).collect());
        migrations
            .to_latest(&mut writer)
            .map_err(|error| match error {
                rusqlite_migration::Error::MigrationDefinition(
                    MigrationDefinitionError::DatabaseTooFarAhead,
                ) => StoreError::Newer {
                    path: path.to_owned(),
                },
                other => failed(other.into()),
            })?;
        let changes = Changes::default();
        changes.watch(&writer).map_err(|e| failed(e.into()))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            interrupts: Mutex::default(),
            changes,
            sets: Remembered::new(SETS),
            columns: Remembered::new(COLUMNS),
            numbers: Remembered::new(COLUMNS),
            lists: Remembered::new(1),
            touched_words: TouchedWords::default(),
        })
    }

    /// Reads, beside whatever is being written.
    ///
    /// # Errors
    /// [`StoreError`] of the statements inside, or of opening a connection.
    pub fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let spare = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match spare {
            Some(connection) => connection,
            None => self.open_reader()?,
        };
        let answer = look(&connection);
        self.readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        answer
    }

    /// Reads what stands in the catalog at one moment, whatever is written meanwhile. Many statements are
    /// faster so: the moment is locked once and not for each.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_at_once<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Connection) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.read(|connection| {
            let moment = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            look(&moment)
        })
    }

    /// Writes in one transaction: all of it, or nothing when it fails.
    ///
    /// # Errors
    /// [`StoreError`] of the statements inside or of the commit.
    pub fn write<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.write_as(Write::Searched, change)
    }

    /// Counts the writes that may have changed what a filter or words find.
    ///
    /// What was read after one count holds until the count is another.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.changes.writes()
    }

    /// How many columns and sets are remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.sets.len() + self.columns.len() + self.numbers.len() + self.lists.len()
    }

    pub(super) fn sets(&self) -> &Remembered<Vec<(i64, PhotoSet)>> {
        &self.sets
    }

    pub(super) fn columns(&self) -> &Remembered<Column> {
        &self.columns
    }

    pub(super) fn all_numbers(&self) -> &Remembered<Numbers> {
        &self.numbers
    }

    pub(super) fn touched_words(&self) -> &TouchedWords {
        &self.touched_words
    }

    pub(super) fn all_lists(&self) -> &Remembered<Lists> {
        &self.lists
    }

    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Writes as [`Self::write`] does what no search looks at, such as settings: it does not count
    /// unless it touches photos.
    ///
    /// # Errors
    /// [`StoreError`] of the statements inside or of the commit.
    pub fn write_aside<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.write_as(Write::Aside, change)
    }

    /// Writes as [`Self::write_aside`] does what is found again where it is missing: a power failure may
    /// take it back, so the disk is not waited for.
    ///
    /// # Errors
    /// [`StoreError`] of the statements inside or of the commit.
    pub fn write_derived<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.write_as(Write::Derived, change)
    }

    fn write_as<T, E: From<StoreError>>(
        &self,
        kind: Write,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let synchronous = match kind {
            Write::Searched | Write::Aside => "FULL",
            Write::Derived => "NORMAL",
        };
        writer
            .pragma_update(None, "synchronous", synchronous)
            .map_err(StoreError::from)?;
        self.changes.begin();
        let transaction = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let answer = change(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        self.changes.committed(kind == Write::Searched);
        Ok(answer)
    }

    /// Asks SQLite whether the file is sound; one line a problem, empty when it is.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] where the file cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>> {
        self.read(|connection| {
            let mut statement = connection.prepare("PRAGMA quick_check")?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        })
    }

    fn open_reader(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let reader = Connection::open_with_flags(&self.path, flags)?;
        prepare(&reader)?;
        self.interrupts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader.get_interrupt_handle());
        Ok(reader)
    }

    /// Ends the statements that are being read, with [`StoreError::is_stopped`].
    pub fn stop_reading(&self) {
        let interrupts = self.interrupts.lock();
        for reader in interrupts.unwrap_or_else(PoisonError::into_inner).iter() {
            reader.interrupt();
        }
    }
}

/// What becomes of a write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    /// Searches may find other photos, and it stays whatever happens.
    Searched,
    /// No search looks at it, and it stays.
    Aside,
    /// No search looks at it, and a power failure may take it back.
    Derived,
}

impl Drop for Store {
    /// Closes the readers first: the writer, as the last one, then folds the log into the database,
    /// so that the one file is the whole catalog.
    fn drop(&mut self) {
        self.readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    super::sets::register(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_when_it_is_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let endless = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) \
                       SELECT count(*) FROM number";
        let count = |connection: &Connection| {
            Ok::<i64, StoreError>(connection.query_row(endless, [], |row| row.get(0))?)
        };
        std::thread::scope(|scope| {
            let reading = scope.spawn(|| store.read(count));
            while !reading.is_finished() {
                store.stop_reading();
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(reading.join().unwrap().unwrap_err().is_stopped());
        });
        let one = |connection: &Connection| {
            Ok::<i64, StoreError>(connection.query_row("SELECT 1", [], |row| row.get(0))?)
        };
        assert_eq!(store.read(one).unwrap(), 1, "later ones are read");
    }

    #[test]
    fn a_catalog_of_a_newer_latent_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.db");
        drop(Store::open(&path).unwrap());
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 9999)
            .unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { .. })));
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.db");
        std::fs::write(&path, "not a database, but somebody's letter").unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Open { .. })));
        assert_eq!(
            std::fs::read(&path).unwrap(),
            b"not a database, but somebody's letter"
        );
    }

    #[test]
    fn a_closed_catalog_is_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        store
            .read(|c| -> Result<()> { Ok(c.execute_batch("SELECT 1")?) })
            .unwrap();
        drop(store);
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "the log was not folded in");
    }

    #[test]
    fn a_failed_change_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("catalog.db")).unwrap();
        let failed: Result<()> = store.write(|tx| {
            tx.execute("INSERT INTO tag (path) VALUES ('a')", [])?;
            Err(StoreError::Damaged {
                what: "a test".into(),
            })
        });
        assert!(failed.is_err());
        let tags: i64 = store
            .read(|c| -> Result<i64> {
                Ok(c.query_row("SELECT count(*) FROM tag", [], |r| r.get(0))?)
            })
            .unwrap();
        assert_eq!(tags, 0);
    }
}
