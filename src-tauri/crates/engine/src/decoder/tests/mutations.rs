//! Ten thousand damaged pictures of every format, through children: each is decoded or a fault.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use image::ImageFormat;
use image::codecs::gif::GifEncoder;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::*;
use crate::photo::testing::coded;
use crate::photo::testing::{cmyk_jpeg, progressive_jpeg, raster, tiff, turned, written};

const MUTATIONS: usize = 10_000;

/// What a file may take at most.
const WITHIN: Duration = Duration::from_secs(10);

/// Most resident memory of a child, in kB.
const MEMORY_KB: u64 = 1 << 20;

/// A good file of each format, small so that there is time for many.
fn good() -> Vec<(&'static str, Vec<u8>)> {
    let picture = drawn(64, 48);
    let preview = jpeg(&drawn(520, 20));
    let deep = image::DynamicImage::from(image::RgbImage::from_fn(64, 48, |x, y| {
        image::Rgb([x as u8, y as u8, 90])
    }));
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for _ in 0..2 {
        let frame = image::Frame::new(deep.to_rgba8());
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    vec![
        ("jpeg", jpeg(&picture)),
        ("progressive jpeg", progressive_jpeg(&picture)),
        ("cmyk jpeg", cmyk_jpeg(&picture)),
        ("png", raster(&picture, ImageFormat::Png)),
        (
            "png 16",
            written(&deep.to_rgba16().into(), ImageFormat::Png),
        ),
        ("webp", raster(&picture, ImageFormat::WebP)),
        ("tiff", tiff(&picture, 6)),
        (
            "tiff 16",
            written(&deep.to_rgb16().into(), ImageFormat::Tiff),
        ),
        ("gif", gif),
        ("bmp", raster(&picture, ImageFormat::Bmp)),
        ("heic", coded::heic(&picture)),
        ("avif", coded::avif_turned()),
        ("avif 10", coded::avif_10()),
        ("jxl", coded::jxl()),
        ("cr2", coded::tiff_raw(b"II*\0", "Canon", 6, 6, &[&preview])),
        (
            "orf",
            coded::tiff_raw(b"IIRO", "OLYMPUS", 1, 8, &[&preview]),
        ),
        ("raf", coded::raf(&preview)),
        ("cr3", coded::cr3(6, &preview)),
        ("crw", coded::crw(90, &preview)),
        ("mrw", coded::mrw(&turned(6), &preview)),
    ]
}

/// Damages a file: bits and bytes, blocks, ends, and numbers as large as they can be.
fn damage(bytes: &mut Vec<u8>, random: &mut StdRng) {
    for _ in 0..random.random_range(1..=6) {
        let length = bytes.len().max(1);
        // Headers are where most goes wrong.
        let reach = if random.random_bool(0.5) {
            length.min(256)
        } else {
            length
        };
        let at = random.random_range(0..reach);
        let Some(byte) = bytes.get_mut(at) else {
            continue;
        };
        match random.random_range(0..7) {
            0 => *byte ^= 1 << random.random_range(0..8),
            1 => *byte = random.random(),
            2 => *byte = [0, 0x7f, 0x80, 0xff][random.random_range(0..4)],
            3 => bytes.truncate(at),
            4 => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(0xff);
            }
            5 => {
                let end = (at + random.random_range(1..64)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                let end = (at + random.random_range(1..64)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
}

#[test]
fn ten_thousand_damaged_pictures_are_each_decoded_or_a_fault() {
    let files = good();
    let decoder = apart();
    for (name, bytes) in &files {
        let read = decoder.decode(Source::Bytes(bytes), DecodeSize::AtLeast(1024));
        assert!(read.is_ok(), "{name}: {read:?}");
    }
    let (next, decoded) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= MUTATIONS {
                return;
            }
            let (name, good) = &files[number % files.len()];
            let mut bytes = good.clone();
            damage(&mut bytes, &mut StdRng::seed_from_u64(number as u64));
            let since = Instant::now();
            let read = decoder.decode(Source::Bytes(&bytes), DecodeSize::AtLeast(1024));
            let took = since.elapsed();
            assert!(took < WITHIN * 2, "{name} {number} took {took:?}");
            match read {
                Ok(_) => decoded.fetch_add(1, Ordering::Relaxed),
                Err(Unread::Picture(_)) => 0,
                Err(other) => panic!("{name} {number}: {other}"),
            };
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let decoded = decoded.into_inner();
    assert!(decoded > MUTATIONS / 20, "only {decoded} were decoded");
    for id in decoder.pool.as_ref().unwrap().ids() {
        let peak = peak_kb(id);
        assert!(peak.is_none_or(|kb| kb < MEMORY_KB), "{peak:?} kB");
    }
}

#[test]
fn every_broken_file_at_hand_is_decoded_or_a_fault() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let data = std::env::var_os("LATENT_TEST_DATA").map_or(beside, PathBuf::from);
    let Ok(bad) = std::fs::read_dir(data.join("bad")) else {
        eprintln!("skipped: no folder {}", data.display());
        return;
    };
    let decoder = apart();
    let mut count = 0;
    for path in bad.flatten().map(|entry| entry.path()) {
        let since = Instant::now();
        let read = decoder.read(&path, &wanted(), &|| false);
        let took = since.elapsed();
        assert!(took < WITHIN * 2, "{} took {took:?}", path.display());
        assert!(
            matches!(read, Ok(_) | Err(Unread::Picture(_))),
            "{}: {read:?}",
            path.display()
        );
        count += 1;
    }
    for id in decoder.pool.as_ref().unwrap().ids() {
        let peak = peak_kb(id);
        assert!(peak.is_none_or(|kb| kb < MEMORY_KB), "{peak:?} kB");
    }
    assert!(count > 400, "{count} files");
}

/// The most memory a process had at a time, where the system tells it.
fn peak_kb(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
