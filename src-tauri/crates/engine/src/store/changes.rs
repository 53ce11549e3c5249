//! Which photos each write touched, so that what was read before is read again for those alone.
//!
//! Triggers of the writing connection tell the photo of every row that a filter, words, stacks or
//! counts may look at. What concerns many at once, such as a root that goes offline or a tag that is
//! renamed, touches all.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Photos that are read one by one; of more, all are.
const MOST: usize = 4096;

/// Photos of past writes that are known at most: what was read before these is read again whole.
const KEPT: usize = 16 * MOST;

/// Tables whose rows belong to one photo, and the column that names it.
pub(super) const OF_A_PHOTO: [(&str, &str); 7] = [
    ("photo", "id"),
    ("photo_tag", "photo_id"),
    ("attribute", "photo_id"),
    ("stack_member", "photo_id"),
    ("burst_member", "photo_id"),
    // One row for each photo's words, which have a table of their own kind that takes no triggers.
    ("photo_text_docsize", "id"),
    ("region", "photo_id"),
];

/// Columns that rows of many photos hang on.
const OF_ALL: [(&str, &str); 3] = [("root", "offline"), ("library", "name"), ("tag", "path")];

/// What writes touched.
#[derive(Default)]
pub(super) struct Changes {
    /// By the transaction that is open.
    touched: Arc<Mutex<Touched>>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Touched {
    photos: Vec<i64>,
    all: bool,
}

#[derive(Default)]
struct Log {
    /// Writes so far.
    writes: u64,
    /// The first write from which on the photos are known.
    known_from: u64,
    /// The photos that writes touched, each once, under the count after the write.
    entries: VecDeque<(u64, Vec<i64>)>,
    /// Photos in them.
    photos: usize,
}

impl Changes {
    /// Makes a connection tell which photos it touches.
    pub(super) fn watch(&self, connection: &Connection) -> rusqlite::Result<()> {
        let touched = Arc::clone(&self.touched);
        connection.create_scalar_function(
            "touched",
            1,
            FunctionFlags::SQLITE_UTF8,
            move |call| {
                if let Some(photo) = call.get::<Option<i64>>(0)? {
                    locked(&touched).add(photo);
                }
                Ok(0)
            },
        )?;
        let touched = Arc::clone(&self.touched);
        connection.create_scalar_function(
            "all_touched",
            0,
            FunctionFlags::SQLITE_UTF8,
            move |_| {
                locked(&touched).add_all();
                Ok(0)
            },
        )?;
        connection.execute_batch(&triggers())
    }

    /// Forgets what a write touched that came to nothing.
    pub(super) fn begin(&self) {
        *locked(&self.touched) = Touched::default();
    }

    /// Takes down what a write touched that is committed; one that touched nothing is only counted
    /// where that is asked for.
    pub(super) fn committed(&self, count: bool) {
        let mut touched = std::mem::take(&mut *locked(&self.touched));
        touched.photos.sort_unstable();
        touched.photos.dedup();
        let mut log = locked(&self.log);
        if !count && !touched.all && touched.photos.is_empty() {
            return;
        }
        log.writes += 1;
        if touched.all || touched.photos.len() > MOST {
            log.forget_all();
        } else if !touched.photos.is_empty() {
            log.keep(touched.photos);
        }
    }

    /// Writes that may have changed what a filter or words find.
    pub(super) fn writes(&self) -> u64 {
        locked(&self.log).writes
    }

    /// The count of writes, and the photos, each once, that were touched since an earlier count; none
    /// where these are too many to tell.
    pub(super) fn since(&self, writes: u64) -> (u64, Option<Vec<i64>>) {
        let log = locked(&self.log);
        if writes < log.known_from {
            return (log.writes, None);
        }
        let later = log.entries.iter().rev();
        let later = later.take_while(|(count, _)| *count > writes);
        let mut photos = Vec::new();
        for (_, some) in later {
            photos.extend_from_slice(some);
            if photos.len() > KEPT {
                return (log.writes, None);
            }
        }
        photos.sort_unstable();
        photos.dedup();
        (log.writes, (photos.len() <= MOST).then_some(photos))
    }
}

impl Touched {
    fn add(&mut self, photo: i64) {
        // A row brings others of its photo with it.
        if self.all || self.photos.last() == Some(&photo) {
            return;
        }
        self.photos.push(photo);
        if self.photos.len() > KEPT {
            self.add_all();
        }
    }

    fn add_all(&mut self) {
        self.all = true;
        self.photos = Vec::new();
    }
}

impl Log {
    fn forget_all(&mut self) {
        self.entries.clear();
        self.photos = 0;
        self.known_from = self.writes;
    }

    fn keep(&mut self, photos: Vec<i64>) {
        self.photos += photos.len();
        self.entries.push_back((self.writes, photos));
        while self.photos > KEPT
            && let Some((writes, photos)) = self.entries.pop_front()
        {
            self.photos -= photos.len();
            self.known_from = writes;
        }
    }
}

/// The triggers, which last as long as the connection.
fn triggers() -> String {
    let mut sql = String::new();
    let mut trigger = |name: &str, event: &str, table: &str, tell: &str| {
        sql.push_str(&format!(
            "CREATE TEMP TRIGGER touched_{table}_{name} AFTER {event} ON main.{table} BEGIN {tell}; END;\n"
        ));
    };
    for (table, id) in OF_A_PHOTO {
        trigger(
            "came",
            "INSERT",
            table,
            &format!("SELECT touched(NEW.{id})"),
        );
        trigger(
            "went",
            "DELETE",
            table,
            &format!("SELECT touched(OLD.{id})"),
        );
        let both = format!("SELECT touched(OLD.{id}), touched(NEW.{id})");
        trigger("changed", "UPDATE", table, &both);
    }
    for (table, column) in OF_ALL {
        let event = format!("UPDATE OF {column}");
        trigger("changed", &event, table, "SELECT all_touched()");
    }
    // A fault is a photo's by its file.
    let of_file = |row: &str| {
        format!(
            "SELECT touched((SELECT id FROM photo \
             WHERE root_id = {row}.root_id AND rel_path = {row}.rel_path))"
        )
    };
    trigger("came", "INSERT", "fault", &of_file("NEW"));
    trigger("went", "DELETE", "fault", &of_file("OLD"));
    let moved = format!("{}; {}", of_file("OLD"), of_file("NEW"));
    trigger("changed", "UPDATE OF root_id, rel_path", "fault", &moved);
    sql
}

fn locked<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}
