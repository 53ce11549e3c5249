//! The file of a photo as it lies on the disk, whole or in part.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use latent_engine::photo::{self, Format};

use super::file_part::FilePart;
use super::{ASK_AGAIN, MediaAnswer, names};

/// First bytes that tell what a file is.
const HEAD: u64 = 256;

/// What a file is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// To be saved, whatever it is.
    Saved,
    /// To be played: it must be a video.
    Played,
}

/// Answers with the file, its range, or that nothing has changed.
///
/// The tag comes from the file's size and time, not from the catalog: the bytes are today's, even
/// where the file has changed since it was indexed.
pub(super) fn answer(
    path: &Path,
    meant: Use,
    if_none_match: Option<&str>,
    range: Option<&str>,
) -> Result<MediaAnswer, Box<MediaAnswer>> {
    let failed = |error: std::io::Error| Box::new(unreadable(path, &error));
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        let gone = "The photo's file is not there any more";
        return Err(Box::new(MediaAnswer::error(404, gone)));
    }
    let mime = type_of(&mut file).map_err(failed)?;
    if meant == Use::Played && !mime.starts_with("video/") {
        let none = "This file is no video";
        return Err(Box::new(MediaAnswer::error(404, none)));
    }
    let etag = etag(&metadata);
    if if_none_match.is_some_and(|wanted| names(wanted, &etag)) {
        return Ok(MediaAnswer::unchanged(etag));
    }
    let length = metadata.len();
    let (status, first, last) = match range.and_then(|header| Range::parse(header, length)) {
        Some(Range::OutOfReach) => return Err(Box::new(out_of_reach(length))),
        Some(Range::Part { first, last }) => (206, first, last + 1),
        None => (200, 0, length),
    };
    let part = FilePart::new(file, first, last - first).map_err(failed)?;
    Ok(MediaAnswer {
        status,
        etag: Some(etag),
        cache_control: ASK_AGAIN,
        range: (status == 206).then_some((first, length)),
        accept_ranges: true,
        disposition: (meant == Use::Saved).then(|| disposition(path)),
        file: Some(part),
        ..MediaAnswer::picture(mime, Vec::new())
    })
}

/// A part of a file, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    Part { first: u64, last: u64 },
    OutOfReach,
}

impl Range {
    /// Reads a `Range` header; `None` where it is to be ignored: damaged, or several ranges.
    ///
    /// # Source
    /// RFC 9110, sections 14.1 and 14.2.
    fn parse(header: &str, length: u64) -> Option<Self> {
        let (first, last) = header
            .trim()
            .strip_prefix("bytes=")?
            .trim()
            .split_once('-')?;
        if ![first, last]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        {
            return None;
        }
        // A number too large to hold lies beyond every file.
        let end = |text: &str| text.parse().unwrap_or(u64::MAX);
        match (first, last) {
            ("", "") => None,
            ("", suffix) => Some(Self::within(
                length.saturating_sub(end(suffix)),
                u64::MAX,
                length,
            )),
            (first, "") => Some(Self::within(end(first), u64::MAX, length)),
            (first, last) if end(first) > end(last) => None,
            (first, last) => Some(Self::within(end(first), end(last), length)),
        }
    }

    fn within(first: u64, last: u64, length: u64) -> Self {
        if first >= length {
            return Self::OutOfReach;
        }
        Self::Part {
            first,
            last: last.min(length - 1),
        }
    }
}

fn type_of(file: &mut File) -> std::io::Result<&'static str> {
    let mut head = Vec::with_capacity(HEAD as usize);
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(match photo::sniff(&head) {
        Some(video @ Format::Video(_)) => video.mime(),
        _ => sniff(&head),
    })
}

/// The type of a picture by its first bytes; names are not trusted.
fn sniff(head: &[u8]) -> &'static str {
    match head {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "image/webp",
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => "image/tiff",
        [b'B', b'M', ..] => "image/bmp",
        _ => "application/octet-stream",
    }
}

fn etag(metadata: &Metadata) -> String {
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanos = modified.map_or(0, |since| since.as_nanos());
    format!("\"{:x}-{nanos:x}\"", metadata.len())
}

/// # Source
/// RFC 6266, section 4, and RFC 8187, section 3.2, for names that are not ASCII.
fn disposition(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " ._-()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn out_of_reach(length: u64) -> MediaAnswer {
    let mut answer = MediaAnswer::error(416, "The range lies beyond the end of the file");
    answer.out_of = Some(length);
    answer.accept_ranges = true;
    answer
}

