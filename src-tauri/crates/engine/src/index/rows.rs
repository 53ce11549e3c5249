//! The vectors themselves, a row for each slot: in a file that is mapped, or in memory.
//!
//! A search looks at the rows of few photos, so the system's page cache holds what is used and the
//! process nothing. The file is written by plain writes and only ever grows. It belongs to the data
//! folder, which one process holds at a time, so nobody else cuts it short under the map.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use half::f16;
use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use memmap2::{Mmap, MmapOptions};

use super::IndexError;
use super::graph::RowSource;
use crate::io::IoError;

/// Rows that are mapped at once: an earlier map never moves when the file grows.
const SEGMENT_ROWS: usize = 1 << 12;

/// Rows of `dim` values by slot.
#[derive(Debug)]
pub(super) struct Rows {
    dim: usize,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(Vec<f16>),
    File {
        path: PathBuf,
        file: File,
        segments: Vec<Arc<Mmap>>,
        shared: Maps,
    },
}

impl Rows {
    /// Rows that live in memory.
    pub(super) fn in_memory(dim: usize) -> Self {
        Self {
            dim,
            place: Place::Memory(Vec::new()),
        }
    }

    /// Opens the rows in a file, or makes an empty one.
    pub(super) fn in_file(dim: usize, path: &Path) -> Result<Self, IndexError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|source| IoError::new("open", path, source))?;
        let length = file
            .metadata()
            .map_err(|source| IoError::new("look at", path, source))?
            .len();
        let mut own = Self {
            dim,
            place: Place::File {
                path: path.to_owned(),
                file,
                segments: Vec::new(),
                shared: Maps::default(),
            },
        };
        own.reach((length / (dim.max(1) * 2) as u64) as usize)?;
        Ok(own)
    }

    /// Rows there is room for.
    pub(super) fn room(&self) -> usize {
        match &self.place {
            Place::Memory(values) => values.len() / self.dim.max(1),
            Place::File { segments, .. } => segments.len() * SEGMENT_ROWS,
        }
    }

    /// The row in a slot; empty where there is none.
    #[inline]
    pub(super) fn get(&self, slot: usize) -> &[f16] {
        let (values, row): (&[f16], usize) = match &self.place {
            Place::Memory(values) => (values, slot),
            Place::File { segments, .. } => match segments.get(slot / SEGMENT_ROWS) {
                Some(map) => (halves(map), slot % SEGMENT_ROWS),
                None => return &[],
            },
        };
        values
            .get(row * self.dim..(row + 1) * self.dim)
            .unwrap_or_default()
    }

    /// Writes the row of a slot, `[dim]`.
    pub(super) fn put(&mut self, slot: usize, row: &[f16]) -> Result<(), IndexError> {
        if slot >= self.room() {
            self.reach(slot + 1)?;
        }
        match &mut self.place {
            Place::Memory(values) => {
                if let Some(place) = values.get_mut(slot * self.dim..(slot + 1) * self.dim) {
                    place.copy_from_slice(row);
                }
                Ok(())
            }
            Place::File { path, file, .. } => {
                let at = slot as u64 * self.dim as u64 * 2;
                write_at(file, bytemuck::cast_slice(row.reinterpret_cast()), at)
                    .map_err(|source| IoError::new("write", path, source))?;
                Ok(())
            }
        }
    }

    /// The file they lie in.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File { path, .. } => Some(path),
        }
    }

    /// The rows for those who read them beside the index; none of rows in memory.
    pub(super) fn shared(&self) -> Option<Arc<dyn RowSource>> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File { shared, .. } => Some(Arc::new(SharedRows {
                dim: self.dim,
                maps: shared.clone(),
            })),
        }
    }

    /// Makes sure that what was written survives a loss of power.
    pub(super) fn sync(&self) -> Result<(), IndexError> {
        match &self.place {
            Place::Memory(_) => Ok(()),
            Place::File { path, file, .. } => {
                let synced = file.sync_data();
                Ok(synced.map_err(|source| IoError::new("write", path, source))?)
            }
        }
    }

    /// Makes room for so many rows.
    fn reach(&mut self, rows: usize) -> Result<(), IndexError> {
        match &mut self.place {
            Place::Memory(values) => {
                let rows = rows.next_multiple_of(super::pages::PAGE);
                values.resize(rows * self.dim, f16::ZERO);
                Ok(())
            }
            Place::File {
                path,
                file,
                segments,
                shared,
            } => {
                let wanted = rows.div_ceil(SEGMENT_ROWS);
                let segment_bytes = (SEGMENT_ROWS * self.dim * 2) as u64;
                let failed = |source| IoError::new("enlarge", path, source);
                let length = wanted as u64 * segment_bytes;
                if file.metadata().map_err(failed)?.len() < length {
                    file.set_len(length).map_err(failed)?;
                }
                while segments.len() < wanted {
                    let at = segments.len() as u64 * segment_bytes;
                    let map = map(file, at, segment_bytes as usize);
                    let map = map.map_err(|source| IoError::new("map", path, source))?;
                    segments.push(Arc::new(map));
                    shared.set(segments);
                }
                Ok(())
            }
        }
    }
}

/// The maps of a file, for readers that hold no lock of the index.
#[derive(Clone, Debug, Default)]
struct Maps(Arc<RwLock<Vec<Arc<Mmap>>>>);

impl Maps {
    fn set(&self, maps: &[Arc<Mmap>]) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = maps.to_vec();
    }
}

/// Rows in a file, read while others are written: a reader of a row that is being written may see
/// half of it, and is told of the change afterwards.
struct SharedRows {
    dim: usize,
    maps: Maps,
}

impl SharedRows {
    fn row<'a>(&self, maps: &'a [Arc<Mmap>], row: u32) -> Option<&'a [f16]> {
        let slot = row as usize;
        let row = slot % SEGMENT_ROWS;
        halves(maps.get(slot / SEGMENT_ROWS)?).get(row * self.dim..(row + 1) * self.dim)
    }
}

impl RowSource for SharedRows {
    fn dim(&self) -> usize {
        self.dim
    }

    fn with_row(&self, row: u32, look: &mut dyn FnMut(&[f16])) -> bool {
        let maps = self.maps.0.read().unwrap_or_else(PoisonError::into_inner);
        self.row(&maps, row).map(look).is_some()
    }

    fn with_rows(&self, left: u32, right: u32, look: &mut dyn FnMut(&[f16], &[f16])) -> bool {
        let maps = self.maps.0.read().unwrap_or_else(PoisonError::into_inner);
        let both = self.row(&maps, left).zip(self.row(&maps, right));
        both.map(|(left, right)| look(left, right)).is_some()
    }
}

/// A map as halves: it begins at a page, and the dimension is a whole number of halves.
fn halves(map: &[u8]) -> &[f16] {
    bytemuck::try_cast_slice::<u8, u16>(map)
        .unwrap_or_default()
        .reinterpret_cast()
}

/// Maps a part of a file for reading.
#[expect(unsafe_code, reason = "a map is only as sound as the file under it")]
fn map(file: &File, at: u64, bytes: usize) -> std::io::Result<Mmap> {
    // SAFETY: the file lies in the data folder, which this process has locked; it is never
    // shortened, and written only through `put`, which takes the rows alone.
    unsafe { MmapOptions::new().offset(at).len(bytes).map(file) }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> std::io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !bytes.is_empty() {
        let written = file.seek_write(bytes, at)?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        bytes = bytes.get(written..).unwrap_or_default();
        at += written as u64;
    }
    Ok(())
}
