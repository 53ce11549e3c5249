//! What a file has beside its content and is lost where it is copied to another disk: permissions and
//! extended attributes, access control lists among them. Noted in the journal, so that taking a cleanup
//! back brings them back from a disk that keeps none.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Bytes of attributes that are noted; files of photographers have some hundred.
const MOST_BYTES: usize = 256 << 10;

/// What a file has beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Permissions, as in `chmod`; none where the system has others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// Extended attributes by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, Vec<u8>)>,
}

impl Kept {
    /// Reads what a file has.
    ///
    /// # Errors
    /// The system's; a file system without attributes has none.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            mode: mode_of(&fs::metadata(path)?),
            attributes: attributes::of(path)?,
        })
    }

    /// Gives it to a file; what its disk does not keep is left out, and its names are answered.
    ///
    /// # Errors
    /// The system's, of permissions.
    pub fn give(&self, file: &File) -> io::Result<Vec<&str>> {
        // Access control lists come after: they narrow what the permissions say.
        set_mode(file, self.mode)?;
        let given = self.attributes.iter();
        let refused = given.filter(|(name, value)| attributes::set(file, name, value).is_err());
        Ok(refused.map(|(name, _)| name.as_str()).collect())
    }
}

#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_metadata: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn set_mode(file: &File, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match mode {
        Some(mode) => file.set_permissions(fs::Permissions::from_mode(mode)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: Option<u32>) -> io::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod attributes {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    use rustix::io::Errno;

    use super::MOST_BYTES;

    pub(super) fn of(path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
        let names = match whole(|buffer| listxattr(path, buffer)) {
            Ok(names) => names,
            Err(Errno::NOTSUP) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let names = names.split(|byte| *byte == 0);
        let (mut found, mut bytes) = (Vec::new(), 0);
        // A name that is no text was not given by a program that photographers use.
        let names = names.filter_map(|name| std::str::from_utf8(name).ok());
        for name in names.filter(|name| !name.is_empty()) {
            match whole(|buffer| getxattr(path, name, buffer)) {
                Ok(value) => {
                    bytes += name.len() + value.len();
                    if bytes > MOST_BYTES {
                        return Err(io::Error::other("its extended attributes are too large"));
                    }
                    found.push((name.to_owned(), value));
                }
                // Some are the system's own; some went meanwhile.
                Err(Errno::PERM | Errno::ACCESS | Errno::NOTSUP) => {}
                Err(error) if is_none(error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }

    #[cfg(target_vendor = "apple")]
    fn is_none(error: Errno) -> bool {
        error == Errno::NOATTR
    }

    #[cfg(not(target_vendor = "apple"))]
    fn is_none(error: Errno) -> bool {
        error == Errno::NODATA
    }

    pub(super) fn set(file: &File, name: &str, value: &[u8]) -> io::Result<()> {
        Ok(fsetxattr(file, name, value, XattrFlags::empty())?)
    }

    /// Reads what a call answers; what is longer than anything that is noted is an error.
    fn whole(ask: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; MOST_BYTES];
        let length = ask(&mut bytes)?;
        bytes.truncate(length);
        Ok(bytes)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod attributes {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn of(_path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
        Ok(Vec::new())
    }

    pub(super) fn set(_file: &File, _name: &str, _value: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
