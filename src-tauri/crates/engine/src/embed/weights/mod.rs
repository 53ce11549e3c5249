//! A safetensors file: its header in memory, its tensors read one at a time as f32.
//!
//! Read where it lies, not mapped: a mapped file that someone shortens or a disk that is unplugged
//! ends the process, and here it is an error. What is read is packed at once and let go, so no
//! tensor is in memory twice; of a table of tokens only the rows of a query are ever read.
//! Checks every offset and size before it reads, and executes nothing.
//!
//! # Source
//! The format: <https://github.com/huggingface/safetensors#format>.

mod fingerprint;

pub use fingerprint::fingerprint;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use serde::Deserialize;
use serde_json::Value;

use super::encoder::ModelError;
use super::encoder::section::read_error;

/// The longest header that is read, in bytes; the reference implementation's own limit.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// An open safetensors file.
#[derive(Debug)]
pub struct Weights {
    path: PathBuf,
    file: File,
    data_start: u64,
    tensors: BTreeMap<String, Entry>,
}

/// One tensor of the header.
#[derive(Debug, Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

impl Weights {
    /// Opens a file and checks its header; reads no tensor.
    ///
    /// # Errors
    /// [`ModelError::MissingFile`], [`ModelError::Io`], [`ModelError::DamagedWeights`].
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let mut file = File::open(path).map_err(|source| read_error(path, source))?;
        let file_bytes = file
            .metadata()
            .map_err(|source| read_error(path, source))?
            .len();
        let header = read_header(path, &mut file, file_bytes)?;
        let data_start = 8 + header.len() as u64;
        let tensors = parse_header(&header)
            .and_then(|tensors| {
                check_offsets(&tensors, file_bytes.saturating_sub(data_start))?;
                Ok(tensors)
            })
            .map_err(|reason| damaged(path, reason))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            data_start,
            tensors,
        })
    }

    /// Checks that a tensor is there, has the shape, and is f32, f16 or bf16.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`], [`ModelError::WrongShape`], [`ModelError::Unsupported`].
    pub fn check(&self, name: &str, shape: &[usize]) -> Result<(), ModelError> {
        self.entry(name, shape).map(|_| ())
    }

    /// Reads a tensor of the given shape, as f32 on the CPU.
    ///
    /// # Errors
    /// As [`Self::read`], and [`ModelError::Tensor`].
    pub fn load(&self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let values = self.read(name, shape)?;
        Tensor::from_vec(values, shape, &Device::Cpu).map_err(|source| ModelError::Tensor {
            tensor: name.to_owned(),
            source,
        })
    }

    /// Reads the numbers of a tensor of the given shape, as f32.
    ///
    /// # Errors
    /// As [`Self::check`], and [`ModelError::Io`], [`ModelError::NotFinite`].
    pub fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let (dtype, (start, end)) = self.entry(name, shape)?;
        self.numbers(name, dtype, start, (end - start) as usize)
    }

    /// Reads some rows of a table, one after another: `[rows.len(), columns]` f32.
    ///
    /// # Errors
    /// As [`Self::read`]; a row beyond the table is [`ModelError::MissingTensor`].
    pub fn read_rows(
        &self,
        name: &str,
        table: [usize; 2],
        rows: &[u32],
    ) -> Result<Vec<f32>, ModelError> {
        let (dtype, (start, _)) = self.entry(name, &table)?;
        let [count, columns] = table;
        let row_bytes = columns * dtype.size_in_bytes();
        let mut values = Vec::with_capacity(rows.len() * columns);
        for row in rows {
            if *row as usize >= count {
                return Err(ModelError::MissingTensor {
                    tensor: format!("{name}[{row}]"),
                    expected: vec![columns],
                });
            }
            let from = start + u64::from(*row) * row_bytes as u64;
            values.extend(self.numbers(name, dtype, from, row_bytes)?);
        }
        Ok(values)
    }

    /// Reads a tensor and lets it go: whether all its numbers are finite.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn check_finite(&self, name: &str, shape: &[usize]) -> Result<(), ModelError> {
        const BLOCK_BYTES: usize = 4 << 20;
        let (dtype, (start, end)) = self.entry(name, shape)?;
        (start..end).step_by(BLOCK_BYTES).try_for_each(|from| {
            let bytes = BLOCK_BYTES.min((end - from) as usize);
            self.numbers(name, dtype, from, bytes).map(|_| ())
        })
    }

    fn numbers(
        &self,
        name: &str,
        dtype: DType,
        from: u64,
        bytes: usize,
    ) -> Result<Vec<f32>, ModelError> {
        let at = self.data_start + from;
        let values = if dtype == DType::F32 {
            let mut values = vec![0.0_f32; bytes / size_of::<f32>()];
            read_exact_at(&self.file, bytemuck::cast_slice_mut(&mut values), at)
                .map(|()| in_native_order(values))
        } else {
            let mut raw = vec![0; bytes];
            read_exact_at(&self.file, &mut raw, at).map(|()| halves(&raw, dtype))
        };
        let values = values.map_err(|source| read_error(&self.path, source))?;
        if all_finite(&values) {
            return Ok(values);
        }
        Err(ModelError::NotFinite {
            tensor: name.to_owned(),
            path: self.path.clone(),
        })
    }

    /// Reads a tensor of one number, whether its shape is `[]` or `[1]`.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_scalar(&self, name: &str) -> Result<f32, ModelError> {
        let one = [1];
        let shape = self
            .tensors
            .get(name)
            .filter(|e| e.shape == one)
            .map_or(&[][..], |_| &one);
        Ok(self.read(name, shape)?.first().copied().unwrap_or(0.0))
    }

    fn entry(&self, name: &str, shape: &[usize]) -> Result<(DType, (u64, u64)), ModelError> {
        let entry = self
            .tensors
            .get(name)
            .ok_or_else(|| ModelError::MissingTensor {
                tensor: name.to_owned(),
                expected: shape.to_vec(),
            })?;
        if entry.shape != shape {
            return Err(ModelError::WrongShape {
                tensor: name.to_owned(),
                expected: shape.to_vec(),
                actual: entry.shape.clone(),
            });
        }
        let dtype = float_type(&entry.dtype).ok_or_else(|| ModelError::Unsupported {
            key: format!("{}: type of {name}", file_name(&self.path)),
            value: entry.dtype.clone(),
            supported: "F32, F16 or BF16".to_owned(),
        })?;
        Ok((dtype, entry.data_offsets))
    }
}

