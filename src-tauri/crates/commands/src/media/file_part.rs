//! A part of a file that is read as it is sent: a film may be larger than the memory.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};

/// Most bytes that are read at once.
const PIECE: u64 = 256 << 10;

/// What is still to be sent of a file.
#[derive(Debug)]
pub struct FilePart {
    file: File,
    left: u64,
}

impl FilePart {
    /// Takes so many bytes of a file from the byte `first`.
    pub(super) fn new(mut file: File, first: u64, count: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(first))?;
        Ok(Self { file, left: count })
    }

    /// Bytes that are still to be sent.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Leaves out what is beyond so many bytes.
    pub(super) fn cut(&mut self, most: u64) {
        self.left = self.left.min(most);
    }

    /// Reads the next piece; none at the end.
    ///
    /// # Errors
    /// The system's; [`ErrorKind::UnexpectedEof`] where the file has become shorter, since its
    /// length was promised.
    pub fn next_piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut piece = Vec::new();
        let read = (&self.file)
            .take(self.left.min(PIECE))
            .read_to_end(&mut piece)?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(Some(piece))
    }

    /// Reads all that is left.
    pub(super) fn rest(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next_piece()? {
            bytes.extend(piece);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_comes_in_pieces_and_a_file_that_shrank_is_told() {
        let path = std::env::temp_dir().join(format!("latent-part-{}", std::process::id()));
        let bytes: Vec<u8> = (0..PIECE * 2).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let part = || FilePart::new(File::open(&path).unwrap(), 5, PIECE + 10).unwrap();
        let mut pieces = part();
        assert_eq!(pieces.next_piece().unwrap().unwrap().len() as u64, PIECE);
        assert_eq!(pieces.left(), 10);
        assert_eq!(pieces.next_piece().unwrap().unwrap().len(), 10);
        assert_eq!(pieces.next_piece().unwrap(), None);
        let first = 5 + PIECE as usize + 10;
        assert_eq!(part().rest().unwrap(), bytes[5..first]);
        let mut cut = part();
        cut.cut(3);
        assert_eq!(cut.rest().unwrap(), bytes[5..8]);
        let short = part();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(100)
            .unwrap();
        let told = short.rest().unwrap_err();
        assert_eq!(told.kind(), ErrorKind::UnexpectedEof);
        std::fs::remove_file(&path).unwrap();
    }
}
