//! Brings a whole model into place: plans it, fetches its files beside, and renames the folder once
//! each file is verified.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::fetch::{fetch, persist};
use super::hub::{Address, is_commit};
use super::part::{kept_bytes, note_whole, remove_note};
use super::{
    Checksum, DownloadError, Hub, LOCK_FILE, Lock, LockedFile, Offered, OfferedFile, Remote, Watch,
    go_on,
};
use crate::io::{self, IoError};

/// The folder for what is on its way, inside the folder of the models.
const PARTIAL: &str = ".partial";

/// What pulling a model takes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The commit it will be, where the source says it.
    pub commit: Option<String>,
    /// The files.
    pub files: Vec<PlannedFile>,
    /// Bytes that are here already.
    pub kept_bytes: u64,
    /// Bytes free on the disk of the models.
    pub free_bytes: u64,
}

/// A file that will be fetched.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    /// Its name.
    pub name: String,
    /// What the source says about it.
    pub remote: Remote,
}

impl Plan {
    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.remote.bytes))
    }

    /// Bytes that have still to come.
    #[must_use]
    pub fn left_bytes(&self) -> u64 {
        self.bytes().saturating_sub(self.kept_bytes)
    }
}

/// A model that is in its place.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Its folder.
    pub folder: PathBuf,
    /// What it consists of.
    pub lock: Lock,
}

/// A download that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Bytes that have come.
    pub bytes: u64,
}

/// Asks the source what pulling a model takes. Fetches nothing.
///
/// # Errors
/// [`DownloadError`] of the source, or of the disk.
pub fn plan(
    hub: &Hub,
    offered: &Offered,
    models: &Path,
    watch: Watch<'_>,
) -> Result<Plan, DownloadError> {
    let locked = Lock::read(&models.join(&offered.id))?.and_then(|lock| lock.commit);
    let mut revision = locked.unwrap_or_else(|| offered.revision.clone());
    let mut files = Vec::new();
    for file in &offered.files {
        let address = Address {
            repo: &offered.repo,
            revision: &revision,
            file: &file.name,
        };
        let remote = persist(hub, watch, || hub.look(address))?;
        check_commit(file, &revision, &remote)?;
        check_listed(file, &remote)?;
        // All files come from the commit that the first one came from.
        if let Some(commit) = &remote.commit {
            revision.clone_from(commit);
        }
        files.push(PlannedFile {
            name: file.name.clone(),
            remote,
        });
    }
    let folder = partial_folder(models, &offered.id);
    let kept = |file: &PlannedFile| kept_bytes(&folder, &file.name, &file.remote);
    Ok(Plan {
        kept_bytes: files.iter().map(kept).sum(),
        commit: is_commit(&revision).then_some(revision),
        files,
        free_bytes: free_bytes(models)?,
    })
}

fn check_commit(file: &OfferedFile, asked: &str, remote: &Remote) -> Result<(), DownloadError> {
    match &remote.commit {
        Some(told) if is_commit(asked) && told != asked => Err(DownloadError::NotAsListed {
            file: file.name.clone(),
            expected: asked.to_owned(),
            actual: told.clone(),
        }),
        _ => Ok(()),
    }
}

fn check_listed(file: &OfferedFile, remote: &Remote) -> Result<(), DownloadError> {
    let Some(sha256) = &file.sha256 else {
        return Ok(());
    };
    let differs = |expected: String, actual: String| DownloadError::NotAsListed {
        file: file.name.clone(),
        expected,
        actual,
    };
    if remote.bytes != file.bytes {
        let bytes = |count: u64| format!("{count} bytes");
        return Err(differs(bytes(file.bytes), bytes(remote.bytes)));
    }
    match &remote.checksum {
        Checksum::Sha256(told) if told != sha256 => Err(differs(sha256.clone(), told.clone())),
        // A Git blob's name says nothing about the SHA-256: that is compared when it has come.
        _ => Ok(()),
    }
}

