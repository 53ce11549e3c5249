//! The codes of a space on the disk, so that a start reads them instead of making them anew.
//!
//! A folder has the rows in one file and, in `codes`, everything else with a checksum over all of
//! it. `codes` is written whole or not at all; what changed in the catalog afterwards is known
//! there by number ([`Stamp::seq`]) and done again after loading. Whatever does not fit is refused:
//! the caller fills a new index from the catalog.

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::pages::{PAGE, Pages};
use super::quantizer::Quantizer;
use super::rows::Rows;
use super::scan::Ways;
use super::{IndexError, VectorIndex};
use crate::io::{self, IoError};

/// Format of the file and of the codes in it.
pub(super) const FORMAT: &str = "latent-codes-4";
/// Name of the file in its folder.
const CODES: &str = "codes";
/// Beginning of the name of the file with the rows.
const ROWS: &str = "rows-";
/// A header is far shorter.
const MOST_HEADER: u64 = 1 << 16;
const CHECKSUM: usize = blake3::OUT_LEN;

/// Which state of which space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Name and version of the space.
    pub space: String,
    /// Written to the catalog with the snapshot: a catalog that was put back has another.
    pub token: String,
    /// The last change of the catalog that is in it.
    pub seq: i64,
}

/// An index from a snapshot.
#[derive(Debug)]
pub struct Loaded {
    /// The index.
    pub index: VectorIndex,
    /// The last change of the catalog that is in it.
    pub seq: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    stamp: Stamp,
    dim: usize,
    pages: usize,
    trained_at: usize,
    spread: [f32; 2],
    reach: f32,
    /// Name of the file with the rows.
    rows: String,
}

impl VectorIndex {
    /// Makes an empty index whose rows lie in a new file of a folder.
    ///
    /// # Errors
    /// [`IndexError::Io`].
    pub fn create(folder: &Path, dim: usize) -> Result<Self, IndexError> {
        io::make_folder(folder)?;
        let file = tempfile::Builder::new()
            .prefix(ROWS)
            .tempfile_in(folder)
            .and_then(|file| file.into_temp_path().keep().map_err(|error| error.error))
            .map_err(|source| IoError::new("write", folder, source))?;
        Ok(Self::over(dim, Rows::in_file(dim, &file)?))
    }

    /// Writes the codes beside the rows.
    ///
    /// # Errors
    /// [`IndexError::Io`], [`IndexError::Absent`] for an index that has no file.
    pub fn save(&self, folder: &Path, stamp: &Stamp) -> Result<(), IndexError> {
        let rows = self.rows.path().and_then(Path::file_name);
        let rows = rows
            .and_then(|name| name.to_str())
            .ok_or(IndexError::Absent)?;
        let header = Header {
            format: FORMAT.to_owned(),
            stamp: stamp.clone(),
            dim: self.dim,
            pages: self.pages.live().len(),
            trained_at: self.trained_at,
            spread: [
                self.codes.quantizer.spread,
                self.codes.quantizer.front_spread,
            ],
            reach: self.codes.quantizer.reach,
            rows: rows.to_owned(),
        };
        self.rows.sync()?;
        let failed = |source| IoError::new("write", &folder.join(CODES), source);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        self.write(&header, file.as_file_mut()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let persisted = file.persist(folder.join(CODES));
        persisted.map_err(|error| failed(error.error))?;
        remove_other_rows(folder, rows);
        Ok(())
    }

    /// Loads the snapshot of a space that bears one of some tokens.
    ///
    /// # Errors
    /// [`IndexError::Absent`], [`IndexError::Stale`], [`IndexError::Damaged`], [`IndexError::Io`].
    pub fn load(
        folder: &Path,
        dim: usize,
        space: &str,
        tokens: &[String],
    ) -> Result<Loaded, IndexError> {
        let path = folder.join(CODES);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(IndexError::Absent);
            }
            Err(source) => return Err(IoError::new("open", &path, source).into()),
        };
        let bytes = file
            .metadata()
            .map_err(|source| IoError::new("look at", &path, source))?
            .len();
        let mut reader = Checked::new(file, bytes);
        let header = reader.header()?;
        check_header(&header, dim, space, tokens)?;
        let (pages, codes) = reader.codes(&header)?;
        reader.end()?;
        let rows = Rows::in_file(dim, &folder.join(&header.rows))?;
        if rows.room() < header.pages * PAGE {
            return Err(damaged("the file of the vectors is too short"));
        }
        let index = Self {
            dim,
            rows,
            pages,
            codes,
            trained_at: header.trained_at,
            graph: None,
            changed: None,
            graph_always: false,
            ways: Ways::default(),
        };
        Ok(Loaded {
            index,
            seq: header.stamp.seq,
        })
    }

    fn write(&self, header: &Header, file: &mut File) -> std::io::Result<()> {
        let header = serde_json::to_vec(header)?;
        let mut hasher = blake3::Hasher::new();
        let mut put = |bytes: &[u8]| {
            hasher.update(bytes);
            file.write_all(bytes)
        };
        put(&(header.len() as u64).to_le_bytes())?;
        put(&header)?;
        put(bytemuck::cast_slice(&self.codes.quantizer.centre))?;
        put(bytemuck::cast_slice(self.pages.owners()))?;
        put(bytemuck::cast_slice(self.pages.live()))?;
        put(&self.codes.fronts)?;
        put(&self.codes.backs)?;
        put(bytemuck::cast_slice(&self.codes.scales))?;
        put(bytemuck::cast_slice(&self.codes.offsets))?;
        let checksum = hasher.finalize();
        file.write_all(checksum.as_bytes())
    }
}

