//! A model folder against the Python reference, stage by stage: token ids, prepared pixels, vectors.
//!
//! 50 real pictures and 200 captions of the test data, among them a grey picture, one with alpha,
//! one of 16 bits a channel, eight turned by EXIF and one that is one pixel high. The reference is
//! `tests/golden/reference.py`, run with `LATENT_PYTHON`.

#![expect(clippy::print_stdout, reason = "A bench prints its figures")]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use image::{DynamicImage, ImageFormat};
use latent_engine::embed::encoder::{Encoder as _, Precision};
use latent_engine::embed::model::{Agreement, Opening, TextImageModel};
use latent_engine::embed::preprocess::PixelTensor;
use latent_engine::embed::weights::Weights;
use latent_engine::photo::{self, DecodeSize, Limits};
use serde_json::Value;

const PICTURES: usize = 50;
const CAPTIONS: usize = 200;
/// The least cosine to the reference's vectors.
const LEAST_COSINE: f64 = 0.9999;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.rfind(|word| !word.starts_with('-'));
    let Some(folder) = folder.map(PathBuf::from) else {
        bail!("Name a model folder: cargo xtask parity DIR");
    };
    let work = tempfile::tempdir()?;
    let pictures = pictures(work.path())?;
    let captions = captions()?;
    let expected = ask(&folder, work.path(), &pictures, &captions)?;
    let mut passed = true;
    for precision in [Precision::F32, Precision::Int8] {
        println!("{} in {}", folder.display(), precision.name());
        let opening = Opening {
            precision,
            fingerprint: None,
        };
        let mut model = TextImageModel::open(&folder, &opening)?;
        let equal = compare(&mut model, &expected, &pictures, &captions)?;
        passed &= equal || precision != Precision::F32;
    }
    ensure!(
        passed,
        "the model lies further from its reference than {LEAST_COSINE}"
    );
    Ok(())
}

/// What the reference answered.
struct Expected {
    ids: Vec<Vec<u32>>,
    pixels: Weights,
}

impl Expected {
    fn rows(&self, name: &str, shape: &[usize]) -> Result<Vec<Vec<f32>>> {
        let width: usize = shape.iter().skip(1).product();
        let values = self.pixels.read(name, shape)?;
        Ok(values.chunks(width.max(1)).map(<[f32]>::to_vec).collect())
    }
}

fn ask(folder: &Path, work: &Path, pictures: &[PathBuf], captions: &[String]) -> Result<Expected> {
    let lines = |lines: Vec<String>| lines.join("\n") + "\n";
    let (picture_list, caption_list) = (work.join("pictures.txt"), work.join("captions.txt"));
    let paths = pictures.iter().map(|path| path.display().to_string());
    std::fs::write(&picture_list, lines(paths.collect()))?;
    let quoted: Vec<String> = captions
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<_, _>>()?;
    std::fs::write(&caption_list, lines(quoted))?;
    let python = std::env::var_os("LATENT_PYTHON")
        .context("Set LATENT_PYTHON to a Python with what tests/golden/requirements.txt names")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/reference.py");
    let status = Command::new(python)
        .arg(script)
        .args([folder, work, &picture_list, &caption_list])
        .status()
        .context("Could not start Python")?;
    ensure!(status.success(), "the reference failed");
    let json: Value = serde_json::from_slice(&std::fs::read(work.join("reference.json"))?)?;
    let ids = json
        .get("ids")
        .cloned()
        .context("no ids in reference.json")?;
    Ok(Expected {
        ids: serde_json::from_value(ids)?,
        pixels: Weights::open(&work.join("reference.safetensors"))?,
    })
}

/// Prints each stage's agreement; whether it is within the limits.
fn compare(
    model: &mut TextImageModel,
    expected: &Expected,
    pictures: &[PathBuf],
    captions: &[String],
) -> Result<bool> {
    let (side, dim) = (model.image_px() as usize, model.dim());
    let mut equal_ids = 0;
    for (caption, ids) in captions.iter().zip(&expected.ids) {
        equal_ids += usize::from(model.token_ids(caption)? == *ids);
    }
    println!(
        "  token ids      {equal_ids} of {} captions equal",
        captions.len()
    );

    let theirs = expected.rows("pixels", &[pictures.len(), 3, side, side])?;
    let ours = prepare(model, pictures)?;
    let (mut most, mut sum, mut worst) = (0.0_f32, 0.0_f64, Path::new(""));
    for ((ours, theirs), path) in ours.iter().zip(&theirs).zip(pictures) {
        for (a, b) in ours.values().iter().zip(theirs) {
            let difference = (a - b).abs();
            sum += f64::from(difference);
            if difference > most {
                (most, worst) = (difference, path);
            }
        }
    }
    let mean = sum / (pictures.len() * 3 * side * side) as f64;
    println!(
        "  pixels         {most:.4} at most ({}), {mean:.6} on average",
        worst.display()
    );

    let images = expected.rows("images", &[pictures.len(), dim])?;
    let same_pixels: Vec<PixelTensor> = theirs
        .into_iter()
        .filter_map(|values| PixelTensor::new(side as u32, values))
        .collect();
    let tower = encode(model, &same_pixels)?;
    let whole = encode(model, &ours)?;
    let words: Vec<&str> = captions.iter().map(String::as_str).collect();
    let texts = model.encode_texts(&words)?;
    let expected_texts = expected.rows("texts", &[captions.len(), dim])?;
    let tower = Agreement::of(&images, &tower);
    let whole = Agreement::of(&images, &whole);
    let texts = Agreement::of(&expected_texts, &texts);
    println!(
        "  image tower    cosine {:.7} at least, on the reference's pixels",
        tower.least_cosine
    );
    println!(
        "  image vectors  cosine {:.7} at least, {:.1} % the same nearest neighbour",
        whole.least_cosine,
        100.0 * whole.same_neighbour
    );
    println!("  text vectors   cosine {:.7} at least", texts.least_cosine);
    let cosines = [tower, whole, texts].map(|agreement| agreement.least_cosine);
    Ok(equal_ids == captions.len() && cosines.into_iter().all(|cosine| cosine >= LEAST_COSINE))
}

