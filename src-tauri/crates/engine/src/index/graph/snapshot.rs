//! A graph on disk: written whole or not at all, and verified before it is believed.
//!
//! `hnsw_rs` ends the process or allocates without limit when its files are damaged. So sizes and
//! checksums of all files are in a manifest that has one itself, and the library is only asked once
//! they agree. The vectors are not in a snapshot, but those of tombstones.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, RwLock};

use half::f16;
use hnsw_rs::api::AnnT as _;
use hnsw_rs::prelude::HnswIo;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::distance::RowDistance;
use super::points::Points;
use super::{Graph, GraphError, GraphParams, RowSource};
use crate::io::{self, IoError};

/// Raised with every change of what is written.
const FORMAT: u64 = 1;
const MANIFEST: &str = "manifest.json";
const POINTS: &str = "points.bin";
/// The library adds `.hnsw.graph` and `.hnsw.data`.
const LINKS: &str = "links";
const LINK_FILES: [&str; 2] = ["links.hnsw.graph", "links.hnsw.data"];

/// What a graph is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Fingerprint of the space.
    pub space: String,
    /// Values of each vector.
    pub dim: usize,
    /// Counts the changes of the rows; another means other rows.
    pub epoch: u64,
    /// How many rows there are.
    pub rows: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u64,
    stamp: Stamp,
    params: GraphParams,
    points: u64,
    tombstones: u64,
    pub(super) files: Vec<FileSum>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FileSum {
    name: String,
    bytes: u64,
    blake3: String,
}

/// A manifest, and the BLAKE3 of it as it is written here.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    manifest: Manifest,
    blake3: String,
}

impl Graph {
    /// Writes the graph into a folder, in place of what was there.
    ///
    /// Searches go on, changes wait. `stamp` says of which rows the graph is at this moment.
    ///
    /// # Errors
    /// [`GraphError::Io`], [`GraphError::Broken`]; an older snapshot stays then.
    pub fn save(&self, folder: &Path, stamp: &Stamp) -> Result<(), GraphError> {
        let _changing = self.changing();
        let fresh = fresh_folder(folder)?;
        io::write_whole(&fresh.path().join(POINTS), &self.table(), true)?;
        let mut names = vec![POINTS];
        if self.links.get_nb_point() > 0 {
            self.dump(fresh.path())?;
            names.extend(LINK_FILES);
        }
        let files = names.iter().map(|name| sum(fresh.path(), name));
        let manifest = Manifest {
            format: FORMAT,
            stamp: stamp.clone(),
            params: self.params,
            points: self.known(Points::len) as u64,
            tombstones: self.known(Points::tombstones) as u64,
            files: files.collect::<Result<_, _>>()?,
        };
        io::write_whole(&fresh.path().join(MANIFEST), &seal(manifest)?, true)?;
        put_in_place(fresh, folder)
    }

    /// Loads the graph from a folder, if it is whole, of these rows and built in this way.
    ///
    /// # Errors
    /// All of [`GraphError`] but `Cancelled`; the graph must be built again then.
    pub fn load(
        folder: &Path,
        rows: Arc<dyn RowSource>,
        expected: &Stamp,
        params: GraphParams,
    ) -> Result<Self, GraphError> {
        let manifest = unseal(folder)?;
        check(&manifest, expected, params)?;
        for file in &manifest.files {
            verify(folder, file)?;
        }
        let mut graph = Self::empty(rows, params, 0);
        graph.read_table(&io::read(&folder.join(POINTS))?)?;
        if manifest.files.len() > 1 {
            graph.read_links(folder)?;
        }
        let counted = (graph.known(Points::len), graph.known(Points::tombstones));
        if (counted.0 as u64, counted.1 as u64) != (manifest.points, manifest.tombstones)
            || graph.links.get_nb_point() > counted.0
        {
            return Err(damaged(POINTS, "other counts than in the manifest"));
        }
        graph.at_first = counted.0;
        Ok(graph)
    }

    fn dump(&self, folder: &Path) -> Result<(), GraphError> {
        let dumped = catch_unwind(AssertUnwindSafe(|| self.links.file_dump(folder, LINKS)));
        match dumped {
            Ok(Ok(name)) if name == LINKS => Ok(()),
            _ => Err(GraphError::Broken { done: "written" }),
        }
    }

    /// The table of points, then the vectors that only the graph has.
    fn table(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.known(|points| points.write(&mut out));
        let kept = self.vectors.kept();
        out.extend((kept.len() as u64).to_le_bytes());
        for (point, vector) in kept {
            out.extend(point.to_le_bytes());
            out.extend((vector.len() as u64).to_le_bytes());
            out.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
        }
        out
    }

    fn read_table(&mut self, bytes: &[u8]) -> Result<(), GraphError> {
        let mut reader = Reader(bytes);
        let points = Points::read(&mut reader);
        let points = points.filter(|_| self.read_kept(&mut reader).is_some());
        let points = points.filter(|_| reader.0.is_empty());
        self.points = RwLock::new(points.ok_or_else(|| damaged(POINTS, "not a table"))?);
        Ok(())
    }

    fn read_kept(&self, reader: &mut Reader<'_>) -> Option<()> {
        for _ in 0..reader.length(size_of::<u32>() + size_of::<u64>())? {
            let point = reader.u32()?;
            let values = reader.length(size_of::<f16>())?;
            let vector = (0..values).map(|_| reader.half()).collect::<Option<_>>()?;
            self.vectors.keep(point, vector);
        }
        Some(())
    }

