//! Photos a second of the index job beside a straight `image::open` with Lanczos3 thumbnails.
//!
//! The same photos of 12 megapixels and more, made by enlarging those of the test data, are read by
//! both in turn, each in a process of its own so that its peak memory is its own, with as many
//! threads as there are cores. Ours also fingerprints, reads metadata, describes the picture in
//! `visual` and `color` and commits to a catalog; the straight way only makes thumbnails.
//!
//! Then the same with a model of ViT-B/32's size and random weights, in f32 and in bytes, beside its
//! two stages alone: all but encoding, and encoding. Both stages want every core, so their sum is
//! the least that both together can take.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use latent_engine::embed::encoder::{Encoder as _, Precision};
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use latent_engine::embed::model::{Opening, TextImageModel};
use latent_engine::embed::preprocess::PixelTensor;
use latent_engine::embed::worker::EncoderThread;
use latent_engine::engine::models;
use latent_engine::engine::precision::PrecisionChoice;
use latent_engine::jobs::JobState;
use latent_engine::library::folders;
use latent_engine::{Engine, ingest};
use rayon::prelude::*;

/// Pixels of the long side of an enlarged photo: 4:3 then has 12 megapixels.
const LONG_SIDE: u32 = 4032;
const ROUNDS: usize = 3;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--way", "engine", folder] => measured(|| through_engine(Path::new(folder), None)),
        ["--way", way, folder, model] => with_model(way, Path::new(folder), Path::new(model)),
        ["--way", "both", folder] => measured(|| straight(Path::new(folder), &[1024, 256])),
        ["--way", "small", folder] => measured(|| straight(Path::new(folder), &[256])),
        others => {
            let count = others
                .iter()
                .find_map(|word| word.parse().ok())
                .unwrap_or(48);
            compare(count)
        }
    }
}

/// One way with a model: `engine-f32`, `encode-int8`, ….
fn with_model(way: &str, folder: &Path, model: &Path) -> Result<()> {
    let (what, precision) = way.split_once('-').context("a way and a precision")?;
    let precision = Precision::of_name(precision).context("f32 or int8")?;
    match what {
        "engine" => measured(|| through_engine(folder, Some((model, precision)))),
        _ => measured(|| encode_alone(pictures(folder)?.len(), model, precision)),
    }
}

fn compare(count: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (photos, bytes) = enlarge(folder.path(), count)?;
    println!(
        "{photos} photos of 12 megapixels and more, {:.1} MB each",
        bytes / 1e6
    );
    let ways = [
        ("engine", "index job: all of it"),
        ("both", "image::open + Lanczos3 to 1024 and 256"),
        ("small", "image::open + Lanczos3 to 256"),
    ];
    let mut runs = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for ((way, _), runs) in ways.iter().zip(&mut runs) {
            runs.push(run(way, &[folder.path()])?);
        }
    }
    let medians = runs.map(|mut runs| {
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        runs.swap_remove(runs.len() / 2)
    });
    println!(
        "{:<40} {:>9} {:>9} {:>9}",
        "", "photos/s", "ms/photo", "peak MB"
    );
    for ((_, name), (seconds, peak)) in ways.iter().zip(&medians) {
        let each = seconds / photos as f64;
        println!(
            "{name:<40} {:>9.1} {:>9.1} {:>9.0}",
            1.0 / each,
            each * 1e3,
            peak
        );
    }
    let [engine, both, small] = medians.map(|(seconds, _)| seconds);
    println!(
        "ratio to the same thumbnails: {:.2}, to the small one alone: {:.2}",
        both / engine,
        small / engine
    );
    compare_with_model(folder.path(), photos)
}

fn compare_with_model(folder: &Path, photos: usize) -> Result<()> {
    let model = tempfile::tempdir()?;
    write_random_checkpoint(model.path(), 5, &Shape::vit_b_32())?;
    for precision in [Precision::F32, Precision::Int8] {
        let name = precision.name();
        let ways = [
            ("engine".to_owned(), "index job without a model"),
            (format!("encode-{name}"), "encoding alone"),
            (format!("engine-{name}"), "index job with the model"),
        ];
        let mut runs = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for ((way, _), runs) in ways.iter().zip(&mut runs) {
                let with: &[&Path] = match way.as_str() {
                    "engine" => &[folder],
                    _ => &[folder, model.path()],
                };
                runs.push(run(way, with)?);
            }
        }
        let best = runs.map(|runs| {
            let least = |a: (f64, f64), b: (f64, f64)| if b.0 < a.0 { b } else { a };
            runs.into_iter().fold((f64::INFINITY, 0.0), least)
        });
        println!("ViT-B/32 in {name}, best of {ROUNDS}");
        for ((_, what), (seconds, peak)) in ways.iter().zip(best) {
            let each = seconds / photos as f64;
            println!(
                "{what:<40} {:>9.1} {:>9.1} {peak:>9.0}",
                1.0 / each,
                each * 1e3
            );
        }
        let [(without, _), (encoding, _), (all, _)] = best;
        println!(
            "all of it to the slowest stage: {:.2}, to the sum of both: {:.2}",
            all / without.max(encoding),
            all / (without + encoding)
        );
    }
    Ok(())
}

