//! Writes a sidecar: whole or not at all, and only what Latent owns in it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::kit::Kit;
use super::regions::Turn;
use super::{RegionKind, Said, SidecarError, change, is_sidecar, read, region_lists, text};
use crate::io::{FileStamp, IoError};

/// What a sidecar is to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Tag paths; keywords that are not among them go.
    pub tags: Vec<String>,
    /// −1 … 5.
    pub rating: Option<i32>,
    /// Colour label.
    pub label: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// Kind, name and upright area of regions to add; those that are there stay.
    pub regions: Vec<(RegionKind, Option<String>, [f64; 4])>,
    /// Name and upright area of regions to take out.
    pub gone: Vec<(Option<String>, [f64; 4])>,
}

/// Brings a sidecar to what is wanted. Answers its new stamp and what it says; none where it says
/// all of it already.
///
/// A sidecar that is not there is made. `read_as` is the stamp that it had when what is wanted was
/// found out; `now` is the time as ISO 8601.
///
/// # Errors
/// [`SidecarError::NothingRead`], [`SidecarError::WouldLose`] and [`SidecarError::Changed`] leave it
/// as it was, as every other does.
pub fn write(
    path: &Path,
    wanted: &Wanted,
    turn: Turn,
    read_as: Option<FileStamp>,
    now: &str,
) -> Result<Option<(FileStamp, Said)>, SidecarError> {
    if !is_sidecar(path) {
        return Err(text::malformed("its name does not end in .xmp"));
    }
    // A link stays a link: what it leads to is replaced.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |operation: &'static str, source| IoError::new(operation, path, source);
    let (bytes, stamp) = match fs::metadata(&real) {
        Ok(metadata) if metadata.permissions().readonly() => {
            let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
            return Err(failed("write", denied).into());
        }
        Ok(metadata) => {
            let bytes = fs::read(&real).map_err(|e| failed("read", e))?;
            (bytes, Some(FileStamp::of(&metadata)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Vec::new(), None),
        Err(error) => return Err(failed("read", error).into()),
    };
    let is_other = || SidecarError::Changed {
        path: path.to_owned(),
    };
    if stamp != read_as {
        return Err(is_other());
    }
    let Some((content, said)) = changed(path, &bytes, wanted, turn, now)? else {
        return Ok(None);
    };
    let written = replace(&real, content.as_bytes(), || {
        let now = fs::metadata(&real).ok().map(|m| FileStamp::of(&m));
        now == read_as
    })
    .map_err(|source| failed("write", source))?;
    written
        .map(|stamp| Some((stamp, said)))
        .ok_or_else(is_other)
}

/// A time in seconds since 1970 as packets have it, UTC.
#[must_use]
pub fn iso_time(at_s: i64) -> String {
    let at = chrono::DateTime::from_timestamp(at_s, 0).unwrap_or_default();
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A packet for a new picture, upright and of this size in pixels; none where there is nothing to say.
///
/// # Errors
/// [`SidecarError::Kit`].
pub fn packet(
    wanted: &Wanted,
    (width, height): (u32, u32),
    now: &str,
) -> Result<Option<String>, SidecarError> {
    let turn = Turn {
        orientation: 1,
        width,
        height,
    };
    let made = changed(Path::new(""), &[], wanted, turn, now)?;
    Ok(made.map(|(text, _)| text))
}

/// The text of a sidecar as it is wanted; none where nothing has to change.
fn changed(
    path: &Path,
    bytes: &[u8],
    wanted: &Wanted,
    turn: Turn,
    now: &str,
) -> Result<Option<(String, Said)>, SidecarError> {
    let text = text::decode(bytes)?;
    let is_empty = text.trim().is_empty();
    let kit = Kit::take();
    let mut meta = if is_empty {
        kit.empty()?
    } else {
        kit.parse(&text)?
    };
    if kit.leaves(&meta).is_empty() && !is_empty {
        return Err(SidecarError::NothingRead {
            path: path.to_owned(),
        });
    }
    let has_removed = region_lists::remove(&mut meta, &wanted.gone, turn)?;
    let before = kit.leaves(&meta);
    if !change::apply(&mut meta, wanted, turn, now, has_removed)? {
        return Ok(None);
    }
    let wrapped = is_empty || text.contains("<?xpacket begin");
    let content = kit.serialize(&meta, wrapped)?;
    // What was written is read again: nothing that others wrote may be gone.
    let again = kit.parse(text::decode(content.as_bytes())?.as_ref())?;
    let after = kit.leaves(&again);
    let lost = before.iter().find(|((space, name, value), count)| {
        let is_owned = change::OWNED
            .iter()
            .any(|(own, start)| own == space && name.starts_with(start));
        let key = (space.clone(), name.clone(), value.clone());
        !is_owned && after.get(&key).is_none_or(|there| there < count)
    });
    if let Some(((_, property, _), _)) = lost {
        return Err(SidecarError::WouldLose {
            path: path.to_owned(),
            property: property.clone(),
        });
    }
    let said = read::said(&again);
    let declared = if text.starts_with("<?xml") {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    } else {
        ""
    };
    Ok(Some((format!("{declared}{content}"), said)))
}

/// Puts a file in the place of another in one step, and waits until the disk has it. Answers none
/// where `is_same` says that the old one is no longer what was read.
fn replace(
    path: &Path,
    content: &[u8],
    is_same: impl FnOnce() -> bool,
) -> std::io::Result<Option<FileStamp>> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".latent-").suffix(".tmp");
    // A new file gets the permissions that any program's would.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&folder)?;
    file.write_all(content)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    if !is_same() {
        return Ok(None);
    }
    let file = file.persist(path).map_err(|error| error.error)?;
    let stamp = FileStamp::of(&file.metadata()?);
    #[cfg(unix)]
    fs::File::open(&folder)?.sync_all()?;
    Ok(Some(stamp))
}
