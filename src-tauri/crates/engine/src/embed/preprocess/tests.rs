//! Sizes, crops and refusals. Equality with the reference is in `clip/tests`.

use serde_json::{Value, json};

use super::*;
use crate::embed::encoder::ModelError;
use crate::embed::encoder::section::Section;

fn read(config: &Value, tower_px: u32) -> Result<Preprocess, ModelError> {
    let map = config.as_object().unwrap().clone();
    Preprocess::from_clip_config(&Section::of("preprocessor_config.json", map), tower_px)
}

fn flat(width: u32, height: u32, level: u8) -> Picture {
    Picture::new(width, height, vec![level; (width * height * 3) as usize]).unwrap()
}

#[test]
fn an_empty_config_means_the_defaults_of_the_reference() {
    let full = json!({
        "crop_size": {"height": 224, "width": 224}, "do_center_crop": true,
        "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 224}
    });
    assert_eq!(read(&json!({}), 224).unwrap(), read(&full, 224).unwrap());
    let old =
        json!({"size": 224, "crop_size": 224, "feature_extractor_type": "CLIPFeatureExtractor"});
    assert_eq!(read(&json!({}), 224).unwrap(), read(&old, 224).unwrap());
}

#[test]
fn the_longer_side_is_cut_to_a_whole_number() {
    let preprocess = read(&json!({}), 224).unwrap();
    assert_eq!(preprocess.resized(1024, 683), (335, 224));
    assert_eq!(preprocess.resized(683, 1024), (224, 335));
    assert_eq!(preprocess.resized(3, 3), (224, 224));
    assert_eq!(
        preprocess.span(335),
        Span {
            from: 55,
            length: 224,
            to: 0
        }
    );
}

#[test]
fn a_panorama_costs_no_more_than_its_middle() {
    let preprocess = read(&json!({}), 224).unwrap();
    let tensor = preprocess.apply(&flat(60_000, 2, 128));
    assert_eq!(
        (tensor.side_px(), tensor.values().len()),
        (224, 3 * 224 * 224)
    );
    let expected = (128.0 / 255.0 - 0.481_454_66) / 0.268_629_54;
    assert!(
        tensor.values()[..224 * 224]
            .iter()
            .all(|v| (v - expected).abs() < 1e-6)
    );
}

#[test]
fn what_is_smaller_than_the_crop_lies_in_black() {
    let config = json!({"do_resize": false, "do_normalize": false, "crop_size": 5});
    let tensor = read(&config, 5).unwrap().apply(&flat(2, 7, 255));
    let row = [0.0, 0.0, 1.0, 1.0, 0.0];
    assert!(
        tensor.values().chunks_exact(5).all(|r| r == row),
        "{:?}",
        tensor.values()
    );
}

#[test]
fn a_single_pixel_fills_the_tensor() {
    let tensor = read(&json!({"do_normalize": false}), 224)
        .unwrap()
        .apply(&flat(1, 1, 51));
    assert!(tensor.values().iter().all(|v| (v - 0.2).abs() < 1e-6));
}

#[test]
fn an_unknown_wish_is_refused_by_name() {
    let check = |config: Value, expect: &str| {
        let error = read(&config, 224).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(
        json!({"resample": 1}),
        "resample is 1, and only 2 (bilinear) or 3 (bicubic)",
    );
    check(
        json!({"size": {"longest_edge": 224}}),
        "size is {\"longest_edge\":224}",
    );
    check(
        json!({"size": {"shortest_edge": 224, "longest_edge": 300}}),
        "size is",
    );
    check(
        json!({"size": {"shortest_edge": 0}}),
        "size.shortest_edge is 0",
    );
    check(
        json!({"crop_size": 256}),
        "crop_size is 256, and only height and width 224",
    );
    check(
        json!({"crop_size": {"height": 224}}),
        "crop_size.width is absent",
    );
    check(json!({"do_center_crop": false}), "size is absent");
    check(json!({"do_pad": true}), "do_pad is true");
    check(json!({"do_resize": "yes"}), "do_resize is \"yes\"");
    check(json!({"image_mean": [0.5]}), "image_mean is [0.5]");
    check(
        json!({"image_std": [0.5, 0.0, 0.5]}),
        "image_std is [0.5,0.0,0.5]",
    );
    check(
        json!({"image_processor_type": "SiglipImageProcessor"}),
        "SiglipImageProcessor",
    );
}