/// Encodes as many prepared pictures as there are photos, on every core.
fn encode_alone(count: usize, folder: &Path, precision: Precision) -> Result<Duration> {
    let opening = Opening {
        precision,
        fingerprint: Some("known".to_owned()),
    };
    let model = TextImageModel::open(folder, &opening)?;
    let side_px = model.image_px();
    let values = (0..3 * side_px * side_px).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0);
    let one =
        PixelTensor::new(side_px, values.collect()).context("a tensor of the model's size")?;
    let thread = EncoderThread::start(Box::new(model))?;
    let started = Instant::now();
    thread.encode_images(vec![one; count])?;
    Ok(started.elapsed())
}

/// Runs one way in a process of its own: seconds, and peak memory in MB.
fn run(way: &str, folders: &[&Path]) -> Result<(f64, f64)> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--way", way])
        .args(folders)
        .output()?;
    ensure!(
        output.status.success(),
        "{way}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    let (seconds, peak) = text
        .trim()
        .split_once(' ')
        .context("a measured way prints two numbers")?;
    Ok((seconds.parse()?, peak.parse()?))
}

fn measured(work: impl FnOnce() -> Result<Duration>) -> Result<()> {
    let seconds = work()?.as_secs_f64();
    println!("{seconds} {}", peak_mb().unwrap_or(f64::NAN));
    Ok(())
}

/// The most memory this process has had, where the system tells.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim()
        .strip_suffix(" kB")?
        .parse::<f64>()
        .ok()
        .map(|kb| kb / 1024.0)
}

fn through_engine(folder: &Path, model: Option<(&Path, Precision)>) -> Result<Duration> {
    let data = tempfile::tempdir()?;
    let engine = Engine::open(data.path())?;
    if let Some((model, precision)) = model {
        models::use_model(&engine, model, PrecisionChoice::Always(precision))?;
    }
    folders::add(&engine, None, &[folder.to_owned()], &[])?;
    let started = Instant::now();
    let job = ingest::start(&engine, None, false)?;
    let view = engine.jobs().wait(job, Duration::from_secs(3600))?;
    let took = started.elapsed();
    if view.state != JobState::Done {
        bail!("the job ended as {:?}: {:?}", view.state, view.error);
    }
    Ok(took)
}

fn straight(folder: &Path, sizes: &[u32]) -> Result<Duration> {
    let paths = pictures(folder)?;
    let out = tempfile::tempdir()?;
    let started = Instant::now();
    paths
        .par_iter()
        .enumerate()
        .try_for_each(|(number, path)| {
            let picture = image::open(path)?;
            for size in sizes {
                let small = picture.resize(*size, *size, FilterType::Lanczos3).to_rgb8();
                small.save(out.path().join(format!("{number}-{size}.jpg")))?;
            }
            Ok::<_, anyhow::Error>(())
        })?;
    Ok(started.elapsed())
}

/// Writes enlarged photos; answers their number and mean size in bytes.
fn enlarge(folder: &Path, count: usize) -> Result<(usize, f64)> {
    let data = data_folder().join("photos");
    let mut sources = pictures(&data.join("burst"))?;
    sources.extend(pictures(&data.join("boxes"))?);
    ensure!(
        !sources.is_empty(),
        "no photos in {}: set LATENT_TEST_DATA",
        data.display()
    );
    let sources: Vec<&PathBuf> = sources.iter().cycle().take(count).collect();
    let sizes: Vec<u64> = sources
        .par_iter()
        .enumerate()
        .map(|(number, source)| {
            let picture = image::open(source)?;
            let factor = f64::from(LONG_SIDE) / f64::from(picture.width().max(picture.height()));
            let pixels = f64::from(picture.width()) * f64::from(picture.height()) * factor.powi(2);
            let factor = factor * (12.1e6 / pixels).sqrt().max(1.0);
            let side = |side: u32| (f64::from(side) * factor).round() as u32;
            let (width, height) = (side(picture.width()), side(picture.height()));
            let large = picture
                .resize_exact(width, height, FilterType::CatmullRom)
                .to_rgb8();
            let mut jpeg = Vec::new();
            large.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 92))?;
            // Each file differs in its last bytes, so that none is taken for a copy of another.
            jpeg.extend_from_slice(&(number as u64).to_le_bytes());
            std::fs::write(folder.join(format!("{number:04}.jpg")), &jpeg)?;
            Ok(jpeg.len() as u64)
        })
        .collect::<Result<_>>()?;
    Ok((
        sizes.len(),
        sizes.iter().sum::<u64>() as f64 / sizes.len() as f64,
    ))
}

fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
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

/// The test data: `LATENT_TEST_DATA`, or `shared/data` beside the repository.
fn data_folder() -> PathBuf {
    std::env::var_os("LATENT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    )
}
