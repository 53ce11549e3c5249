//! Adds and removes libraries. No file is ever touched.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::LibraryId;
use crate::io::{self, IoError};
use crate::store::libraries::{self, LibraryRow};
use crate::store::remembered::Question;

/// Adds folders as a library, or to the library of that name.
///
/// A folder that the library has already is left as it is, so that adding twice does no harm.
///
/// # Errors
/// [`EngineError::Invalid`] for a file, a relative path or a bad glob, [`EngineError::Io`] for a
/// folder that cannot be read, [`EngineError::AlreadyExists`] for a folder of another library or
/// one inside or around it.
pub fn add(
    engine: &Engine,
    name: Option<&str>,
    roots: &[PathBuf],
    exclude: &[String],
) -> Result<LibraryRow, EngineError> {
    let roots = roots
        .iter()
        .map(|root| real_folder(root))
        .collect::<Result<Vec<_>, _>>()?;
    let Some(first) = roots.first() else {
        return Err(EngineError::invalid("Name at least one folder"));
    };
    glob_set(exclude)?;
    let wished = name.map(str::trim).filter(|name| !name.is_empty());
    let id = engine.store().write(|tx| {
        let known = libraries::roots(tx)?;
        let owner = |root: &Path| {
            known
                .iter()
                .find(|row| row.path == root)
                .map(|r| r.library_id)
        };
        let name = wished.map_or_else(|| folder_name(first), str::to_owned);
        let id = match (libraries::by_name(tx, &name)?, wished, owner(first)) {
            (Some(id), Some(_), _) | (_, None, Some(id)) => id,
            (Some(_), None, None) => libraries::insert(tx, &free_name(tx, &name)?, exclude)?,
            (None, _, _) => libraries::insert(tx, &name, exclude)?,
        };
        if !exclude.is_empty() {
            libraries::set_exclude(tx, id, exclude)?;
        }
        for root in &roots {
            let known = libraries::roots(tx)?;
            let has = known
                .iter()
                .any(|row| row.path == *root && row.library_id == id);
            if !has {
                refuse_overlap(&known, root)?;
                libraries::insert_root(tx, id, root)?;
            }
        }
        Ok::<_, EngineError>(id)
    })?;
    engine.events().changed(&[Kind::Libraries]);
    by_id(engine, id)
}

/// Lists all libraries by name.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(engine: &Engine) -> Result<Vec<LibraryRow>, EngineError> {
    engine
        .store()
        .read(|connection| Ok(libraries::list(connection)?))
}

/// Counts the photos of each library that lie below the top of their stack: those that are not shown
/// where a stack is one. Libraries without any are left out.
///
/// # Errors
/// [`EngineError::Store`].
pub fn below_tops(engine: &Engine) -> Result<HashMap<LibraryId, u64>, EngineError> {
    let below = engine.store().below_tops()?;
    if below.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT library_id, photo_set(id) FROM photo WHERE missing_since IS NULL \
               GROUP BY library_id";
    let libraries = engine
        .store()
        .numbered_sets(&Question::new(sql, Vec::new()))?;
    let counts = libraries
        .iter()
        .map(|(library, photos)| (LibraryId(*library), photos.shared(&below) as u64));
    Ok(counts.filter(|(_, count)| *count > 0).collect())
}

/// Reads one library.
///
/// # Errors
/// [`EngineError::NotFound`].
pub fn by_id(engine: &Engine, id: LibraryId) -> Result<LibraryRow, EngineError> {
    list(engine)?
        .into_iter()
        .find(|row| row.id == id)
        .ok_or_else(|| EngineError::not_found("library", id))
}

/// Forgets a library and what is known of its photos; its files stay untouched. Jobs that work on it
/// end first.
///
/// # Errors
/// [`EngineError::NotFound`].
pub fn remove(engine: &Engine, id: LibraryId) -> Result<(), EngineError> {
    by_id(engine, id)?;
    engine.jobs().stop_all_of(id);
    engine.store().write(|tx| libraries::remove(tx, id))?;
    engine.follow_vectors()?;
    engine
        .events()
        .changed(&[Kind::Libraries, Kind::Photos, Kind::Tags, Kind::Faults]);
    Ok(())
}

/// Compiles globs; each matches below a root, with `/` on every system.
///
/// # Errors
/// [`EngineError::Invalid`] naming the glob.
pub fn glob_set(globs: &[String]) -> Result<GlobSet, EngineError> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob).map_err(|error| {
            EngineError::invalid(format!(
                "The pattern \"{glob}\" is malformed: {}",
                error.kind()
            ))
        })?);
    }
    set.build()
        .map_err(|error| EngineError::invalid(error.to_string()))
}

pub(super) fn real_folder(path: &Path) -> Result<PathBuf, EngineError> {
    if !path.is_absolute() {
        let reason = format!(
            "\"{}\" is not a whole path: begin it at the root",
            path.display()
        );
        return Err(EngineError::invalid(reason));
    }
    let real = std::fs::canonicalize(path)
        .map_err(|source| IoError::new("open the folder", path, source))?;
    if !real.is_dir() {
        let reason = format!("{} is a file: name the folder it lies in", path.display());
        return Err(EngineError::invalid(reason));
    }
    std::fs::read_dir(&real).map_err(|source| IoError::new("open the folder", path, source))?;
    Ok(real)
}

fn folder_name(root: &Path) -> String {
    root.file_name().map_or_else(
        || io::shown(root),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn free_name(
    connection: &crate::store::Connection,
    name: &str,
) -> Result<String, crate::store::StoreError> {
    let mut number = 2;
    loop {
        let tried = format!("{name} {number}");
        if libraries::by_name(connection, &tried)?.is_none() {
            return Ok(tried);
        }
        number += 1;
    }
}

pub(super) fn refuse_overlap(known: &[libraries::RootRow], root: &Path) -> Result<(), EngineError> {
    let Some(other) = known
        .iter()
        .find(|row| row.path.starts_with(root) || root.starts_with(&row.path))
    else {
        return Ok(());
    };
    Err(EngineError::AlreadyExists {
        what: format!(
            "A folder around or inside {} ({})",
            root.display(),
            other.path.display()
        ),
        advice: "a folder can be in one library only, so remove the other library first",
    })
}
