//! Finds the blocks of EXIF, XMP and IPTC in a picture file, by content. Reads nothing out of them.
//!
//! Knows more containers than Latent decodes: a RAW file's metadata lie where a TIFF's do.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::super::blocks::{self, segments};
use super::super::format::Format;
use super::exif::Exif;

const XMP_MARK: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_MARK: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP_MARK: &[u8] = b"Photoshop 3.0\0";

/// A packet above this is no description of a photo, bytes.
pub(super) const MAX_PACKET: usize = 16 << 20;

/// What kind of file the first bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Jpeg,
    Png,
    Webp,
    /// TIFF and the RAW files built on it.
    Tiff,
    Gif,
    /// HEIF, AVIF, CR3: boxes of ISO's base media.
    Boxes,
    /// JPEG XL in boxes.
    Jxl,
    /// Fujifilm's RAW, which holds a whole JPEG.
    Raf,
    /// Minolta's RAW: blocks, one of which is a TIFF without its pictures.
    Mrw,
    /// Canon's first RAW, which has no EXIF.
    Crw,
}

/// Tells the container from the first bytes.
pub(super) fn container(bytes: &[u8]) -> Option<Container> {
    Some(match bytes {
        [b'I', b'I', _, _, _, _, b'H', b'E', b'A', b'P', ..] => Container::Crw,
        [0, b'M', b'R', b'M', ..] => Container::Mrw,
        [0xff, 0xd8, 0xff, ..] => Container::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => Container::Png,
        [b'R', b'I', b'F', b'F', ..] => Container::Webp,
        [b'G', b'I', b'F', b'8', ..] => Container::Gif,
        // RW2 is "IIU\0", ORF "IIRO" or "IIRS": TIFF but for its number.
        [b'I', b'I', b'*' | b'U' | b'R', ..] | [b'M', b'M', _, b'*' | b'R', ..] => Container::Tiff,
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Container::Jxl,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Container::Boxes,
        _ if bytes.starts_with(b"FUJIFILMCCD-RAW") => Container::Raf,
        _ => return None,
    })
}

/// The EXIF of a file, from wherever its container keeps it.
pub(super) fn exif(bytes: &[u8], container: Container) -> Option<Exif> {
    match container {
        Container::Jpeg => Exif::parse(&blocks::exif(bytes, Format::Jpeg)?),
        Container::Png => Exif::parse(&blocks::exif(bytes, Format::Png)?),
        Container::Webp => Exif::parse(&blocks::exif(bytes, Format::Webp)?),
        Container::Tiff => Exif::parse(&as_tiff(bytes)),
        Container::Gif | Container::Crw => None,
        Container::Mrw => Exif::parse(minolta_block(bytes)?),
        Container::Raf => Exif::parse(&blocks::exif(raf_jpeg(bytes)?, Format::Jpeg)?),
        Container::Jxl => {
            let body = top_box(bytes, b"Exif")?;
            Exif::parse(body.get(4 + offset(body)?..)?)
        }
        Container::Boxes => match canon_blocks(bytes) {
            Some([main, shot, place]) => Exif::in_parts(main?, shot, place),
            None => Exif::in_container(bytes),
        },
    }
}

/// The XMP packet of a file, extended parts behind it.
pub(super) fn xmp(bytes: &[u8], container: Container) -> Vec<Cow<'_, [u8]>> {
    let mut packets = match container {
        Container::Jpeg => jpeg_packets(bytes),
        Container::Png => png_packet(bytes).into_iter().collect(),
        Container::Webp => one(blocks::webp_chunk(bytes, b"XMP ")),
        Container::Tiff => one(tiff_bytes(bytes, 700)),
        Container::Raf => raf_jpeg(bytes).map(jpeg_packets).unwrap_or_default(),
        Container::Jxl => one(top_box(bytes, b"xml ")),
        Container::Gif | Container::Boxes => one(scan(bytes)),
        Container::Mrw | Container::Crw => Vec::new(),
    };
    packets.retain(|packet| !packet.is_empty() && packet.len() <= MAX_PACKET);
    packets
}

