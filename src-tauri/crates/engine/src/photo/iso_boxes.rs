//! Walks the boxes of ISO media files and their kin (JPEG XL, CR3), a level at a time.

/// A box.
pub(super) struct IsoBox<'a> {
    /// Its type.
    pub kind: [u8; 4],
    /// What follows its header.
    pub body: &'a [u8],
}

/// The boxes that lie beside each other in these bytes; one that breaks off is handed out as far
/// as it goes, and is the last.
///
/// # Source
/// ISO/IEC 14496-12, 4.2.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = IsoBox<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let kind: [u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let short = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let (head, length) = match short {
            0 => (8, rest.len()),
            1 => {
                let long = u64::from_be_bytes(rest.get(8..16)?.try_into().ok()?);
                (16, usize::try_from(long).ok()?)
            }
            length => (8, length),
        };
        let end = length.max(head).min(rest.len());
        let body = rest.get(head..end)?;
        rest = rest.get(end..)?;
        Some(IsoBox { kind, body })
    })
}

/// The major and compatible brands of an ISO media file: HEIC, AVIF, CR3, MP4, MOV.
pub(super) fn brands(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let size = bytes
        .get(..4)
        .and_then(|b| b.try_into().ok())
        .map_or(0, u32::from_be_bytes);
    let is_media = bytes.get(4..8) == Some(b"ftyp");
    let end = (size as usize).min(bytes.len()).min(256);
    let list = if is_media {
        bytes.get(8..end).unwrap_or(&[])
    } else {
        &[]
    };
    // Four bytes after the major brand are its version, which looks like no brand.
    list.chunks_exact(4)
}