/// Looks whether a model is there and whole: then nothing needs to be fetched, nor asked for.
///
/// # Errors
/// [`DownloadError::NotOurs`] for a folder without a lock file, [`DownloadError::Stopped`].
pub fn whole(
    offered: &Offered,
    models: &Path,
    watch: Watch<'_>,
) -> Result<Option<Pulled>, DownloadError> {
    let folder = models.join(&offered.id);
    let lock = sound(&folder, watch)?;
    Ok(lock.map(|lock| Pulled { folder, lock }))
}

/// Brings a planned model into place. What was begun goes on, and what is damaged is replaced.
///
/// # Errors
/// [`DownloadError`]; nothing is in place then that was not there before, and what has come is
/// kept for the next time.
pub fn carry_out(
    hub: &Hub,
    offered: &Offered,
    plan: &Plan,
    models: &Path,
    watch: Watch<'_>,
) -> Result<Pulled, DownloadError> {
    let folder = models.join(&offered.id);
    let partial = partial_folder(models, &offered.id);
    io::make_folder(&partial)?;
    adopt(&folder, &partial, plan)?;
    check_room(plan, &partial, models)?;
    let lock = fetch_all(hub, offered, plan, &partial, watch)?;
    put_in_place(&lock, &partial, &folder)?;
    Ok(Pulled { folder, lock })
}

