//! The journal of a session: a line of JSON before and after each step, on the disk before the next
//! step begins.
//!
//! A file `<id>.jsonl` a session, only ever added to. The first line holds the plan. A last line
//! that a crash cut off is left out: its step had not begun, or is found again by looking at the
//! disk. Ids sort by time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::CleanupError;
use super::faults::point;
use super::kept::Kept;
use super::plan::{CleanupPlan, Partner};
use super::relocate;
use super::session::Session;
use crate::io::IoError;

const JOURNAL_VERSION: u32 = 1;
const ENDING: &str = "jsonl";

/// How applying a plan came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// Every file was looked at.
    Complete,
    /// The user ended it.
    Cancelled,
    /// It was cut off, and put in order afterwards.
    Interrupted,
}

/// A line of a journal. `group` and `file` count in the plan; `part` is 0 for the photo's file and
/// counts its partners from 1; `step` counts the moves of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    tag = "entry",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Entry {
    /// The session begins.
    Begin {
        version: u32,
        id: String,
        started_at: i64,
        plan: Box<CleanupPlan>,
    },
    /// A photo stays, and why.
    Skipped {
        group: usize,
        file: usize,
        reason: String,
    },
    /// The keeper is about to take metadata over; `before` brings it back to what it had.
    Merging { group: usize, before: Value },
    /// The keeper has it.
    Merged { group: usize },
    /// The keeper is about to lose it again.
    Unmerging { group: usize },
    /// The keeper is as it was.
    Unmerged { group: usize },
    /// A file is about to leave its place.
    Going {
        step: u64,
        group: usize,
        file: usize,
        part: usize,
        from: PathBuf,
        to: PathBuf,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        info: Option<PathBuf>,
        what: Partner,
        /// What a copy on another disk may lose; none where it is renamed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<Kept>,
    },
    /// It is at its new place.
    Gone { step: u64 },
    /// It is where it was.
    Stayed { step: u64, reason: String },
    /// A stand-in is about to be made at `temp`, to take the file's place.
    Linking {
        group: usize,
        file: usize,
        temp: PathBuf,
        place: PathBuf,
    },
    /// The stand-in has the file's place.
    Linked { group: usize, file: usize },
    /// There is no stand-in.
    Unlinked { group: usize, file: usize },
    /// A photo has gone, with all that goes along.
    Removed { group: usize, file: usize },
    /// Applying is over.
    Ended { how: Ending },
    /// Bringing back begins.
    Undoing {},
    /// A file is about to come back.
    Returning { step: u64, to: PathBuf },
    /// It is there.
    Returned { step: u64, at: PathBuf },
    /// It is still where it was put.
    Remained { step: u64, reason: String },
    /// It is not where it was put.
    Lost { step: u64, reason: String },
    /// The stand-in is about to be set aside.
    Unlinking {
        group: usize,
        file: usize,
        aside: PathBuf,
    },
    /// A photo is back, with all that went along.
    Restored { group: usize, file: usize },
    /// Bringing back is over.
    UndoEnded {},
}

/// A journal that is being written.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// What the lines so far say.
    pub session: Session,
}

impl Journal {
    /// Begins a session in a folder, which is made.
    ///
    /// # Errors
    /// [`CleanupError::Journal`].
    pub fn begin(folder: &Path, now_s: i64, plan: &CleanupPlan) -> Result<Self, CleanupError> {
        crate::io::make_folder(folder)?;
        let (id, path, file) = create(folder, now_s)?;
        let begin = Entry::Begin {
            version: JOURNAL_VERSION,
            id,
            started_at: now_s,
            plan: Box::new(plan.clone()),
        };
        let session = Session::begin(&begin).ok_or_else(|| CleanupError::Damaged {
            path: path.clone(),
            line: 1,
            reason: "it does not begin a session".into(),
        })?;
        let mut journal = Self {
            path,
            file,
            session,
        };
        point("the journal is empty");
        journal.write(&begin)?;
        let written = journal.file.sync_all();
        written.map_err(|error| IoError::new("write", &journal.path, error))?;
        relocate::sync_folder(folder).map_err(|error| IoError::new("write", folder, error))?;
        point("the journal holds the plan");
        Ok(journal)
    }

