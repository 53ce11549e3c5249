//! Sessions as people see them: what each one did, and where its files are now.

use std::path::{Path, PathBuf};

use super::error::CleanupError;
use super::journal::{self, Ending};
use super::plan::Action;
use super::session::{Piece, PieceState, Session};

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Its files are away.
    Applied,
    /// It was ended before its last file, or some of its files are back.
    Partly,
    /// All its files are back.
    Undone,
    /// It was cut off; what it moved is known, and can be brought back.
    Interrupted,
}

/// A session in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// When it began, seconds since 1970 UTC.
    pub started_at_s: i64,
    /// What it did with files.
    pub action: Action,
    /// Files it moved, partners among them, whether or not they are back.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How it stands.
    pub state: SessionState,
}

/// Where a file of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Where it was put.
    Removed,
    /// Back.
    Restored,
    /// Not where it was put.
    Lost,
    /// It was never away.
    InPlace,
}

/// A file of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Its place.
    pub path: PathBuf,
    /// Where it was put; none where it stayed.
    pub trashed_to: Option<PathBuf>,
    /// Its size.
    pub bytes: u64,
    /// The file that was kept in its favour.
    pub keeper_path: PathBuf,
    /// Where it is.
    pub state: FileState,
    /// Why it stayed, is lost, or under which name it is back.
    pub reason: Option<String>,
}

/// The sessions of a folder, the newest first. A journal that is damaged is left out and named
/// beside.
///
/// # Errors
/// [`CleanupError::Journal`] where the folder cannot be read.
pub fn sessions(journals: &Path) -> Result<(Vec<SessionView>, Vec<CleanupError>), CleanupError> {
    let mut views = Vec::new();
    let mut damaged = Vec::new();
    for id in journal::ids(journals)?.into_iter().rev() {
        match journal::read(journals, &id) {
            Ok(Some(session)) => views.push(view(&session)),
            Ok(None) => {}
            Err(error) => damaged.push(error),
        }
    }
    Ok((views, damaged))
}

/// A session and its files, in the plan's order.
///
/// # Errors
/// [`CleanupError`] where there is none, or its journal is damaged.
pub fn read_session(
    journals: &Path,
    id: &str,
) -> Result<(SessionView, Vec<FileView>), CleanupError> {
    let session = journal::read(journals, id)?
        .ok_or_else(|| CleanupError::NoSession { id: id.to_owned() })?;
    Ok((view(&session), files(&session)))
}

fn view(session: &Session) -> SessionView {
    let (mut files, mut bytes) = (0, 0);
    for (key, unit) in &session.units {
        if unit.removed {
            let pieces = session.pieces_of(*key);
            files += pieces.len() as u64;
            bytes += pieces.iter().map(|piece| piece.what.bytes).sum::<u64>();
        }
    }
    SessionView {
        id: session.id.clone(),
        started_at_s: session.started_at,
        action: session.plan.action.clone(),
        files,
        bytes,
        state: state(session),
    }
}

fn state(session: &Session) -> SessionState {
    let (mut all, mut back) = (0, 0);
    for (key, _) in session.units.iter().filter(|(_, unit)| unit.removed) {
        let pieces = session.pieces_of(*key);
        let is_back = |piece: &&&Piece| matches!(piece.state, PieceState::Back(_));
        all += pieces.len();
        back += pieces.iter().filter(is_back).count();
    }
    match session.ended {
        None => SessionState::Interrupted,
        _ if session.undoing => SessionState::Interrupted,
        _ if all > 0 && all == back => SessionState::Undone,
        _ if back > 0 => SessionState::Partly,
        Some(Ending::Interrupted) => SessionState::Interrupted,
        Some(Ending::Cancelled) => SessionState::Partly,
        Some(Ending::Complete) => SessionState::Applied,
    }
}

fn files(session: &Session) -> Vec<FileView> {
    let mut views = Vec::new();
    for (group_index, group) in session.plan.groups.iter().enumerate() {
        for (file_index, photo) in group.remove.iter().enumerate() {
            let key = (group_index, file_index);
            let pieces = session.pieces_of(key);
            let skipped = session.unit_of(key).skipped;
            for (part, file) in photo.with_partners().into_iter().enumerate() {
                let piece = pieces.iter().find(|piece| piece.part == part);
                let (state, reason) = where_it_is(piece.copied());
                views.push(FileView {
                    path: file.path,
                    trashed_to: match state {
                        FileState::InPlace => None,
                        _ => piece.map(|piece| piece.to.clone()),
                    },
                    bytes: file.bytes,
                    keeper_path: group.keeper.path.clone(),
                    state,
                    reason: skipped.clone().or(reason),
                });
            }
        }
    }
    views
}

fn where_it_is(piece: Option<&Piece>) -> (FileState, Option<String>) {
    let Some(piece) = piece else {
        return (FileState::InPlace, None);
    };
    let between = |other: &Path| {
        let text = format!(
            "It was cut off on its way: it is at its place or at {}",
            other.display()
        );
        Some(text)
    };
    match &piece.state {
        PieceState::Going => (FileState::InPlace, between(&piece.to)),
        PieceState::Stayed => (FileState::InPlace, piece.reason.clone()),
        PieceState::Away => (FileState::Removed, piece.reason.clone()),
        PieceState::Returning(_) => (FileState::Removed, between(&piece.to)),
        PieceState::Lost => (FileState::Lost, piece.reason.clone()),
        PieceState::Back(at) if *at == piece.from => (FileState::Restored, None),
        PieceState::Back(at) => {
            let text = format!("Its name was taken: it is back as {}", at.display());
            (FileState::Restored, Some(text))
        }
    }
}