fn check_header(
    header: &Header,
    dim: usize,
    space: &str,
    tokens: &[String],
) -> Result<(), IndexError> {
    let found = (
        header.format.as_str(),
        header.dim,
        header.stamp.space.as_str(),
    );
    if found != (FORMAT, dim, space) || !tokens.contains(&header.stamp.token) {
        return Err(IndexError::Stale {
            expected: format!("{FORMAT} {dim} {space} {}", tokens.join("|")),
            found: format!("{} {} {} {}", found.0, found.1, found.2, header.stamp.token),
        });
    }
    let plain = header.rows.starts_with(ROWS) && !header.rows.contains(['/', '\\']);
    if plain {
        Ok(())
    } else {
        Err(damaged("the name of the vectors' file"))
    }
}

/// Rows of indexes that were given up; what cannot be removed does no harm.
fn remove_other_rows(folder: &Path, own: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name
            .to_str()
            .is_some_and(|name| name.starts_with(ROWS) && name != own)
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Reads and hashes; never asks for more than the file has.
struct Checked {
    file: BufReader<File>,
    left: u64,
    hasher: blake3::Hasher,
}

impl Checked {
    fn new(file: File, bytes: u64) -> Self {
        Self {
            file: BufReader::with_capacity(1 << 20, file),
            left: bytes,
            hasher: blake3::Hasher::new(),
        }
    }

    fn header(&mut self) -> Result<Header, IndexError> {
        let length = self.numbers::<u64>(1)?.first().copied().unwrap_or_default();
        if length > MOST_HEADER {
            return Err(damaged("its header"));
        }
        let header = self.numbers::<u8>(length as usize)?;
        serde_json::from_slice(&header).map_err(|_| damaged("its header"))
    }

    fn codes(&mut self, header: &Header) -> Result<(Pages, Codes), IndexError> {
        let quantizer = Quantizer::restored(self.numbers(header.dim)?, header.spread, header.reach);
        let mut codes = Codes::new(quantizer);
        let pages = Pages::restored(self.numbers(header.pages)?, self.numbers(header.pages)?);
        let (front, back) = codes.page_bytes();
        for (part, a_page) in [(&mut codes.fronts, front), (&mut codes.backs, back)] {
            let bytes = header.pages.checked_mul(a_page);
            *part = self.numbers(bytes.ok_or_else(|| damaged("its size"))?)?;
        }
        codes.scales = self.numbers(header.pages * PAGE)?;
        codes.offsets = self.numbers(header.pages * PAGE)?;
        Ok((pages.ok_or_else(|| damaged("the table of slots"))?, codes))
    }

    /// Reads so many numbers.
    fn numbers<T: bytemuck::Pod>(&mut self, count: usize) -> Result<Vec<T>, IndexError> {
        let bytes = count.checked_mul(size_of::<T>()).map(|bytes| bytes as u64);
        let Some(left) = bytes.and_then(|bytes| self.left.checked_sub(bytes)) else {
            return Err(damaged("it is cut off"));
        };
        self.left = left;
        let mut numbers = vec![T::zeroed(); count];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut numbers);
        self.file
            .read_exact(bytes)
            .map_err(|_| damaged("it cannot be read"))?;
        self.hasher.update(bytes);
        Ok(numbers)
    }

    /// Compares the checksum, which is all that may be left.
    fn end(mut self) -> Result<(), IndexError> {
        let sum = self.hasher.finalize();
        let stored = self.numbers::<u8>(CHECKSUM)?;
        if self.left == 0 && stored == sum.as_bytes() {
            Ok(())
        } else {
            Err(damaged("its checksum does not fit"))
        }
    }
}

fn damaged(what: &str) -> IndexError {
    IndexError::Damaged {
        what: what.to_owned(),
    }
}
