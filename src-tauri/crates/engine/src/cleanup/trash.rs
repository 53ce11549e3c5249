//! Where a file goes: the trash of the user's system, or a folder of ours on the same volume.
//!
//! The system's trash is that of freedesktop.org, in the home folder or at the top of the file's
//! volume. It is laid out here and not by the crate `trash`, because the place has to stand in the
//! journal before the file moves, and that crate chooses the name while it moves and copies where it
//! cannot rename; what it lists and restores is what is put there. Where there is no such trash or
//! it cannot be written, the file goes to `.latent-trash/<session>` on its own volume. A file never
//! leaves its volume for the trash.
//!
//! # Source
//! The Desktop Trash Specification 1.0, freedesktop.org.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::relocate;

/// The folder that takes what no system trash takes. Scans leave it out, as every hidden folder.
pub const OWN_TRASH: &str = ".latent-trash";

/// Finds a place for what is removed.
pub struct Trash<'a> {
    /// The home folder's trash, or none where the system's cannot be restored from.
    pub home: Option<PathBuf>,
    /// The root folder of a library that a file lies in: [`OWN_TRASH`] is made at its top.
    pub root_of: &'a dyn Fn(&Path) -> Option<PathBuf>,
}

/// A folder that takes files, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Takes the files.
    pub files: PathBuf,
    /// Takes a note on each file, where the bin is a system's trash.
    pub info: Option<PathBuf>,
    /// What paths in notes are relative to; none: they are absolute.
    top: Option<PathBuf>,
    /// Whether others may not look into it.
    private: bool,
    /// The folder that has to be there already; nothing is made above it.
    base: PathBuf,
}

/// The home trash of the user, where the system has one that can be restored from.
#[cfg(all(unix, not(target_vendor = "apple"), not(target_os = "android")))]
#[must_use]
pub fn home_trash() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let data = absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))?;
    Some(data.join("Trash"))
}

/// The home trash of the user, where the system has one that can be restored from.
#[cfg(not(all(unix, not(target_vendor = "apple"), not(target_os = "android"))))]
#[must_use]
pub fn home_trash() -> Option<PathBuf> {
    None
}

impl Trash<'_> {
    /// The bins that may take a file, best first. All are on the file's device; whether one can be
    /// written shows when it is used.
    #[must_use]
    pub fn bins(&self, real: &Path, session: &str) -> Vec<Bin> {
        let Some(folder) = real.parent() else {
            return Vec::new();
        };
        let mut bins = Vec::new();
        if let Some(home) = &self.home {
            bins.extend(system_bins(home, folder));
        }
        let root = (self.root_of)(real).and_then(|root| fs::canonicalize(root).ok());
        let root = root.filter(|root| folder.starts_with(root) && same_device(root, folder));
        let mut bases: Vec<&Path> = root.iter().map(PathBuf::as_path).collect();
        bases.push(folder);
        bases.dedup();
        bins.extend(bases.into_iter().map(|base| Bin::own(base, session)));
        // The journal could not name it.
        bins.retain(|bin| bin.files.to_str().is_some());
        bins
    }
}

impl Bin {
    /// The folder `.latent-trash/<session>` in `base`.
    fn own(base: &Path, session: &str) -> Self {
        Self {
            files: base.join(OWN_TRASH).join(session),
            info: None,
            top: None,
            private: false,
            base: base.to_owned(),
        }
    }

    /// The folder that the user named.
    #[must_use]
    pub fn named(folder: &Path) -> Self {
        Self {
            files: folder.to_owned(),
            info: None,
            top: None,
            private: false,
            base: PathBuf::new(),
        }
    }

    fn system(trash: &Path, top: Option<&Path>, base: &Path) -> Self {
        Self {
            files: trash.join("files"),
            info: Some(trash.join("info")),
            top: top.map(Path::to_owned),
            private: true,
            base: base.to_owned(),
        }
    }

    /// Makes the bin's folders.
    ///
    /// # Errors
    /// The system's.
    pub fn prepare(&self) -> io::Result<()> {
        if !self.base.as_os_str().is_empty() {
            fs::metadata(&self.base)?;
        }
        for folder in std::iter::once(&self.files).chain(&self.info) {
            if !folder.is_dir() {
                make_folder(folder, self.private)?;
                relocate::sync_folder_of(folder)?;
            }
        }
        Ok(())
    }