fn one(packet: Option<&[u8]>) -> Vec<Cow<'_, [u8]>> {
    packet.map(Cow::Borrowed).into_iter().collect()
}

/// The IPTC records of a file.
pub(super) fn iptc(bytes: &[u8], container: Container) -> Option<Cow<'_, [u8]>> {
    match container {
        Container::Jpeg => {
            // Large resources go over several segments.
            let parts: Vec<&[u8]> = segments(bytes)
                .filter(|s| s.marker == 0xed)
                .filter_map(|s| s.body.strip_prefix(PHOTOSHOP_MARK))
                .collect();
            resource(&parts.concat(), 0x0404).map(|found| Cow::Owned(found.to_vec()))
        }
        Container::Tiff => tiff_bytes(bytes, 33_723).map(Cow::Borrowed),
        _ => None,
    }
}

/// A RAW file with TIFF's own number in its head, so that readers take it.
fn as_tiff(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes.get(2..4) {
        Some([b'*', 0] | [0, b'*']) | None => Cow::Borrowed(bytes),
        Some(_) => {
            let mut copy = bytes.to_vec();
            let number = if bytes.first() == Some(&b'I') {
                [b'*', 0]
            } else {
                [0, b'*']
            };
            if let Some(place) = copy.get_mut(2..4) {
                place.copy_from_slice(&number);
            }
            Cow::Owned(copy)
        }
    }
}

/// The bytes of a tag in the first directory of a TIFF.
///
/// # Source
/// TIFF 6.0, section 2.
fn tiff_bytes(bytes: &[u8], tag: u16) -> Option<&[u8]> {
    let little = bytes.first()? == &b'I';
    let short = |at: usize| -> Option<u16> {
        let raw = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(raw)
        } else {
            u16::from_be_bytes(raw)
        })
    };
    let long = |at: usize| -> Option<usize> {
        let raw = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = if little {
            u32::from_le_bytes(raw)
        } else {
            u32::from_be_bytes(raw)
        };
        usize::try_from(number).ok()
    };
    let directory = long(4)?;
    let count = usize::from(short(directory)?);
    let entry = (0..count)
        .map(|n| directory + 2 + n * 12)
        .find(|at| short(*at) == Some(tag))?;
    // IPTC is often said to be of longs.
    let size = match short(entry + 2)? {
        3 | 8 => 2,
        4 | 9 => 4,
        _ => 1,
    };
    let length = long(entry + 4)?.checked_mul(size)?;
    let start = if length <= 4 {
        entry + 8
    } else {
        long(entry + 8)?
    };
    bytes.get(start..start.checked_add(length)?)
}

/// The standard packet of a JPEG, then the extended one put together.
///
/// # Source
/// XMP specification, part 3, 1.1.3.1: each part has a GUID (32), the whole length and its offset.
fn jpeg_packets(bytes: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let app1 = || segments(bytes).filter(|s| s.marker == 0xe1);
    let mut packets: Vec<Cow<'_, [u8]>> = app1()
        .filter_map(|s| s.body.strip_prefix(XMP_MARK))
        .take(1)
        .map(Cow::Borrowed)
        .collect();
    let mut extended = Vec::new();
    for part in app1().filter_map(|s| s.body.strip_prefix(EXTENDED_MARK)) {
        let number = |at: usize| -> Option<usize> {
            let raw = part.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(raw)).ok()
        };
        let (Some(whole), Some(at), Some(body)) = (number(32), number(36), part.get(40..)) else {
            continue;
        };
        if whole > MAX_PACKET || at.saturating_add(body.len()) > whole {
            continue;
        }
        extended.resize(whole.max(extended.len()), b' ');
        if let Some(place) = extended.get_mut(at..at + body.len()) {
            place.copy_from_slice(body);
        }
    }
    packets.extend((!extended.is_empty()).then_some(Cow::Owned(extended)));
    packets
}