fn float_type(dtype: &str) -> Option<DType> {
    match dtype {
        "F32" => Some(DType::F32),
        "F16" => Some(DType::F16),
        "BF16" => Some(DType::BF16),
        _ => None,
    }
}

/// Numbers as they lie in a file, little endian, in this machine's order.
fn in_native_order(mut values: Vec<f32>) -> Vec<f32> {
    if cfg!(target_endian = "big") {
        for value in &mut values {
            *value = f32::from_bits(value.to_bits().swap_bytes());
        }
    }
    values
}

/// Numbers of 16 bits, little endian.
fn halves(raw: &[u8], dtype: DType) -> Vec<f32> {
    let (pairs, _) = raw.as_chunks::<2>();
    match dtype {
        DType::F16 => pairs
            .iter()
            .map(|b| f16::from_le_bytes(*b).to_f32())
            .collect(),
        _ => pairs
            .iter()
            .map(|b| bf16::from_le_bytes(*b).to_f32())
            .collect(),
    }
}

/// Looks at the exponents alone, so that the compiler may use its vectors.
fn all_finite(values: &[f32]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    !values.iter().fold(false, |found, v| {
        found | (v.to_bits() & EXPONENT == EXPONENT)
    })
}

/// Reads from a place of a file without moving its cursor, so that threads may share it.
#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// As on Unix; every call names its own place, so that the cursor does not matter.
#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    use std::os::windows::fs::FileExt as _;
    while !buffer.is_empty() {
        match file.seek_read(buffer, offset)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                buffer = buffer.get_mut(read..).unwrap_or_default();
                offset += read as u64;
            }
        }
    }
    Ok(())
}

fn read_header(path: &Path, file: &mut File, file_bytes: u64) -> Result<Vec<u8>, ModelError> {
    let mut length = [0; 8];
    if file_bytes < 8 {
        return Err(damaged(path, format!("{file_bytes} bytes are no header")));
    }
    file.read_exact(&mut length)
        .map_err(|source| read_error(path, source))?;
    let header_bytes = u64::from_le_bytes(length);
    if header_bytes > MAX_HEADER_BYTES.min(file_bytes - 8) {
        let reason = format!("a header of {header_bytes} bytes in a file of {file_bytes}");
        return Err(damaged(path, reason));
    }
    let mut header = vec![0; header_bytes as usize];
    file.read_exact(&mut header)
        .map_err(|source| read_error(path, source))?;
    Ok(header)
}

fn parse_header(header: &[u8]) -> Result<BTreeMap<String, Entry>, Reason> {
    let mut values: BTreeMap<String, Value> = serde_json::from_slice(header)
        .map_err(|error| Reason(format!("its header is not JSON: {error}")))?;
    values.remove("__metadata__");
    let entry = |(name, value): (String, Value)| {
        let entry = serde_json::from_value(value)
            .map_err(|error| Reason(format!("its header on {name}: {error}")))?;
        Ok((name, entry))
    };
    values.into_iter().map(entry).collect()
}

fn check_offsets(tensors: &BTreeMap<String, Entry>, data_bytes: u64) -> Result<(), Reason> {
    for (
        name,
        Entry {
            dtype,
            shape,
            data_offsets: (start, end),
        },
    ) in tensors
    {
        if *end > data_bytes {
            let missing = end - data_bytes;
            return Err(Reason(format!(
                "cut off at {name}, {missing} bytes are missing"
            )));
        }
        let expected = float_type(dtype).map(|t| {
            shape
                .iter()
                .try_fold(t.size_in_bytes() as u64, |n, d| n.checked_mul(*d as u64))
        });
        let actual = end.checked_sub(*start);
        if actual.is_none() || expected.is_some_and(|bytes| bytes != actual) {
            let reason = format!("{name} spans bytes {start} to {end}, unlike {dtype} {shape:?}");
            return Err(Reason(reason));
        }
    }
    Ok(())
}

/// What is wrong with a header, until it is known of which file.
struct Reason(String);

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self(reason)
    }
}

fn damaged(path: &Path, reason: impl Into<Reason>) -> ModelError {
    ModelError::DamagedWeights {
        path: path.to_owned(),
        reason: reason.into().0,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests;