    /// Goes on with a session's journal. A last line that was cut off is taken away.
    ///
    /// # Errors
    /// [`CleanupError`] where there is none, or it cannot be read.
    pub fn open(folder: &Path, id: &str) -> Result<Self, CleanupError> {
        let path = path_of(folder, id)?;
        let (session, whole) = read_lines(&path)?.ok_or_else(|| no_session(id))?;
        let failed = |error| IoError::new("write", &path, error);
        let mut options = OpenOptions::new();
        let file = options.append(true).open(&path).map_err(failed)?;
        file.set_len(whole).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(Self {
            path: path.clone(),
            file,
            session,
        })
    }

    /// Adds a line and waits until the disk has it.
    ///
    /// # Errors
    /// [`CleanupError::Journal`]; the step must then not be made.
    pub fn add(&mut self, entry: Entry) -> Result<(), CleanupError> {
        self.note(entry)?;
        let failed = |error| IoError::new("write", &self.path, error);
        Ok(self.file.sync_data().map_err(failed)?)
    }

    /// Adds a line that the lines before it already say, as after a crash `recover` finds: the disk
    /// has it with the next one.
    ///
    /// # Errors
    /// [`CleanupError::Journal`].
    pub fn note(&mut self, entry: Entry) -> Result<(), CleanupError> {
        self.write(&entry)?;
        self.session.take(entry);
        Ok(())
    }

    fn write(&mut self, entry: &Entry) -> Result<(), CleanupError> {
        let failed = |error| IoError::new("write", &self.path, error);
        let mut line = serde_json::to_vec(entry).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        Ok(self.file.write_all(&line).map_err(failed)?)
    }
}

fn create(folder: &Path, now_s: i64) -> Result<(String, PathBuf, File), CleanupError> {
    let time = chrono::DateTime::from_timestamp(now_s, 0).unwrap_or_default();
    let time = time.format("%Y%m%d-%H%M%S").to_string();
    for number in 0..=u32::MAX {
        let id = format!("{time}-{number:02}");
        let path = folder.join(format!("{id}.{ENDING}"));
        match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(file) => return Ok((id, path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(IoError::new("write", &path, error).into()),
        }
    }
    Err(no_session(&time))
}

/// The ids of a folder's sessions, the oldest first.
///
/// # Errors
/// [`CleanupError::Journal`].
pub fn ids(folder: &Path) -> Result<Vec<String>, CleanupError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| IoError::new("read", folder, error))?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| IoError::new("read", folder, error))?
            .path();
        let id = path.file_stem().and_then(|stem| stem.to_str());
        if let Some(id) = id
            && path.extension().is_some_and(|ending| ending == ENDING)
            && is_id(id)
        {
            ids.push(id.to_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

/// Reads a session; none where the journal was cut off in its first line, before anything moved.
///
/// # Errors
/// [`CleanupError`] where there is no such journal, or a line but the last is damaged.
pub fn read(folder: &Path, id: &str) -> Result<Option<Session>, CleanupError> {
    let path = path_of(folder, id)?;
    Ok(read_lines(&path)?.map(|(session, _)| session))
}

fn path_of(folder: &Path, id: &str) -> Result<PathBuf, CleanupError> {
    let path = folder.join(format!("{id}.{ENDING}"));
    if is_id(id) && path.is_file() {
        Ok(path)
    } else {
        Err(no_session(id))
    }
}

/// Ids become names of files, so nothing else is taken for one.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn no_session(id: &str) -> CleanupError {
    CleanupError::NoSession { id: id.to_owned() }
}

/// The session of the whole lines, and their length in bytes.
fn read_lines(path: &Path) -> Result<Option<(Session, u64)>, CleanupError> {
    let content = crate::io::read(path)?;
    let damaged = |line: usize, reason: String| CleanupError::Damaged {
        path: path.to_owned(),
        line,
        reason,
    };
    let mut session: Option<Session> = None;
    let mut whole = 0;
    for (index, line) in content.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if !line.ends_with(b"\n") {
            break;
        }
        let entry: Entry =
            serde_json::from_slice(line).map_err(|error| damaged(index + 1, error.to_string()))?;
        match &mut session {
            Some(session) => session.take(entry),
            None => {
                let begun = Session::begin(&entry)
                    .ok_or_else(|| damaged(1, "it does not begin a session".into()))?;
                session = Some(begun);
            }
        }
        whole += line.len() as u64;
    }
    Ok(session.map(|session| (session, whole)))
}
