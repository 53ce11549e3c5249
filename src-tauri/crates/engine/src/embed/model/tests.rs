//! The encoder against the reference implementation, against itself, and against bad folders.
//!
//! `tests/golden/clip.py` wrote the fixtures: tiny random checkpoints and what transformers
//! answers for them.

mod golden;
mod real_size;
mod refusals;

use std::path::{Path, PathBuf};

use super::testing::{Shape, write_random_checkpoint};
use super::*;
use crate::picture::Picture;

fn fixture(name: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures");
    fixtures.join(name)
}

/// The picture that `picture()` of `tests/golden/clip.py` makes.
fn picture(index: u32, width: u32, height: u32) -> Picture {
    let fold = |v: u32| if v > 255 { 510 - v } else { v };
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let smooth = [
                (x * (index + 3) * 2 + y) % 511,
                (y * (index + 2) * 3 + x * 2) % 511,
                (x * y / (index + 4)) % 511,
            ];
            let texture = if (x / 3 + y / 2 + index).is_multiple_of(4) {
                60
            } else {
                0
            };
            rgb.extend(smooth.map(|v| (fold(v) + texture).min(255) as u8));
        }
    }
    Picture::new(width, height, rgb).unwrap()
}

fn pictures(count: u32) -> Vec<Picture> {
    (0..count)
        .map(|i| picture(i, 40 + 7 * i, 60 - 3 * i))
        .collect()
}

fn prepared(model: &TextImageModel, pictures: &[Picture]) -> Vec<PixelTensor> {
    let preprocess = model.preprocess();
    pictures.iter().map(|p| preprocess.apply(p)).collect()
}

/// The cosine of two vectors of any norm.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn norm(v: &[f32]) -> f64 {
    v.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt()
}

fn open(folder: &Path) -> Result<TextImageModel, ModelError> {
    TextImageModel::open(folder, &Opening::default())
}

fn inspect(folder: &Path) -> Result<ModelInfo, ModelError> {
    TextImageModel::inspect(folder, &Opening::default())
}

fn tiny() -> (tempfile::TempDir, TextImageModel) {
    let folder = tempfile::tempdir().unwrap();
    write_random_checkpoint(folder.path(), 1, &Shape::tiny()).unwrap();
    let model = open(folder.path()).unwrap();
    (folder, model)
}

#[test]
fn one_by_one_and_all_at_once_are_the_same() {
    let (_folder, mut model) = tiny();
    let tensors = prepared(&model, &pictures(5));
    let batch = model.encode_images(&tensors).unwrap();
    for (tensor, together) in tensors.iter().zip(&batch) {
        let alone = model.encode_images(std::slice::from_ref(tensor)).unwrap();
        assert!(cosine(&alone[0], together) > 0.999_999);
    }
    assert_eq!(
        batch,
        model.encode_images(&tensors).unwrap(),
        "a repeat answers the same"
    );
    let texts = ["a dog", "", "a very long text about a castle above a river"];
    let batch = model.encode_texts(&texts).unwrap();
    for (text, together) in texts.iter().zip(&batch) {
        assert!(cosine(&model.encode_texts(&[text]).unwrap()[0], together) > 0.999_999);
    }
}

#[test]
fn vectors_have_unit_norm_and_differ() {
    let (_folder, mut model) = tiny();
    let tensors = prepared(&model, &pictures(4));
    let images = model.encode_images(&tensors).unwrap();
    let texts = model.encode_texts(&["dog", "castle", "sunset"]).unwrap();
    for vector in images.iter().chain(&texts) {
        assert_eq!(vector.len(), model.dim());
        assert!((norm(vector) - 1.0).abs() < 1e-6);
    }
    for group in [&images, &texts] {
        for (i, a) in group.iter().enumerate() {
            for b in &group[..i] {
                assert!(cosine(a, b) < 0.99, "{}", cosine(a, b));
            }
        }
    }
}

#[test]
fn an_empty_batch_is_no_work() {
    let (_folder, mut model) = tiny();
    assert!(model.encode_images(&[]).unwrap().is_empty());
    assert!(model.encode_texts(&[]).unwrap().is_empty());
    assert!(model.text.is_none(), "no text, no text tower");
}

#[test]
fn the_text_tower_is_loaded_by_the_first_text() {
    let (folder, mut model) = tiny();
    let tensors = prepared(&model, &pictures(1));
    model.encode_images(&tensors).unwrap();
    assert!(model.text.is_none());
    model.encode_texts(&["dog"]).unwrap();
    assert!(model.text.is_some());
    drop(folder);
}

