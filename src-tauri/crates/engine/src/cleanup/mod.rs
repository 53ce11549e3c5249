//! Carries a cleanup plan out, and takes it back.
//!
//! The one room that moves a photographer's files. It knows no catalog: the plan names files, and a
//! [`Catalog`] is told what became of them. Plan (`plan`) → check again (`check`) → journal
//! (`journal`) → trash (`trash`, `carry`, `link`) → the same backwards (`undo`). After a crash every
//! file is at its place or where the journal says, and [`recover`] finds out which.
//!
//! Nothing is ever deleted but notes, stand-ins and copies of its own making, and a file that was
//! copied to another disk once the copy has been read again; nothing is ever written over another
//! file.

mod apply;
mod carry;
mod check;
mod content_hash;
mod error;
#[cfg(any(test, feature = "testing"))]
pub mod faults;
#[cfg(not(any(test, feature = "testing")))]
mod faults;
mod identity;
mod journal;
mod kept;
mod link;
pub mod plan;
mod read_plan;
mod recover;
mod relocate;
mod session;
mod trash;
mod undo;
mod view;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::ids::PhotoId;
pub use apply::apply;
pub use error::{CatalogFault, CleanupError};
pub use identity::hash as hash_file;
pub use plan::{CleanupPlan, PlanError};
use plan::{PlanFile, PlanGroup};
pub use recover::{Recovered, recover};
pub use relocate::rename_new;
pub use trash::{OWN_TRASH, Trash, home_trash};
pub use undo::undo;
pub use view::{FileState, FileView, SessionState, SessionView, read_session, sessions};

/// What applying and taking back need. Only one may be at work on a folder of journals.
pub struct Cleanup<'a> {
    /// The folder of the journals; made where it is not there.
    pub journals: &'a Path,
    /// Where files go.
    pub trash: &'a Trash<'a>,
    /// What is told of it.
    pub catalog: &'a dyn Catalog,
    /// Called before each photo; `Break` ends the work in good order.
    pub tick: &'a dyn Fn(&Progress) -> ControlFlow<()>,
    /// Now, seconds since 1970 UTC.
    pub now_s: i64,
}

/// What a cleanup asks of the catalog, and tells it. After a crash each may be called again with the
/// same arguments, and must then change nothing more.
pub trait Catalog {
    /// Why a photo must not go, as far as the catalog knows: it is no copy of the keeper any more,
    /// or the group is not what the plan says.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn objection(
        &self,
        group: &PlanGroup,
        photo: &PlanFile,
    ) -> Result<Option<String>, CatalogFault>;

    /// What [`unmerge`](Self::unmerge) needs to bring the keeper back to what it has now.
    ///
    /// # Errors
    /// Any; the group's photos stay.
    fn before_merge(&self, group: &PlanGroup) -> Result<Value, CatalogFault>;

    /// Lets the keeper take the metadata of `group.merge` over.
    ///
    /// # Errors
    /// Any; the group's photos stay.
    fn merge(&self, group: &PlanGroup) -> Result<(), CatalogFault>;

    /// Takes back what the keeper took over, whether or not it has it.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn unmerge(&self, group: &PlanGroup, before: &Value) -> Result<(), CatalogFault>;

    /// A photo's file has gone.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn removed(&self, photo: PhotoId) -> Result<(), CatalogFault>;

    /// Another file, with the same bytes, is at a photo's place.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn replaced(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault>;

    /// A photo's file is back, at its place or beside it.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn restored(&self, photo: PhotoId, path: &Path) -> Result<(), CatalogFault>;

    /// What went along with a photo has gone: it may be a photo itself.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn partner_removed(&self, path: &Path) -> Result<(), CatalogFault>;

    /// What went along with a photo is back, at its place or beside it.
    ///
    /// # Errors
    /// Any; the cleanup stops.
    fn partner_restored(&self, path: &Path, at: &Path) -> Result<(), CatalogFault>;
}

/// How far a cleanup is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files to move, partners among them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files moved or left.
    pub files_done: u64,
    /// Their bytes.
    pub bytes_done: u64,
    /// The photo that is looked at.
    pub path: PathBuf,
}

/// What became of a plan, or of taking it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The session.
    pub session_id: String,
    /// Files moved, partners among them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What was not done, and why.
    pub skipped: Vec<Skipped>,
    /// Files that came back under another name, since theirs was taken: the place they had, and the
    /// one they have.
    pub beside: Vec<(PathBuf, PathBuf)>,
}

/// A file for which nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// Why, for the photographer.
    pub reason: String,
}

impl Report {
    fn of(session_id: &str) -> Self {
        Self {
            session_id: session_id.to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests;