/// # Source
/// PNG 1.2, iTXt: keyword, compression flag and method, language, translated keyword, text.
fn png_packet(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let body = blocks::png_chunks(bytes, b"iTXt")
        .find_map(|body| body.strip_prefix(b"XML:com.adobe.xmp\0"))?;
    let compressed = *body.first()? != 0;
    let mut rest = body.get(2..)?.splitn(3, |b| *b == 0);
    let (_language, _translated, text) = (rest.next()?, rest.next()?, rest.next()?);
    if !compressed {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = Vec::new();
    let limit = u64::try_from(MAX_PACKET).ok()? + 1;
    ZlibDecoder::new(text)
        .take(limit)
        .read_to_end(&mut plain)
        .ok()?;
    Some(Cow::Owned(plain))
}

/// A resource of Photoshop's by its number.
fn resource(mut bytes: &[u8], number: u16) -> Option<&[u8]> {
    loop {
        let rest = bytes.strip_prefix(b"8BIM")?;
        let found = u16::from_be_bytes(rest.get(..2)?.try_into().ok()?);
        // A Pascal string, padded to an even length.
        let name = usize::from(*rest.get(2)?) + 1;
        let at = 2 + name + name % 2;
        let length = offset(rest.get(at..)?)?;
        let body = rest.get(at + 4..)?;
        let value = body.get(..length)?;
        if found == number {
            return Some(value);
        }
        bytes = body.get(length + length % 2..)?;
    }
}

/// The picture that a RAF holds.
fn raf_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    let start = offset(bytes.get(84..)?)?;
    let length = offset(bytes.get(88..)?)?;
    let end = start.checked_add(length)?.min(bytes.len());
    bytes.get(start..end)
}

/// The directories in a MRW: blocks of a name, a length and a body, inside the first one.
fn minolta_block(bytes: &[u8]) -> Option<&[u8]> {
    let end = offset(bytes.get(4..)?)?.checked_add(8)?.min(bytes.len());
    let mut blocks = bytes.get(8..end)?;
    loop {
        let body = blocks.get(8..)?;
        let length = offset(blocks.get(4..)?)?;
        if blocks.starts_with(b"\0TTW") {
            return body.get(..length.min(body.len()));
        }
        blocks = body.get(length..)?;
    }
}

fn offset(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?)).ok()
}

/// The boxes that lie side by side in some bytes: kind and body.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let kind = bytes.get(4..8)?;
        let (head, size) = match offset(bytes)? {
            0 => (8, bytes.len()),
            1 => {
                let wide = u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?);
                (16, usize::try_from(wide).ok()?)
            }
            size => (8, size),
        };
        let end = size.min(bytes.len());
        let body = bytes.get(head..end)?;
        bytes = bytes.get(end.max(8)..)?;
        Some((kind, body))
    })
}

fn top_box<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes)
        .find(|(found, _)| found == kind)
        .map(|(_, body)| body)
}

/// Canon's three blocks in a CR3: main directory, shot, place. None for other files.
fn canon_blocks(bytes: &[u8]) -> Option<[Option<&[u8]>; 3]> {
    let film = top_box(bytes, b"moov")?;
    let (_, own) = boxes(film).find(|(kind, _)| kind == b"uuid")?;
    let own = own.get(16..)?;
    let block = |kind: &[u8; 4]| top_box(own, kind);
    block(b"CMT1").map(|main| [Some(main), block(b"CMT2"), block(b"CMT4")])
}

/// Looks through a whole file for a packet, as the XMP specification lets readers do.
fn scan(bytes: &[u8]) -> Option<&[u8]> {
    let find = |bytes: &[u8], mark: &[u8]| memchr::memmem::find(bytes, mark);
    let start = find(bytes, b"<x:xmpmeta")?;
    let rest = bytes.get(start..)?;
    let end = find(rest, b"</x:xmpmeta>")? + b"</x:xmpmeta>".len();
    rest.get(..end)
}