#[test]
fn a_tensor_for_another_model_is_refused() {
    let (_folder, mut model) = tiny();
    let other = PixelTensor::new(16, vec![0.0; 3 * 16 * 16]).unwrap();
    let error = model.encode_images(&[other]).unwrap_err();
    assert!(
        matches!(
            error,
            EncodeError::WrongSize {
                expected: 32,
                actual: 16
            }
        ),
        "{error}"
    );
}

#[test]
fn inspecting_says_what_opening_says() {
    let (folder, model) = tiny();
    let info = inspect(folder.path()).unwrap();
    assert_eq!(&info, model.info());
    assert_eq!(
        (info.family, info.dim, info.image_px, info.patch_px),
        ("clip", 32, 32, 8)
    );
    assert_eq!((info.context, info.activation.as_str()), (77, "quick_gelu"));
    assert!((info.logit_scale - 100.0).abs() < 1e-3);
    assert_eq!(model.fingerprint(), info.fingerprint);
}

#[test]
fn another_seed_is_another_fingerprint() {
    let fingerprint = |seed| {
        let folder = tempfile::tempdir().unwrap();
        write_random_checkpoint(folder.path(), seed, &Shape::tiny()).unwrap();
        inspect(folder.path()).unwrap().fingerprint
    };
    assert_eq!(fingerprint(3), fingerprint(3));
    assert_ne!(fingerprint(3), fingerprint(4));
}

#[test]
fn similarity_rises_with_the_cosine_and_is_even_at_a_quarter() {
    let (_folder, model) = tiny();
    let similarities: Vec<f32> = (-100..=100)
        .map(|c| model.info().text_similarity(c as f32 / 100.0))
        .collect();
    assert!(similarities.iter().all(|s| (0.0..=1.0).contains(s)));
    assert!(similarities.windows(2).all(|w| w[0] <= w[1]));
    assert!((model.info().text_similarity(0.25) - 0.5).abs() < 1e-6);
    assert!(
        model.info().text_similarity(0.15) < 0.001 && model.info().text_similarity(0.35) > 0.999
    );
}

#[test]
fn bytes_come_close_to_f32_and_take_another_version() {
    let (folder, mut exact) = tiny();
    let opening = Opening {
        precision: Precision::Int8,
        fingerprint: None,
    };
    let mut bytes = TextImageModel::open(folder.path(), &opening).unwrap();
    assert_eq!(bytes.info().fingerprint, exact.info().fingerprint);
    assert_ne!(bytes.info().version(), exact.info().version());
    let tensors = prepared(&exact, &pictures(6));
    let texts = ["dog", "a castle above the river", "sunset"];
    let images = (
        exact.encode_images(&tensors).unwrap(),
        bytes.encode_images(&tensors).unwrap(),
    );
    let texts = (
        exact.encode_texts(&texts).unwrap(),
        bytes.encode_texts(&texts).unwrap(),
    );
    for (exact, bytes) in [images, texts] {
        assert_ne!(exact, bytes);
        let agreement = Agreement::of(&exact, &bytes);
        assert!(agreement.least_cosine > 0.99, "{agreement:?}");
    }
}

#[test]
fn the_precisions_are_compared_a_layer_at_a_time() {
    let (folder, mut exact) = tiny();
    let tensors = prepared(&exact, &pictures(6));
    let agreement = compare_precisions(folder.path(), |preprocess| {
        let ours = pictures(6);
        ours.iter().map(|p| preprocess.apply(p)).collect()
    })
    .unwrap();
    let opening = Opening {
        precision: Precision::Int8,
        fingerprint: None,
    };
    let mut bytes = TextImageModel::open(folder.path(), &opening).unwrap();
    let expected = Agreement::of(
        &exact.encode_images(&tensors).unwrap(),
        &bytes.encode_images(&tensors).unwrap(),
    );
    assert_eq!(agreement, expected);
}

#[test]
fn a_known_fingerprint_is_taken_as_it_is() {
    let (folder, model) = tiny();
    let opening = Opening {
        fingerprint: Some("known".to_owned()),
        ..Opening::default()
    };
    let other = TextImageModel::open(folder.path(), &opening).unwrap();
    assert_eq!(other.info().fingerprint, "known");
    assert_ne!(model.info().fingerprint, "known");
}
