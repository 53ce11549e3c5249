//! Folders that are damaged, incomplete or of another family.

use std::fs;

use serde_json::{Value, json};

use super::*;

/// A tiny model, spoilt.
fn spoilt(spoil: impl FnOnce(&Path)) -> ModelError {
    let folder = tempfile::tempdir().unwrap();
    write_random_checkpoint(folder.path(), 1, &Shape::tiny()).unwrap();
    spoil(folder.path());
    let checked = TextImageModel::check(folder.path()).unwrap_err();
    if let Err(opened) = open(folder.path()) {
        assert_eq!(checked.to_string(), opened.to_string());
        let inspected = inspect(folder.path()).unwrap_err();
        assert_eq!(inspected.to_string(), opened.to_string());
    }
    checked
}

fn edit(path: PathBuf, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

#[test]
fn each_missing_file_is_named() {
    for name in families::CLIP_FILES {
        let error = spoilt(|folder| fs::remove_file(folder.join(name)).unwrap());
        assert!(
            matches!(&error, ModelError::MissingFile { path } if path.ends_with(name)),
            "{error}"
        );
    }
}

#[test]
fn other_families_are_refused_by_name() {
    for other in ["siglip2", "blip", "chinese_clip"] {
        let error = spoilt(|f| edit(f.join("config.json"), |c| c["model_type"] = json!(other)));
        let expected = format!("model_type is \"{other}\", and only \"clip\" or \"siglip\"");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    let error = spoilt(|f| edit(f.join("config.json"), |c| c["model_type"] = json!("siglip")));
    assert!(matches!(error, ModelError::Unsupported { .. }), "{error}");
}

#[test]
fn a_claim_of_endless_layers_is_refused_before_anything_is_read() {
    let error = spoilt(|f| {
        edit(f.join("config.json"), |c| {
            c["vision_config"]["num_hidden_layers"] = json!(1_000_000_000);
        });
    });
    assert!(
        error
            .to_string()
            .contains("num_hidden_layers is 1000000000"),
        "{error}"
    );
}

#[test]
fn an_unknown_activation_is_refused_by_name() {
    let error = spoilt(|f| {
        edit(f.join("config.json"), |c| {
            c["text_config"]["hidden_act"] = json!("gelu_new");
        });
    });
    let ModelError::Unsupported {
        key,
        value,
        supported,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(key, "config.json: text_config.hidden_act");
    assert_eq!(value, "\"gelu_new\"");
    assert_eq!(supported, "\"quick_gelu\" or \"gelu\"");
}

#[test]
fn a_config_of_other_sizes_names_the_tensor_and_both_shapes() {
    let error = spoilt(|f| edit(f.join("config.json"), |c| c["projection_dim"] = json!(64)));
    let ModelError::WrongShape {
        tensor,
        expected,
        actual,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(tensor, "visual_projection.weight");
    assert_eq!(
        (expected.as_slice(), actual.as_slice()),
        (&[64, 48][..], &[32, 48][..])
    );
}

#[test]
fn a_missing_tensor_of_the_text_tower_is_found_before_the_first_text() {
    let error = spoilt(|f| {
        edit(f.join("config.json"), |c| {
            c["text_config"]["num_hidden_layers"] = json!(3);
        });
    });
    let ModelError::MissingTensor { tensor, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(tensor, "text_model.encoder.layers.2.layer_norm1.weight");
}

#[test]
fn a_cut_weights_file_is_damaged() {
    let error = spoilt(|folder| {
        let path = folder.join("model.safetensors");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1000]).unwrap();
    });
    assert!(
        matches!(error, ModelError::DamagedWeights { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("download it again"), "{error}");
}

#[test]
fn a_broken_json_file_is_named() {
    for name in ["config.json", "preprocessor_config.json"] {
        let error = spoilt(|folder| fs::write(folder.join(name), "[1, 2").unwrap());
        assert!(
            matches!(&error, ModelError::Json { path, .. } if path.ends_with(name)),
            "{error}"
        );
    }
    let error = spoilt(|folder| fs::write(folder.join("tokenizer.json"), "{}").unwrap());
    assert!(matches!(error, ModelError::Tokenizer { .. }), "{error}");
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let bigger = |c: &mut Value| c["model"]["vocab"]["castle</w>"] = json!(600);
    let error = spoilt(|folder| edit(folder.join("tokenizer.json"), bigger));
    assert!(
        error.to_string().contains("a table up to id 600"),
        "{error}"
    );
    let endless = |c: &mut Value| c["post_processor"] = Value::Null;
    let error = spoilt(|folder| edit(folder.join("tokenizer.json"), endless));
    assert!(
        error.to_string().contains("0 tokens of an empty text"),
        "{error}"
    );
}

#[test]
fn weights_that_are_not_numbers_are_refused_wherever_they_are() {
    // The image tower's lie in the first half of the file, the text tower's in the second.
    for (part, opens) in [(0.25, false), (0.75, true)] {
        let folder = tempfile::tempdir().unwrap();
        write_random_checkpoint(folder.path(), 1, &Shape::tiny()).unwrap();
        let path = folder.path().join("model.safetensors");
        let mut bytes = fs::read(&path).unwrap();
        let at = (bytes.len() as f64 * part) as usize / 4 * 4;
        bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        fs::write(&path, bytes).unwrap();
        let checked = TextImageModel::check(folder.path()).unwrap_err();
        assert!(matches!(checked, ModelError::NotFinite { .. }), "{checked}");
        assert!(
            checked.to_string().contains("download it again"),
            "{checked}"
        );
        let opened = open(folder.path());
        assert_eq!(opened.is_ok(), opens);
        if let Ok(mut model) = opened {
            let error = model.encode_texts(&["dog"]).unwrap_err();
            assert!(matches!(error, EncodeError::TextTower { .. }), "{error}");
        }
    }
}