    fn read_links(&mut self, folder: &Path) -> Result<(), GraphError> {
        let distance = RowDistance(Arc::clone(&self.vectors));
        // The library lets a graph borrow from its reader, for mapped files, which are not used
        // here: two names of bytes stay behind for every graph that is loaded.
        let reader: &'static HnswIo = Box::leak(Box::new(HnswIo::new(folder, LINKS)));
        let load = AssertUnwindSafe(|| reader.load_hnsw_with_dist(distance));
        let broken = || damaged(LINK_FILES[0], "not readable as a graph");
        self.links = catch_unwind(load)
            .map_err(|_| broken())?
            .map_err(|_| broken())?;
        // Loading turns on what building has off.
        self.links.set_extend_candidates(false);
        Ok(())
    }
}

fn damaged(file: &str, what: &str) -> GraphError {
    GraphError::Damaged {
        what: format!("{file}: {what}"),
    }
}

/// Makes an empty folder beside the one that is to be replaced; what an earlier try left there goes.
fn fresh_folder(folder: &Path) -> Result<TempDir, GraphError> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    io::make_folder(parent)?;
    let prefix = prefix(folder);
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)) {
        // What cannot be removed only takes room.
        let _ = fs::remove_dir_all(entry.path());
    }
    tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(parent)
        .map_err(|source| IoError::new("make a folder in", parent, source).into())
}

fn prefix(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.snapshot-")
}

/// Exchanges the folders. Ending in between leaves none, which is built again.
fn put_in_place(fresh: TempDir, folder: &Path) -> Result<(), GraphError> {
    let failed = |source| IoError::new("replace", folder, source);
    sync_folder(fresh.path()).map_err(failed)?;
    let parent = folder.parent().unwrap_or(Path::new("."));
    let old = parent.join(format!("{}old", prefix(folder)));
    if folder.exists() {
        fs::rename(folder, &old).map_err(failed)?;
    }
    fs::rename(fresh.keep(), folder).map_err(failed)?;
    sync_folder(parent).map_err(failed)?;
    // What cannot be removed only takes room until the next snapshot.
    let _ = fs::remove_dir_all(old);
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows writes names down by itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Waits until the disk has a file and adds it up.
pub(super) fn sum(folder: &Path, name: &str) -> Result<FileSum, GraphError> {
    let path = folder.join(name);
    let failed = |source| IoError::new("write", &path, source);
    let file = File::options().write(true).open(&path).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let (bytes, blake3) = add_up(&path)?;
    Ok(FileSum {
        name: name.to_owned(),
        bytes,
        blake3,
    })
}

fn add_up(path: &Path) -> Result<(u64, String), IoError> {
    let failed = |source| IoError::new("read", path, source);
    let file = File::open(path).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(failed)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

fn verify(folder: &Path, file: &FileSum) -> Result<(), GraphError> {
    let path = folder.join(&file.name);
    let size = fs::metadata(&path).map(|found| found.len());
    match size {
        Ok(size) if size == file.bytes => {}
        Ok(_) => return Err(damaged(&file.name, "another size")),
        Err(_) => return Err(damaged(&file.name, "missing")),
    }
    if add_up(&path)? == (file.bytes, file.blake3.clone()) {
        Ok(())
    } else {
        Err(damaged(&file.name, "another checksum"))
    }
}

pub(super) fn seal(manifest: Manifest) -> Result<Vec<u8>, GraphError> {
    let broken = |_| GraphError::Broken { done: "written" };
    let body = serde_json::to_vec(&manifest).map_err(broken)?;
    let blake3 = blake3::hash(&body).to_hex().to_string();
    serde_json::to_vec(&Sealed { manifest, blake3 }).map_err(broken)
}

/// Reads the manifest; its bytes must be the very ones that [`seal`] makes.
pub(super) fn unseal(folder: &Path) -> Result<Manifest, GraphError> {
    let path = folder.join(MANIFEST);
    if !path.exists() {
        return Err(GraphError::Absent);
    }
    let bytes = io::read(&path)?;
    let broken = || damaged(MANIFEST, "not what was written");
    let tree: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    let format = tree.pointer("/manifest/format").and_then(|f| f.as_u64());
    match format {
        Some(FORMAT) => {}
        Some(found) => {
            let expected = FORMAT;
            return Err(GraphError::OtherFormat { expected, found });
        }
        None => return Err(broken()),
    }
    let found: Sealed = serde_json::from_value(tree).map_err(|_| broken())?;
    let again = seal(found.manifest)?;
    if again != bytes {
        return Err(broken());
    }
    let sealed: Sealed = serde_json::from_slice(&again).map_err(|_| broken())?;
    Ok(sealed.manifest)
}

fn check(manifest: &Manifest, stamp: &Stamp, params: GraphParams) -> Result<(), GraphError> {
    if manifest.stamp != *stamp {
        return Err(GraphError::Stale {
            expected: Box::new(stamp.clone()),
            found: Box::new(manifest.stamp.clone()),
        });
    }
    if manifest.params != params {
        return Err(GraphError::OtherParams {
            expected: params,
            found: manifest.params,
        });
    }
    let names: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    let mut all = vec![POINTS];
    all.extend(LINK_FILES);
    if names == all || (names == [POINTS] && manifest.points == 0) {
        Ok(())
    } else {
        Err(damaged(MANIFEST, "other files than a graph has"))
    }
}

/// Takes numbers from bytes, never beyond their end.
pub(super) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn half(&mut self) -> Option<f16> {
        self.take().map(f16::from_le_bytes)
    }

    /// A count of items for which there are bytes.
    pub(super) fn length(&mut self, item: usize) -> Option<usize> {
        let count = usize::try_from(self.u64()?).ok()?;
        (count.checked_mul(item)? <= self.0.len()).then_some(count)
    }
}
