//! The fingerprint of a model: one hash over the files that decide its vectors.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::read_error;

/// Bytes hashed at a time: enough for every core to have a share.
const BLOCK_BYTES: usize = 8 << 20;

/// Hashes files of a folder, in the given order: BLAKE3 in hex.
///
/// Of each file go in its name and its content, both led by their length (u64, little endian),
/// so that no bytes can move from one file to the next unseen.
///
/// # Errors
/// [`ModelError::MissingFile`], [`ModelError::Io`].
pub fn fingerprint(folder: &Path, files: &[&str]) -> Result<String, ModelError> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK_BYTES];
    for name in files {
        let path = folder.join(name);
        hash_file(&mut hasher, name, &path, &mut block)
            .map_err(|source| read_error(&path, source))?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn hash_file(
    hasher: &mut blake3::Hasher,
    name: &str,
    path: &Path,
    block: &mut [u8],
) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    hasher.update(&(name.len() as u64).to_le_bytes());
    hasher.update(name.as_bytes());
    hasher.update(&file.metadata()?.len().to_le_bytes());
    loop {
        let read = file.read(block)?;
        match block.get(..read) {
            None | Some([]) => return Ok(()),
            Some(bytes) => hasher.update_rayon(bytes),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_every_border_counts() {
        let folder = tempfile::tempdir().unwrap();
        let print = |a: &str, b: &str| {
            std::fs::write(folder.path().join("a"), a).unwrap();
            std::fs::write(folder.path().join("b"), b).unwrap();
            fingerprint(folder.path(), &["a", "b"]).unwrap()
        };
        let first = print("one", "two");
        assert_eq!(first.len(), 64);
        assert_eq!(first, print("one", "two"));
        assert_ne!(first, print("one", "twO"));
        assert_ne!(first, print("onet", "wo"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = fingerprint(folder.path(), &["config.json"]).unwrap_err();
        assert!(matches!(error, ModelError::MissingFile { path } if path.ends_with("config.json")));
    }
}
