//! What decoding costs: beside `image`, and in child processes beside this one.
//!
//! The same photos of 24 megapixels, made by enlarging those of the test data, go in turn through a
//! scaled decode with thumbnails and through `image`'s full decode with Lanczos3; then through
//! decoders in this process and in children, with as many threads as there are cores, by the clock
//! and, on Linux, by the time of the processors, which others who work beside do not change. Last,
//! what a model takes is prepared from the scaled decode and from the whole picture, and a tower of
//! ViT-B/32's shape with random weights compares both. With the argument `children` only the
//! decoders are compared.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use latent_engine::decoder::{Decoder, Program, WORKER_ARGUMENT, Wanted, run_worker};
use latent_engine::embed::encoder::{Encoder as _, Precision};
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::embed::model::{Opening, TextImageModel};
use latent_engine::photo::{self, DecodeSize, Limits};
use rayon::prelude::*;

const PIXELS: f64 = 24.0e6;
const PHOTOS: usize = 16;
const ROUNDS: usize = 5;
const REPEATS: usize = 6;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(WORKER_ARGUMENT) {
        return run_worker();
    }
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let paths = enlarge(folder.path())?;
    println!("{} photos of 24 megapixels", paths.len());
    let only_children = std::env::args().any(|argument| argument == "children");
    if !only_children {
        beside_image(&paths)?;
    }
    in_children(&paths)?;
    if only_children {
        return Ok(());
    }
    embeddings(&paths)
}

fn beside_image(paths: &[PathBuf]) -> Result<()> {
    let files: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let ours = |px: u32| -> Result<Duration> {
        let started = Instant::now();
        for bytes in &files {
            let decoded = photo::decode(bytes, DecodeSize::AtLeast(px), &Limits::default())?;
            photo::encode_jpeg(&photo::resize(&decoded.picture, px), 84)?;
        }
        Ok(started.elapsed())
    };
    let theirs = |px: u32| -> Result<Duration> {
        let started = Instant::now();
        for bytes in &files {
            let picture = image::load_from_memory(bytes)?;
            let small = picture.resize(px, px, FilterType::Lanczos3).to_rgb8();
            small.write_with_encoder(JpegEncoder::new_with_quality(&mut Vec::new(), 84))?;
        }
        Ok(started.elapsed())
    };
    for px in [photo::SMALL_PX, photo::LARGE_PX] {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            a.push(ours(px)?);
            b.push(theirs(px)?);
        }
        let each = |runs| median(runs) / files.len() as f64 * 1e3;
        let (ours, theirs) = (each(a), each(b));
        println!(
            "decode and {px}-pixel thumbnail, ms a photo: ours {ours:.1}, image with Lanczos3 \
             {theirs:.1}, ratio {:.2}",
            theirs / ours
        );
    }
    Ok(())
}

fn in_children(paths: &[PathBuf]) -> Result<()> {
    // So many that it does not show which thread is left with the last one.
    let paths = [paths; REPEATS].concat();
    for picture in [false, true] {
        let apart = Decoder::with(Program {
            path: std::env::current_exe()?,
            arguments: vec![WORKER_ARGUMENT.into()],
        });
        ensure!(apart.is_apart()?, "no child can be started");
        let here = Decoder::default();
        let wanted = Wanted {
            unless: None,
            picture,
            says_more: false,
            sidecar: None,
        };
        let read = |decoder: &Decoder| -> Result<(Duration, f64)> {
            let (started, before) = (Instant::now(), processor_s(0));
            paths
                .par_iter()
                .try_for_each(|path| decoder.read(path, &wanted, &|| false).map(drop))?;
            Ok((started.elapsed(), processor_s(0) - before))
        };
        let ended_before = processor_s(2);
        let warmed = read(&apart)?.1;
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let (mut here_s, mut apart_s) = (0.0, warmed);
        for _ in 0..ROUNDS {
            let (clock, processor) = read(&here)?;
            a.push(clock);
            here_s += processor;
            let (clock, processor) = read(&apart)?;
            b.push(clock);
            apart_s += processor;
        }
        let (here_ms, apart_ms) = (median(a), median(b));
        // What children took is told once they have ended.
        drop(apart);
        apart_s += processor_s(2) - ended_before;
        let each = 1e3 / paths.len() as f64;
        let (here_s, apart_s) = (here_s / ROUNDS as f64, apart_s / (ROUNDS + 1) as f64);
        println!(
            "reading{}, ms a photo: here {:.1}, in children {:.1}, ratio {:.3}; of the processors \
             {:.2} and {:.2}, ratio {:.3}",
            if picture { " with the picture" } else { "" },
            here_ms * each,
            apart_ms * each,
            apart_ms / here_ms,
            here_s * each,
            apart_s * each,
            apart_s / here_s
        );
    }
    Ok(())
}

