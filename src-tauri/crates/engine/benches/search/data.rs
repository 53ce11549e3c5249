//! Spaces to search: vectors, queries and filters, in a folder that every step reads.
//!
//! Plain files, so that the peers in Python read the same: `about.json`, `vectors.f32`
//! (`[count, dim]`, each a half, as vectors are stored), `queries.f32` (`[queries, dim]`), `filter-N.bits` (bit `id % 8` of byte
//! `id / 8`) and, once the first step has looked, `truth.i64` (`[filters, queries, k]`). Numbers
//! are little-endian, as on every machine Latent runs on.

use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use half::f16;
use latent_engine::photo_set::PhotoSet;
use serde::{Deserialize, Serialize};

/// Neighbours that are looked for.
pub const K: usize = 10;
/// Queries that are timed.
pub const QUERIES: usize = 200;

const DIM: usize = 512;
const CLUSTERS: usize = 1000;
const SEED: u64 = 7;

/// Filters: what they are called, and the share of the photos that passes.
const FILTERS: [(&str, f64); 5] = [
    ("none", 1.0),
    ("50 %", 0.5),
    ("5 %", 0.05),
    ("0.5 %", 0.005),
    ("0.05 %", 0.0005),
];

/// Vectors read at once: few enough to stay in a processor's cache while every query sees them.
const BLOCK_ROWS: usize = 256;

const ABOUT: &str = "about.json";
const VECTORS: &str = "vectors.f32";
const QUERY_VECTORS: &str = "queries.f32";
const TRUTH: &str = "truth.i64";

/// What a space is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    /// Its name, for people.
    pub name: String,
    /// Vectors.
    pub count: usize,
    /// Dimensions of each.
    pub dim: usize,
    /// Queries.
    pub queries: usize,
    /// Neighbours that are looked for.
    pub k: usize,
    /// The first lets everything pass.
    pub filters: Vec<Filter>,
}

/// A filter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Filter {
    /// The share that passes, for people.
    pub name: String,
    /// Photos that pass.
    pub passing: usize,
}

/// A space in its folder.
#[derive(Clone, Debug)]
pub struct Space {
    /// Where it lies.
    pub folder: PathBuf,
    /// What it is.
    pub about: About,
}

/// Writes `count` vectors around centres that the queries share.
///
/// # Errors
/// The folder cannot be written to.
pub fn clustered(folder: &Path, count: usize) -> Result<Space> {
    let mut random = Random(SEED);
    let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| random.unit(None)).collect();
    let mut file = BufWriter::new(File::create(folder.join(VECTORS))?);
    for number in 0..count {
        let vector = random.unit(centres.get(number % CLUSTERS).map(Vec::as_slice));
        file.write_all(bytemuck::cast_slice(&stored(&vector)))?;
    }
    file.flush()?;
    let queries = (0..QUERIES)
        .flat_map(|number| random.unit(centres.get(number * 7 % CLUSTERS).map(Vec::as_slice)));
    let queries: Vec<f32> = queries.collect();
    Space::finish(folder, "clustered", count, DIM, &queries)
}

/// Writes vectors that are there already.
///
/// # Errors
/// The folder cannot be written to.
pub fn given<'a>(
    folder: &Path,
    name: &str,
    vectors: impl Iterator<Item = &'a [f32]>,
    queries: &[Vec<f32>],
) -> Result<Space> {
    let mut file = BufWriter::new(File::create(folder.join(VECTORS))?);
    let mut count = 0;
    for vector in vectors {
        file.write_all(bytemuck::cast_slice(&stored(vector)))?;
        count += 1;
    }
    file.flush()?;
    let dim = queries.first().map_or(0, Vec::len);
    Space::finish(folder, name, count, dim, &queries.concat())
}

impl Space {
    fn finish(
        folder: &Path,
        name: &str,
        count: usize,
        dim: usize,
        queries: &[f32],
    ) -> Result<Self> {
        fs::write(folder.join(QUERY_VECTORS), bytemuck::cast_slice(queries))?;
        let mut filters = Vec::new();
        for (number, (name, share)) in FILTERS.into_iter().enumerate() {
            let passing = ((count as f64 * share).round() as usize).max(1);
            let bits = Random(SEED + number as u64).some(count, passing);
            fs::write(folder.join(filter_file(number)), bits)?;
            filters.push(Filter {
                name: name.to_owned(),
                passing,
            });
        }
        let about = About {
            name: name.to_owned(),
            count,
            dim,
            queries: queries.len() / dim.max(1),
            k: K,
            filters,
        };
        fs::write(folder.join(ABOUT), serde_json::to_vec(&about)?)?;
        let folder = folder.to_owned();
        Ok(Self { folder, about })
    }