    /// Where the note on a file of this bin lies.
    #[must_use]
    pub fn info_of(&self, name: &str) -> Option<PathBuf> {
        Some(self.info.as_ref()?.join(format!("{name}.trashinfo")))
    }

    /// Writes the note on a file; it also takes the name in this bin.
    ///
    /// # Errors
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists) where the name is taken, else the system's.
    pub fn write_info(&self, info: &Path, original: &Path, now_s: i64) -> io::Result<()> {
        let below = match &self.top {
            Some(top) => original.strip_prefix(top).unwrap_or(original),
            None => original,
        };
        let mut file = OpenOptions::new().write(true).create_new(true).open(info)?;
        let note = format!(
            "[Trash Info]\nPath={}\nDeletionDate={}\n",
            percent_encoded(below),
            local_time(now_s)
        );
        // Bringing back needs the journal, not this note, so the disk may take its time.
        let written = file.write_all(note.as_bytes());
        if written.is_err() {
            let _nothing_is_named_by_it = fs::remove_file(info);
        }
        written
    }
}

/// The home's trash for files on its device, else the trash at the top of the file's volume.
#[cfg(unix)]
fn system_bins(home: &Path, folder: &Path) -> Vec<Bin> {
    let mut bins = Vec::new();
    let above_home = home.ancestors().find(|above| above.is_dir());
    if let Some(above) = above_home
        && same_device(above, folder)
    {
        bins.push(Bin::system(home, None, above));
    }
    let device = device_of(folder);
    let top = folder
        .ancestors()
        .take_while(|above| device.is_some() && device_of(above) == device)
        .last();
    let Some(top) = top else {
        return bins;
    };
    let user = rustix::process::getuid().as_raw();
    let shared = top.join(".Trash");
    if is_shared_trash(&shared) {
        let own = shared.join(user.to_string());
        bins.push(Bin::system(&own, Some(top), &shared));
    }
    let own = top.join(format!(".Trash-{user}"));
    if is_ours_or_nothing(&own, user) {
        bins.push(Bin::system(&own, Some(top), top));
    }
    bins
}

#[cfg(not(unix))]
fn system_bins(_home: &Path, _folder: &Path) -> Vec<Bin> {
    Vec::new()
}

/// A trash for all users is used only where nobody can take others' files out of it.
#[cfg(unix)]
fn is_shared_trash(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    const STICKY: u32 = 0o1000;
    fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.is_dir() && metadata.permissions().mode() & STICKY != 0)
}

#[cfg(unix)]
fn is_ours_or_nothing(path: &Path, user: u32) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.is_dir() && metadata.uid() == user,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(unix)]
fn device_of(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(fs::metadata(path).ok()?.dev())
}

/// Whether two folders lie on one device, as far as can be told.
#[cfg(unix)]
pub(super) fn same_device(a: &Path, b: &Path) -> bool {
    device_of(a).is_some() && device_of(a) == device_of(b)
}

/// Whether two folders lie on one device, as far as can be told: renaming refuses what does not.
#[cfg(not(unix))]
pub(super) fn same_device(_a: &Path, _b: &Path) -> bool {
    true
}

#[cfg(unix)]
fn make_folder(folder: &Path, private: bool) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    if private {
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path, _private: bool) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in crate::io::path_to_bytes(path) {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// The specification wants the user's own time, without its zone.
fn local_time(now_s: i64) -> String {
    let time = chrono::DateTime::from_timestamp(now_s, 0).unwrap_or_default();
    let local = time.with_timezone(&chrono::Local);
    local.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A name with `tail` before its ending, at most 240 bytes long.
#[must_use]
pub fn with_tail(name: &str, tail: &str) -> String {
    const LONGEST: usize = 240;
    let (stem, ending) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 16 => name.split_at(dot),
        _ => (name, ""),
    };
    let room = LONGEST.saturating_sub(tail.len() + ending.len());
    let stem: String = stem
        .char_indices()
        .take_while(|(at, letter)| at + letter.len_utf8() <= room)
        .map(|(_, letter)| letter)
        .collect();
    format!("{stem}{tail}{ending}")
}
