//! Where exported files go: each under a free name, whole or not at all.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Export, Form};
use crate::cleanup::rename_new;
use crate::error::EngineError;
use crate::io::{self, IoError};

/// Looks whether the output can be written to, and makes its folder.
///
/// # Errors
/// [`EngineError::Invalid`], [`EngineError::Io`].
pub(super) fn check(export: &Export) -> Result<(), EngineError> {
    let folder = match export.form {
        Form::Originals { .. } | Form::Pictures { .. } => {
            if export.output.is_file() {
                let reason = format!("{} is a file: name a folder", export.output.display());
                return Err(EngineError::invalid(reason));
            }
            &*export.output
        }
        Form::List(_) | Form::Sheet(_) => {
            if export.output.is_dir() {
                let reason = format!("{} is a folder: name a file", export.output.display());
                return Err(EngineError::invalid(reason));
            }
            export.output.parent().unwrap_or(Path::new("/"))
        }
    };
    io::make_folder(folder)?;
    temporary(folder)?;
    Ok(())
}

/// A file that goes by itself unless it gets a name.
///
/// # Errors
/// [`IoError`] with the operation "write to".
pub(super) fn temporary(folder: &Path) -> Result<NamedTempFile, IoError> {
    tempfile::Builder::new()
        .prefix(".latent-")
        .tempfile_in(folder)
        .map_err(|source| IoError::new("write to", folder, source))
}

/// `rome/a` with ending and, from the second of that name on, a number: `rome/a (2).jpg`.
pub(super) fn named(stem: &Path, ending: &str, number: u32) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(" ({number})"));
    }
    if !ending.is_empty() {
        name.push(format!(".{}", super::pattern::safe(ending)));
    }
    PathBuf::from(name)
}

/// Gives files their names in a folder.
pub(super) struct Names {
    folder: PathBuf,
    /// The next number of each name, so that a thousand of one name are not tried a million times.
    next: HashMap<PathBuf, u32>,
}

impl Names {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            next: HashMap::new(),
        }
    }

    /// Gives a file the first free name from `stem` on; `beside` tells of a name what else must be
    /// free with it. Answers its place.
    ///
    /// # Errors
    /// [`IoError`].
    pub(super) fn place(
        &mut self,
        file: NamedTempFile,
        stem: &Path,
        ending: &str,
        beside: impl Fn(&Path) -> Option<PathBuf>,
    ) -> Result<PathBuf, IoError> {
        let key = named(stem, ending, 1);
        let mut number = self.next.get(&key).copied().unwrap_or(1);
        loop {
            let path = self.folder.join(named(stem, ending, number));
            let is_taken = beside(&path).is_some_and(|other| other.symlink_metadata().is_ok());
            if !is_taken {
                if let Some(folder) = path.parent().filter(|folder| **folder != self.folder) {
                    io::make_folder(folder)?;
                }
                match rename_new(file.path(), &path) {
                    Ok(()) => {
                        self.next.insert(key, number.saturating_add(1));
                        // It has its name: there is nothing left to remove.
                        let _gone = file.into_temp_path().keep();
                        return Ok(path);
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                    Err(error) => return Err(IoError::new("write", &path, error)),
                }
            }
            number = number.checked_add(1).ok_or_else(|| {
                IoError::new("write", &path, std::io::ErrorKind::AlreadyExists.into())
            })?;
        }
    }
}

/// Ends a file: its permissions are the usual ones, and the disk has it.
///
/// # Errors
/// [`IoError`] with the operation "write".
pub(super) fn finish(file: &NamedTempFile) -> Result<(), IoError> {
    let failed = |source| IoError::new("write", file.path(), source);
    io::open_permissions(file.as_file()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)
}

/// The size of a file that was written.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number_and_nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.jpg"), "mine").unwrap();
        fs::write(folder.path().join("a (2).xmp"), "mine too").unwrap();
        let mut names = Names::new(folder.path());
        let mut place = |stem: &str| {
            let file = temporary(folder.path()).unwrap();
            fs::write(file.path(), "new").unwrap();
            let beside = |path: &Path| Some(path.with_extension("xmp"));
            let path = names.place(file, Path::new(stem), "jpg", beside).unwrap();
            path.strip_prefix(folder.path()).unwrap().to_owned()
        };
        assert_eq!(place("a"), Path::new("a (3).jpg"));
        assert_eq!(place("a"), Path::new("a (4).jpg"));
        assert_eq!(place("sub/a"), Path::new("sub/a.jpg"));
        assert_eq!(fs::read(folder.path().join("a.jpg")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }
}
