//! Looks at the files again, immediately before one is removed.
//!
//! Whatever the plan says: a file goes only while its keeper is there, readable and the same, byte
//! for byte, and is another file than the one that goes. Hashes are always computed anew, since size
//! and time can be the same for other bytes.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::identity::{self, FileId};
use super::plan::{Action, GroupKind, Partner, PlanFile, PlanGroup};
use crate::io::{FileStamp, plain_reason};

/// Why a file is not removed; sentences for the photographer.
#[derive(Debug, Error)]
pub enum Objection {
    /// The file that would go is gone.
    #[error("{} is no longer there", .0.display())]
    Gone(PathBuf),
    /// A path that the journal could not hold.
    #[error("The real path of {} is no readable text: rename its folder first", .0.display())]
    NoText(PathBuf),
    /// The file that would go is a link.
    #[error("{} is a link to another file: removing the link would free nothing", .0.display())]
    Link(PathBuf),
    /// The file that would go is a folder or a device.
    #[error("{} is no ordinary file", .0.display())]
    NoFile(PathBuf),
    /// The file that would go cannot be read.
    #[error("{} cannot be read, so nothing can be said about it: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file that would go is another than planned.
    #[error("{} has changed since the plan was made: make a new plan", .0.display())]
    Changed(PathBuf),
    /// The file that would go has other bytes than planned, at the same size and time.
    #[error(
        "{} holds another picture than when the plan was made, though size and time are the same: make a new plan",
        .0.display()
    )]
    Replaced(PathBuf),
    /// The file that would go is protected.
    #[error("{} lies in the reference folder {}, of which nothing is removed", path.display(), folder.display())]
    Protected {
        /// The file.
        path: PathBuf,
        /// The reference folder as the plan names it.
        folder: PathBuf,
    },
    /// The keeper is gone.
    #[error("The file to keep, {}, is no longer there: this would have been the last copy", .0.display())]
    KeeperGone(PathBuf),
    /// The keeper is a link or no file.
    #[error("The file to keep, {}, is a link or no ordinary file: choose a file itself", .0.display())]
    KeeperNoFile(PathBuf),
    /// The keeper cannot be read.
    #[error("The file to keep, {}, cannot be read: {reason}", path.display())]
    KeeperUnreadable {
        /// The keeper.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The keeper is another than planned.
    #[error("The file to keep, {}, has changed since the plan was made: make a new plan", .0.display())]
    KeeperChanged(PathBuf),
    /// Both are one file.
    #[error(
        "{} is the file to keep itself, under another name: removing it would free nothing",
        .0.display()
    )]
    SameFile(PathBuf),
    /// The keeper has been removed in this session.
    #[error("The file to keep, {}, was itself removed in this cleanup: this is the last copy", .0.display())]
    KeeperRemoved(PathBuf),
    /// The file was kept for others that are removed.
    #[error("{} was kept in place of others that this cleanup removed: this is the last copy", .0.display())]
    LastCopy(PathBuf),
    /// The partner belongs to the keeper as well.
    #[error("{} also belongs to the file to keep", .0.display())]
    KeepersPartner(PathBuf),
    /// A plan of exact copies names files that differ.
    #[error("{} and {} have not the same bytes: the one cannot stand for the other", .0.display(), .1.display())]
    NotEqual(PathBuf, PathBuf),
    /// The folder to move to is the file's own.
    #[error("{} lies in that folder already", .0.display())]
    InFolderAlready(PathBuf),
}

/// A file that may go: what it is and where it really lies.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The file as planned.
    pub file: Partner,
    /// Its path without links of folders.
    pub real: PathBuf,
    /// Which file it is.
    pub id: FileId,
}

/// A photo that may go, with its partners, in favour of a keeper.
#[derive(Clone, Debug)]
pub struct CheckedUnit {
    /// The photo's file, then its partners.
    pub files: Vec<Checked>,
    /// The keeper.
    pub keeper: Checked,
}

/// What a session must not touch, and what it has done so far.
#[derive(Debug, Default)]
pub struct Guard {
    reference: Vec<(FileId, PathBuf)>,
    removed: HashSet<FileId>,
    kept: HashSet<FileId>,
}

impl Guard {
    /// Looks up the reference folders.
    ///
    /// # Errors
    /// A folder that cannot be looked into, and the system's reason: without it nothing can be said
    /// about any file.
    pub fn new(reference: &[PathBuf]) -> Result<Self, (PathBuf, io::Error)> {
        let resolve = |folder: &PathBuf| {
            identity::of(folder)
                .map(|id| (id, folder.clone()))
                .map_err(|error| (folder.clone(), error))
        };
        Ok(Self {
            reference: reference.iter().map(resolve).collect::<Result<_, _>>()?,
            ..Self::default()
        })
    }

    /// Notes that a file has been removed in favour of another.
    pub fn note(&mut self, unit: &CheckedUnit) {
        self.removed.extend(unit.files.iter().map(|file| file.id));
        self.kept.insert(unit.keeper.id);
    }