/// The lock of a model that is there and whole.
fn sound(folder: &Path, watch: Watch<'_>) -> Result<Option<Lock>, DownloadError> {
    let lock = match Lock::read(folder) {
        Ok(Some(lock)) => lock,
        Ok(None) if folder.exists() => {
            let folder = io::shown(folder);
            return Err(DownloadError::NotOurs { folder });
        }
        // A damaged lock file is like a damaged file: all is fetched anew.
        Ok(None) | Err(DownloadError::Malformed { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let whole = lock.is_there(folder) && lock.damaged(folder, watch)?.is_empty();
    Ok(whole.then_some(lock))
}

/// Takes over the files of a damaged model that have their length; each is verified before it
/// counts, and a wrong one is fetched anew.
fn adopt(folder: &Path, partial: &Path, plan: &Plan) -> Result<(), DownloadError> {
    for file in &plan.files {
        let (old, new) = (folder.join(&file.name), partial.join(&file.name));
        let same_length = fs::metadata(&old).is_ok_and(|old| old.len() == file.remote.bytes);
        if !same_length || new.exists() {
            continue;
        }
        if fs::hard_link(&old, &new).is_ok() || fs::copy(&old, &new).is_ok() {
            note_whole(partial, &file.name, &file.remote)?;
        }
    }
    Ok(())
}

fn check_room(plan: &Plan, partial: &Path, models: &Path) -> Result<(), DownloadError> {
    let kept = |file: &PlannedFile| kept_bytes(partial, &file.name, &file.remote);
    let kept_bytes: u64 = plan.files.iter().map(kept).sum();
    let needed_bytes = plan.bytes().saturating_sub(kept_bytes);
    if needed_bytes <= plan.free_bytes {
        return Ok(());
    }
    Err(DownloadError::NoRoom {
        folder: io::shown(models),
        needed_bytes,
        free_bytes: plan.free_bytes,
    })
}

fn fetch_all(
    hub: &Hub,
    offered: &Offered,
    plan: &Plan,
    partial: &Path,
    watch: Watch<'_>,
) -> Result<Lock, DownloadError> {
    let revision = plan.commit.as_ref().unwrap_or(&offered.revision);
    let mut lock = Lock::new(&offered.id, &offered.repo, plan.commit.clone());
    let mut before = 0;
    for (file, listed) in plan.files.iter().zip(&offered.files) {
        let address = Address {
            repo: &offered.repo,
            revision,
            file: &file.name,
        };
        let of_all = |bytes: u64, name: &str| watch(before + bytes, name);
        let sha256 = fetch(hub, address, &file.remote, partial, &of_all)?;
        check_fetched(listed, &sha256, partial)?;
        before += file.remote.bytes;
        go_on(watch, before, &file.name)?;
        lock.files.push(LockedFile {
            name: file.name.clone(),
            bytes: file.remote.bytes,
            sha256,
            source: file.remote.checksum.clone(),
        });
    }
    Ok(lock)
}

fn check_fetched(listed: &OfferedFile, sha256: &str, partial: &Path) -> Result<(), DownloadError> {
    match &listed.sha256 {
        Some(expected) if expected != sha256 => {
            let path = partial.join(&listed.name);
            fs::remove_file(&path).map_err(|source| IoError::new("remove", &path, source))?;
            Err(DownloadError::NotAsListed {
                file: listed.name.clone(),
                expected: expected.clone(),
                actual: sha256.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// Writes the lock file and gives the folder its name. Before the rename nothing is in place,
/// after it everything.
fn put_in_place(lock: &Lock, partial: &Path, folder: &Path) -> Result<(), DownloadError> {
    lock.write(partial)?;
    sync_folder(partial)?;
    if folder.exists() {
        set_aside(folder, partial)?;
    }
    fs::rename(partial, folder).map_err(|source| IoError::new("rename", partial, source))?;
    sync_folder(folder.parent().unwrap_or(folder))?;
    for file in &lock.files {
        remove_note(folder, &file.name)?;
    }
    remove_folder(&aside(partial))
}

fn set_aside(folder: &Path, partial: &Path) -> Result<(), DownloadError> {
    let aside = aside(partial);
    remove_folder(&aside)?;
    let renamed = fs::rename(folder, &aside);
    Ok(renamed.map_err(|source| IoError::new("rename", folder, source))?)
}

/// Where a folder waits to be removed. No id begins with a dot.
fn aside(partial: &Path) -> PathBuf {
    let name = partial.file_name().unwrap_or_default().to_string_lossy();
    partial.with_file_name(format!(".old-{name}"))
}

/// Removes a downloaded model and what was begun of it; answers how many bytes that freed.
///
/// # Errors
/// [`DownloadError::NotOurs`] for a folder without a lock file, [`DownloadError::Io`].
pub fn remove(models: &Path, id: &str) -> Result<u64, DownloadError> {
    let (folder, partial) = (models.join(id), partial_folder(models, id));
    if folder.exists() && !folder.join(LOCK_FILE).is_file() {
        let folder = io::shown(&folder);
        return Err(DownloadError::NotOurs { folder });
    }
    let freed = size_of(&folder) + size_of(&partial);
    remove_folder(&partial)?;
    if folder.exists() {
        io::make_folder(&models.join(PARTIAL))?;
        set_aside(&folder, &partial)?;
        remove_folder(&aside(&partial))?;
    }
    Ok(freed)
}

/// A download that was begun and is not in place.
#[must_use]
pub fn partial(models: &Path, id: &str) -> Option<Partial> {
    let folder = partial_folder(models, id);
    folder.is_dir().then(|| Partial {
        bytes: size_of(&folder),
    })
}

fn partial_folder(models: &Path, id: &str) -> PathBuf {
    models.join(PARTIAL).join(id)
}

fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let files = entries.filter_map(|entry| entry.ok()?.metadata().ok());
    files.map(|file| file.len()).sum()
}

/// Bytes free on the disk of a folder that may not be there yet.
///
/// # Errors
/// [`DownloadError::Io`].
pub fn free_bytes(folder: &Path) -> Result<u64, DownloadError> {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    let there = there.unwrap_or(Path::new("."));
    let failed = |source| IoError::new("ask for the free space of", there, source);
    Ok(fs4::available_space(there).map_err(failed)?)
}

fn remove_folder(folder: &Path) -> Result<(), DownloadError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(IoError::new("remove", folder, error).into())
        }
        _ => Ok(()),
    }
}

/// Waits until the disk has a folder's names.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), DownloadError> {
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(synced.map_err(|source| IoError::new("write", folder, source))?)
}

/// Names need no waiting here, and folders cannot be opened.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), DownloadError> {
    Ok(())
}