fn encode(model: &mut TextImageModel, pixels: &[PixelTensor]) -> Result<Vec<Vec<f32>>> {
    let mut vectors = Vec::with_capacity(pixels.len());
    for pass in pixels.chunks(8) {
        vectors.extend(model.encode_images(pass)?);
    }
    Ok(vectors)
}

/// Decodes every picture whole, as the reference does, and prepares it.
fn prepare(model: &TextImageModel, pictures: &[PathBuf]) -> Result<Vec<PixelTensor>> {
    let preprocess = model.preprocess();
    let one = |path: &PathBuf| -> Result<PixelTensor> {
        let bytes = std::fs::read(path)?;
        let decoded = photo::decode(&bytes, DecodeSize::Full, &Limits::default())
            .with_context(|| format!("Could not decode {}", path.display()))?;
        Ok(preprocess.apply(&decoded.picture))
    };
    pictures.iter().map(one).collect()
}

fn data() -> Result<PathBuf> {
    let folder = std::env::var_os("LATENT_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"),
        PathBuf::from,
    );
    ensure!(
        folder.join("photos").exists(),
        "The test data is not at {}: set LATENT_TEST_DATA to its folder",
        folder.display()
    );
    Ok(folder.canonicalize()?)
}

/// Photos of every folder, and the odd ones.
fn pictures(work: &Path) -> Result<Vec<PathBuf>> {
    let data = data()?;
    let mut all = odd(&data, work)?;
    let mut turned = files(&data.join("formats/orientation"), &["jpg", "jpeg"])?;
    turned.truncate(8);
    all.extend(turned);
    let captioned = files(&data.join("photos/captioned"), &["jpg"])?;
    let missing = PICTURES.saturating_sub(all.len());
    let step = (captioned.len() / missing.max(1)).max(1);
    all.extend(captioned.into_iter().step_by(step).take(missing));
    ensure!(
        all.len() == PICTURES,
        "{} pictures instead of {PICTURES}",
        all.len()
    );
    Ok(all)
}

/// Pictures of rare kinds, made of a real photo.
fn odd(data: &Path, work: &Path) -> Result<Vec<PathBuf>> {
    let photo = files(&data.join("photos/captioned"), &["jpg"])?;
    let photo = image::open(photo.first().context("no captioned photo")?)?;
    let (width, height) = (photo.width(), photo.height());
    let mut alpha = photo.to_rgba8();
    for (x, y, pixel) in alpha.enumerate_pixels_mut() {
        let [_, _, _, opacity] = &mut pixel.0;
        *opacity = ((x + y) % 256) as u8;
    }
    let made: [(&str, DynamicImage); 6] = [
        ("grey.png", photo.to_luma8().into()),
        ("grey-16.png", photo.to_luma16().into()),
        ("rgb-16.png", photo.to_rgb16().into()),
        ("alpha.png", alpha.into()),
        ("one-high.png", photo.crop_imm(0, height / 2, width, 1)),
        ("one-wide.png", photo.crop_imm(width / 2, 0, 1, height)),
    ];
    made.into_iter()
        .map(|(name, picture)| {
            let path = work.join(name);
            picture.save_with_format(&path, ImageFormat::Png)?;
            Ok(path)
        })
        .collect()
}

fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if endings.iter().any(|known| ending == *known) {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

fn captions() -> Result<Vec<String>> {
    let json = std::fs::read(data()?.join("photos/captioned.json"))?;
    let all: std::collections::BTreeMap<String, Vec<String>> = serde_json::from_slice(&json)?;
    let captions: Vec<String> = all
        .into_values()
        .flatten()
        .step_by(17)
        .take(CAPTIONS)
        .collect();
    ensure!(
        captions.len() == CAPTIONS,
        "{} captions instead of {CAPTIONS}",
        captions.len()
    );
    Ok(captions)
}
