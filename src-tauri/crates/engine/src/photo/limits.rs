//! How large a picture may be, checked against its header before any memory is asked for.

use super::error::DecodeError;

/// The largest picture that is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels a file may claim, width × height.
    pub max_pixels: u64,
    /// Most bytes one decode may hold at a time: the decoder's own buffers and the picture.
    pub max_bytes: u64,
}

impl Default for Limits {
    /// 500 megapixels and 2 GiB.
    ///
    /// Phones make 200 megapixels, medium format 150, and stitched panoramas some hundreds; a
    /// file that claims more is a trap or a scan of a map. 2 GiB hold a 16-bit TIFF of 230
    /// megapixels with its 8-bit copy. A JPEG read for thumbnails needs a few MB whatever its
    /// size.
    fn default() -> Self {
        Self {
            max_pixels: 500_000_000,
            max_bytes: 2 << 30,
        }
    }
}

impl Limits {
    /// What a file of so many bytes may take: a small file that unfolds into a huge picture is a
    /// trap.
    ///
    /// The least is enough for 24 megapixels in any format. Above it a file may unfold
    /// five-hundredfold, which no photo does.
    #[must_use]
    pub fn for_file(bytes: u64) -> Self {
        let whole = Self::default();
        Self {
            max_bytes: bytes.saturating_mul(500).clamp(700 << 20, whole.max_bytes),
            ..whole
        }
    }

    /// Checks the size a header claims.
    ///
    /// # Errors
    /// [`DecodeError::TooManyPixels`].
    pub(super) fn check_pixels(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            return Err(DecodeError::TooManyPixels {
                width,
                height,
                max: self.max_pixels,
            });
        }
        Ok(())
    }

    /// Checks what a decode is going to hold.
    ///
    /// # Errors
    /// [`DecodeError::TooMuchMemory`].
    pub(super) fn check_bytes(&self, needed: u64) -> Result<(), DecodeError> {
        if needed > self.max_bytes {
            return Err(DecodeError::TooMuchMemory {
                needed,
                max: self.max_bytes,
            });
        }
        Ok(())
    }
}