    /// Checks a photo, its partners and the keeper.
    ///
    /// # Errors
    /// The first [`Objection`].
    pub fn check(
        &self,
        action: &Action,
        group: &PlanGroup,
        photo: &PlanFile,
    ) -> Result<CheckedUnit, Objection> {
        let keeper = self.check_keeper(&group.keeper)?;
        let partners: &[Partner] = if action.replaces() {
            &[]
        } else {
            &photo.partners
        };
        let mut files = vec![self.check_file(&photo.itself(), &keeper)?];
        for partner in partners {
            files.push(self.check_file(partner, &keeper)?);
        }
        self.spare_the_keepers_partners(&group.keeper, &files)?;
        let must_be_equal = action.replaces() || group.kind == GroupKind::Exact;
        if must_be_equal && photo.hash != group.keeper.hash {
            return Err(Objection::NotEqual(
                photo.path.clone(),
                group.keeper.path.clone(),
            ));
        }
        if let Action::Folder { folder } = action {
            for file in &files {
                not_in_folder(file, folder)?;
            }
        }
        Ok(CheckedUnit { files, keeper })
    }

    fn check_keeper(&self, keeper: &PlanFile) -> Result<Checked, Objection> {
        let path = || keeper.path.clone();
        let checked = look(&keeper.itself()).map_err(|seen| match seen {
            Seen::Nothing => Objection::KeeperGone(path()),
            Seen::NoText => Objection::NoText(path()),
            Seen::Link | Seen::NoFile => Objection::KeeperNoFile(path()),
            Seen::Changed | Seen::Replaced => Objection::KeeperChanged(path()),
            Seen::Unreadable(error) => Objection::KeeperUnreadable {
                path: path(),
                reason: plain_reason(&error),
            },
        })?;
        if self.removed.contains(&checked.id) {
            return Err(Objection::KeeperRemoved(path()));
        }
        Ok(checked)
    }

    fn check_file(&self, file: &Partner, keeper: &Checked) -> Result<Checked, Objection> {
        let path = || file.path.clone();
        let checked = look(file).map_err(|seen| match seen {
            Seen::Nothing => Objection::Gone(path()),
            Seen::NoText => Objection::NoText(path()),
            Seen::Link => Objection::Link(path()),
            Seen::NoFile => Objection::NoFile(path()),
            Seen::Changed => Objection::Changed(path()),
            Seen::Replaced => Objection::Replaced(path()),
            Seen::Unreadable(error) => Objection::Unreadable {
                path: path(),
                reason: plain_reason(&error),
            },
        })?;
        if checked.id == keeper.id {
            return Err(Objection::SameFile(path()));
        }
        if self.kept.contains(&checked.id) {
            return Err(Objection::LastCopy(path()));
        }
        self.spare_reference_folders(&checked)?;
        Ok(checked)
    }

    /// Compares every folder above a file with the reference folders, as files of the disk.
    fn spare_reference_folders(&self, file: &Checked) -> Result<(), Objection> {
        if self.reference.is_empty() {
            return Ok(());
        }
        for above in file.real.ancestors().skip(1) {
            let id = identity::of(above).map_err(|error| Objection::Unreadable {
                path: above.to_owned(),
                reason: plain_reason(&error),
            })?;
            if let Some((_, folder)) = self.reference.iter().find(|(known, _)| *known == id) {
                return Err(Objection::Protected {
                    path: file.file.path.clone(),
                    folder: folder.clone(),
                });
            }
        }
        Ok(())
    }

    fn spare_the_keepers_partners(
        &self,
        keeper: &PlanFile,
        files: &[Checked],
    ) -> Result<(), Objection> {
        for partner in &keeper.partners {
            // One that is gone cannot be shared.
            let Ok(id) = identity::of(&partner.path) else {
                continue;
            };
            if let Some(file) = files.iter().find(|file| file.id == id) {
                return Err(Objection::KeepersPartner(file.file.path.clone()));
            }
        }
        Ok(())
    }
}

fn not_in_folder(file: &Checked, folder: &Path) -> Result<(), Objection> {
    let own = file.real.parent().map(identity::of);
    match (own, identity::of(folder)) {
        (Some(Ok(own)), Ok(folder)) if own == folder => {
            Err(Objection::InFolderAlready(file.file.path.clone()))
        }
        _ => Ok(()),
    }
}

/// What lies at a path instead of the file that should.
enum Seen {
    Nothing,
    NoText,
    Link,
    NoFile,
    Unreadable(io::Error),
    Changed,
    Replaced,
}

impl From<io::Error> for Seen {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Nothing,
            _ => Self::Unreadable(error),
        }
    }
}

/// Looks at a file: kind, size and time, which file it is, every byte, and all of it again, so that
/// one that was replaced meanwhile shows.
fn look(file: &Partner) -> Result<Checked, Seen> {
    let real = identity::real_path(&file.path)?;
    let id = look_outside(file, &real)?;
    let hash = identity::hash(&real)?;
    if hash != file.hash {
        return Err(Seen::Replaced);
    }
    if look_outside(file, &real)? != id {
        return Err(Seen::Changed);
    }
    if real.to_str().is_none() {
        return Err(Seen::NoText);
    }
    Ok(Checked {
        file: file.clone(),
        real,
        id,
    })
}

fn look_outside(file: &Partner, real: &Path) -> Result<FileId, Seen> {
    let metadata = fs::symlink_metadata(real)?;
    if metadata.is_symlink() {
        return Err(Seen::Link);
    }
    if !metadata.is_file() {
        return Err(Seen::NoFile);
    }
    if FileStamp::of(&metadata) != file.stamp() {
        return Err(Seen::Changed);
    }
    Ok(identity::of(real)?)
}