/// Seconds that this process (0), or its children that ended (2), kept processors busy; zero where
/// the system does not tell.
///
/// # Source
/// Linux, `proc_pid_stat(5)`: fields 14 to 17, in ticks of 10 ms.
fn processor_s(after: usize) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return 0.0;
    };
    let ticks = fields.split_whitespace().skip(11 + after).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

fn embeddings(paths: &[PathBuf]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    write_random_checkpoint(folder.path(), 5, &Shape::vit_b_32())?;
    let opening = Opening {
        precision: Precision::F32,
        fingerprint: Some("known".to_owned()),
    };
    let mut model = TextImageModel::open(folder.path(), &opening)?;
    let prepare = |path: &PathBuf, size| -> Result<_> {
        let decoded = photo::decode(&std::fs::read(path)?, size, &Limits::default())?;
        Ok(model.preprocess().apply(&decoded.picture))
    };
    let all = |size| -> Result<Vec<_>> { paths.iter().map(|p| prepare(p, size)).collect() };
    let (whole, scaled) = (
        all(DecodeSize::Full)?,
        all(DecodeSize::AtLeast(photo::LARGE_PX))?,
    );
    let (whole, scaled) = (model.encode_images(&whole)?, model.encode_images(&scaled)?);
    let least = whole
        .iter()
        .zip(&scaled)
        .map(|(a, b)| cosine(a, b))
        .fold(1.0, f32::min);
    let others = whole
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(cosine(a, b)),
            _ => None,
        })
        .fold(1.0, f32::min);
    println!(
        "input from the scaled decode: cosine {least:.5} at least; between two photos {others:.5} \
         at least"
    );
    ensure!(least > 0.995, "the scaled decode changes the embedding");
    Ok(())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn median(mut runs: Vec<Duration>) -> f64 {
    runs.sort();
    runs.get(runs.len() / 2)
        .map_or(f64::NAN, Duration::as_secs_f64)
}

/// Writes photos of 24 megapixels.
fn enlarge(folder: &Path) -> Result<Vec<PathBuf>> {
    let data = std::env::var_os("LATENT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    );
    let mut sources = jpegs(&data.join("photos/burst"))?;
    sources.extend(jpegs(&data.join("photos/boxes"))?);
    sources.truncate(PHOTOS);
    ensure!(!sources.is_empty(), "no photos: set LATENT_TEST_DATA");
    sources
        .par_iter()
        .enumerate()
        .map(|(number, source)| {
            let picture = image::open(source)?;
            let pixels = f64::from(picture.width()) * f64::from(picture.height());
            let factor = (PIXELS / pixels).sqrt();
            let side = |side: u32| (f64::from(side) * factor).round() as u32;
            let (width, height) = (side(picture.width()), side(picture.height()));
            let large = picture
                .resize_exact(width, height, FilterType::CatmullRom)
                .to_rgb8();
            let path = folder.join(format!("{number:04}.jpg"));
            let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
            large.write_with_encoder(JpegEncoder::new_with_quality(&mut file, 92))?;
            Ok(path)
        })
        .collect()
}

fn jpegs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot open {}: set LATENT_TEST_DATA", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("jpg"))
    });
    paths.sort();
    Ok(paths)
}
