//! Pixels, token ids and vectors against the reference implementation.

use serde::Deserialize;

use super::*;

/// What the reference was asked, and the token ids it made.
#[derive(Deserialize)]
struct Expected {
    sizes: Vec<(u32, u32)>,
    texts: Vec<String>,
    ids: Vec<Vec<u32>>,
}

/// How far a folder's answers may lie from the reference's.
pub(super) struct Distance {
    /// The largest difference of a prepared picture's value, in levels of 255.
    pub levels: f32,
    /// The mean difference of a prepared picture's values, in levels of 255.
    pub mean_levels: f32,
    /// The lowest cosine of image vectors.
    pub images: f64,
    /// The lowest cosine of image vectors of the reference's own prepared pictures.
    pub towers: f64,
    /// The lowest cosine of text vectors.
    pub texts: f64,
}

/// Compares a folder that `clip.py` has written `expected.*` into.
pub(super) fn compare(folder: &Path) -> Distance {
    let expected = std::fs::read(folder.join("expected.json")).unwrap();
    let expected: Expected = serde_json::from_slice(&expected).unwrap();
    let mut model = open(folder).unwrap();
    for (text, ids) in expected.texts.iter().zip(&expected.ids) {
        assert_eq!(
            &model.token_ids(text).unwrap(),
            ids,
            "token ids of {text:?}"
        );
    }
    let (count, side, dim) = (expected.sizes.len(), model.image_px(), model.dim());
    let vectors = Weights::open(&folder.join("expected.safetensors")).unwrap();
    let rows = |name: &str, shape: &[usize]| -> Vec<Vec<f32>> {
        let tensor = vectors.load(name, shape).unwrap();
        tensor.flatten_from(1).unwrap().to_vec2().unwrap()
    };
    let pixels = rows("pixels", &[count, 3, side as usize, side as usize]);
    let (images, texts) = (
        rows("images", &[count, dim]),
        rows("texts", &[expected.texts.len(), dim]),
    );

    let pictures: Vec<_> = (0..)
        .zip(&expected.sizes)
        .map(|(i, (w, h))| picture(i, *w, *h))
        .collect();
    let tensors = prepared(&model, &pictures);
    let (levels, mean_levels) = pixel_distance(folder, &tensors, &pixels);
    let theirs: Vec<_> = pixels
        .into_iter()
        .map(|values| PixelTensor::new(side, values).unwrap())
        .collect();
    let words: Vec<_> = expected.texts.iter().map(String::as_str).collect();
    Distance {
        levels,
        mean_levels,
        images: lowest_cosine(&model.encode_images(&tensors).unwrap(), &images),
        towers: lowest_cosine(&model.encode_images(&theirs).unwrap(), &images),
        texts: lowest_cosine(&model.encode_texts(&words).unwrap(), &texts),
    }
}

/// The largest and the mean difference in levels: a level is `1 / 255 / std` of its channel.
fn pixel_distance(folder: &Path, ours: &[PixelTensor], theirs: &[Vec<f32>]) -> (f32, f32) {
    let read = |name: &str, key: &str| -> Option<serde_json::Value> {
        let config = std::fs::read(folder.join(name)).ok()?;
        let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
        Some(config.pointer(key)?.clone())
    };
    let std = read("preprocessor_config.json", "/image_std")
        .or_else(|| read("open_clip_config.json", "/preprocess_cfg/std"));
    let std: Vec<f32> = match std.as_ref().and_then(|std| std.as_array()) {
        Some(std) => std.iter().map(|v| v.as_f64().unwrap() as f32).collect(),
        None => vec![0.268_629_54, 0.261_302_6, 0.275_777_1],
    };
    let (mut largest, mut sum, mut count) = (0.0_f32, 0.0, 0);
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.values().len(), theirs.len());
        let plane = theirs.len() / 3;
        for (i, (a, b)) in ours.values().iter().zip(theirs).enumerate() {
            let levels = (a - b).abs() * 255.0 * std[i / plane];
            largest = largest.max(levels);
            sum += levels;
            count += 1;
        }
    }
    (largest, sum / count as f32)
}

fn lowest_cosine(ours: &[Vec<f32>], theirs: &[Vec<f32>]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter()
        .zip(theirs)
        .map(|(a, b)| cosine(a, b))
        .fold(1.0, f64::min)
}

fn check(name: &str) {
    let distance = compare(&fixture(name));
    let Distance {
        levels,
        mean_levels,
        images,
        towers,
        texts,
    } = distance;
    println!("{name}: {levels} {mean_levels} levels, cosines {images} {towers} {texts}");
    assert!(levels < 0.001, "a value lies {levels} levels off");
    assert!(images >= 0.999_9, "image vectors: {images}");
    assert!(
        towers >= 0.999_999,
        "image vectors of equal pixels: {towers}"
    );
    assert!(texts >= 0.999_99, "text vectors: {texts}");
}

#[test]
fn quick_gelu_in_f32_equals_the_reference() {
    check("clip-tiny-quick-gelu");
}

#[test]
fn gelu_in_f16_with_its_own_preparation_equals_the_reference() {
    check("clip-tiny-gelu");
}

#[test]
fn open_clip_in_its_own_layout_equals_the_reference() {
    check("openclip-tiny-quick-gelu");
    check("openclip-tiny-gelu");
    check("openclip-tiny-average");
    check("openclip-tiny-bias");
}

#[test]
fn siglip_equals_the_reference() {
    check("siglip-tiny");
}

#[test]
fn siglip_2_in_bf16_equals_the_reference() {
    check("siglip2-tiny");
}