fn unreadable(path: &Path, error: &std::io::Error) -> MediaAnswer {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    match error.kind() {
        ErrorKind::NotFound => MediaAnswer::error(404, &format!("{name} is not there any more")),
        _ => MediaAnswer::error(422, &format!("{name} cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        let part = |first, last| Some(Range::Part { first, last });
        let check = |header: &str, expect| assert_eq!(Range::parse(header, 10), expect, "{header}");
        check("bytes=0-3", part(0, 3));
        check("bytes=4-", part(4, 9));
        check("bytes=-3", part(7, 9));
        check("bytes=-99", part(0, 9));
        check("bytes=2-99999999999999999999999", part(2, 9));
        check("bytes=10-", Some(Range::OutOfReach));
        check("bytes=-0", Some(Range::OutOfReach));
        for ignored in [
            "bytes=3-2",
            "bytes=0-1,4-5",
            "bytes=-",
            "bytes=x-",
            "lines=1-2",
            "",
        ] {
            check(ignored, None);
        }
        assert_eq!(Range::parse("bytes=0-", 0), Some(Range::OutOfReach));
    }

    fn sample(name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("latent-media-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn a_file_comes_whole_in_part_or_not_again() {
        let path = sample("part.gif", b"GIF89a0123456789");
        let answer = |if_none_match: Option<&str>, range: Option<&str>| {
            answer(&path, Use::Saved, if_none_match, range).map(|answer| answer.in_memory(u64::MAX))
        };
        let whole = answer(None, None).unwrap();
        assert_eq!((whole.status, whole.mime.as_str()), (200, "image/gif"));
        assert_eq!(whole.bytes, b"GIF89a0123456789");

        let part = answer(None, Some("bytes=6-8")).unwrap();
        assert_eq!(
            (part.status, part.bytes.as_slice()),
            (206, b"012".as_slice())
        );
        assert_eq!(part.content_range().as_deref(), Some("bytes 6-8/16"));
        assert_eq!(part.mime, "image/gif");

        let again = answer(whole.etag.as_deref(), None).unwrap();
        assert_eq!((again.status, again.bytes.len()), (304, 0));

        let beyond = answer(None, Some("bytes=16-")).unwrap_err();
        assert_eq!(beyond.status, 416);
        assert_eq!(beyond.content_range().as_deref(), Some("bytes */16"));

        std::fs::write(&path, b"GIF89a").unwrap();
        assert_eq!(answer(whole.etag.as_deref(), None).unwrap().status, 200);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(answer(None, None).unwrap_err().status, 404);
    }

    #[test]
    fn a_film_is_played_by_parts_and_nothing_else_is() {
        let head = b"\0\0\0\x10ftypisom\0\0\x02\0";
        let path = sample("film.jpg", &[head.as_slice(), &[7; 100]].concat());
        let part = |range| answer(&path, Use::Played, None, Some(range)).unwrap();
        let first = part("bytes=0-").in_memory(20);
        assert_eq!((first.status, first.mime.as_str()), (206, "video/mp4"));
        assert_eq!((first.bytes.len(), first.disposition.as_ref()), (20, None));
        assert_eq!(first.content_range().as_deref(), Some("bytes 0-19/116"));
        let all = part("bytes=16-");
        assert_eq!(all.content_range().as_deref(), Some("bytes 16-115/116"));
        assert_eq!(all.in_memory(u64::MAX).bytes, [7; 100]);
        std::fs::write(&path, b"GIF89a").unwrap();
        let told = answer(&path, Use::Played, None, None).unwrap_err();
        assert_eq!(told.status, 404);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_folder_is_not_a_photo() {
        assert_eq!(
            answer(&std::env::temp_dir(), Use::Saved, None, None)
                .unwrap_err()
                .status,
            404
        );
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let header = disposition(Path::new("/p/Zürich \"1\"\r\n;.jpg"));
        assert_eq!(
            header,
            "attachment; filename=\"Z_rich _1____.jpg\"; \
             filename*=UTF-8''Z%C3%BCrich%20%221%22%0D%0A%3B.jpg"
        );
    }

    #[test]
    fn types_come_from_the_bytes() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), "image/jpeg");
        assert_eq!(sniff(b"RIFF....WEBPVP8 "), "image/webp");
        assert_eq!(sniff(b"II*\0"), "image/tiff");
        assert_eq!(sniff(b"<svg onload=alert(1)>"), "application/octet-stream");
        assert_eq!(sniff(b""), "application/octet-stream");
    }
}