    /// Opens a space that was written.
    ///
    /// # Errors
    /// There is none.
    pub fn open(folder: &Path) -> Result<Self> {
        let about = fs::read(folder.join(ABOUT)).context("no space there")?;
        Ok(Self {
            folder: folder.to_owned(),
            about: serde_json::from_slice(&about)?,
        })
    }

    /// Reads all vectors, `[count, dim]`.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn vectors(&self) -> Result<Vec<f32>> {
        numbers(&self.folder.join(VECTORS))
    }

    /// Reads all queries, `[queries, dim]`.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn queries(&self) -> Result<Vec<f32>> {
        numbers(&self.folder.join(QUERY_VECTORS))
    }

    /// Visits the vectors in blocks `[rows, dim]`, with the number of the first.
    ///
    /// # Errors
    /// They cannot be read, or the visit fails.
    pub fn each_block(&self, mut visit: impl FnMut(usize, &[f32]) -> Result<()>) -> Result<()> {
        let mut file = File::open(self.folder.join(VECTORS))?;
        let mut block = vec![0.0_f32; BLOCK_ROWS * self.about.dim];
        for first in (0..self.about.count).step_by(BLOCK_ROWS) {
            let rows = BLOCK_ROWS.min(self.about.count - first);
            block.truncate(rows * self.about.dim);
            file.read_exact(bytemuck::cast_slice_mut(&mut block))?;
            visit(first, &block)?;
        }
        Ok(())
    }

    /// Reads the photos that a filter lets pass; none for the first, which lets all.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn filter(&self, number: usize) -> Result<Option<PhotoSet>> {
        if number == 0 {
            return Ok(None);
        }
        let bits = numbers(&self.folder.join(filter_file(number)))?;
        Ok(Some(PhotoSet::from_words(bits)))
    }

    /// Keeps the true nearest: the ids of `[filters, queries]`, the nearest first.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn put_truth(&self, truth: &[Vec<Vec<i64>>]) -> Result<()> {
        let mut all = Vec::new();
        for nearest in truth.iter().flatten() {
            let missing = self.about.k - nearest.len();
            all.extend_from_slice(nearest);
            all.extend(std::iter::repeat_n(-1, missing));
        }
        Ok(fs::write(
            self.folder.join(TRUTH),
            bytemuck::cast_slice(&all),
        )?)
    }

    /// Reads the true nearest with a filter: for each query `k` ids, -1 where there are fewer.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn truth(&self, filter: usize) -> Result<Vec<Vec<i64>>> {
        let all: Vec<i64> = numbers(&self.folder.join(TRUTH))?;
        let queries = all.chunks(self.about.k).skip(filter * self.about.queries);
        let own = queries.take(self.about.queries).map(|ids| {
            let there = ids.iter().filter(|id| **id >= 0);
            there.copied().collect()
        });
        Ok(own.collect())
    }
}

/// A vector as the catalog has it, which is what is searched: in halves.
fn stored(vector: &[f32]) -> Vec<f32> {
    let halves = vector.iter().copied().map(f16::from_f32);
    halves.map(f16::to_f32).collect()
}

fn filter_file(number: usize) -> String {
    format!("filter-{number}.bits")
}

fn numbers<T: bytemuck::Pod>(path: &Path) -> Result<Vec<T>> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let bytes = file.metadata()?.len() as usize;
    let mut numbers = vec![T::zeroed(); bytes / size_of::<T>()];
    file.read_exact(bytemuck::cast_slice_mut(&mut numbers))?;
    Ok(numbers)
}

/// A small generator (SplitMix64), so that every run sees the same vectors.
///
/// # Source
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn next(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// A unit vector, near a centre where one is given.
    fn unit(&mut self, centre: Option<&[f32]>) -> Vec<f32> {
        let mut vector: Vec<f32> = (0..DIM).map(|_| self.next()).collect();
        if let Some(centre) = centre {
            let spread = 1.0 / (DIM as f32).sqrt();
            vector
                .iter_mut()
                .zip(centre)
                .for_each(|(v, c)| *v = c + *v * spread);
        }
        let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|v| *v /= norm);
        vector
    }

    /// The bits of so many of `count` numbers, in whole words of 64.
    fn some(&mut self, count: usize, wanted: usize) -> Vec<u8> {
        let mut numbers: Vec<usize> = (0..count).collect();
        let mut bits = vec![0_u8; count.div_ceil(64) * 8];
        for place in 0..wanted.min(count) {
            let other = place + (self.bits() % (count - place) as u64) as usize;
            numbers.swap(place, other);
            let number = numbers.get(place).copied().unwrap_or_default();
            if let Some(byte) = bits.get_mut(number / 8) {
                *byte |= 1 << (number % 8);
            }
        }
        bits
    }
}
