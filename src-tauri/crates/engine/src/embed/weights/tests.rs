//! Weights files that these tests write byte by byte.

use half::{bf16, f16};

use super::*;

fn file(header: &str, data: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(data);
    std::fs::write(file.path(), bytes).unwrap();
    file
}

fn entry(dtype: &str, bytes: usize) -> String {
    format!(
        r#"{{"__metadata__":{{"format":"pt"}},"w":{{"dtype":"{dtype}","shape":[3],"data_offsets":[0,{bytes}]}}}}"#
    )
}

#[test]
fn the_three_float_types_are_read_as_f32() {
    let values = [0.5_f32, -2.0, 65.25];
    let cases = [
        (
            "F32",
            values
                .iter()
                .flat_map(|v| v.to_le_bytes())
                .collect::<Vec<_>>(),
            values,
        ),
        (
            "F16",
            values
                .iter()
                .flat_map(|v| f16::from_f32(*v).to_le_bytes())
                .collect(),
            values,
        ),
        (
            "BF16",
            values
                .iter()
                .flat_map(|v| bf16::from_f32(*v).to_le_bytes())
                .collect(),
            values.map(|v| bf16::from_f32(v).to_f32()),
        ),
    ];
    for (dtype, data, expected) in cases {
        let file = file(&entry(dtype, data.len()), &data);
        let weights = Weights::open(file.path()).unwrap();
        let tensor = weights.load("w", &[3]).unwrap();
        assert_eq!(tensor.to_vec1::<f32>().unwrap(), expected, "{dtype}");
    }
}

#[test]
fn a_tensor_that_does_not_fit_is_named() {
    let file = file(&entry("F32", 12), &[0; 12]);
    let weights = Weights::open(file.path()).unwrap();
    let missing = weights.check("v", &[3]).unwrap_err();
    assert!(
        missing.to_string().contains("no tensor v of shape [3]"),
        "{missing}"
    );
    let shape = weights.check("w", &[1, 3]).unwrap_err();
    assert!(shape.to_string().contains("w has shape [3]"), "{shape}");
    assert!(shape.to_string().contains("calls for [1, 3]"), "{shape}");
}

#[test]
fn whole_numbers_are_refused_as_weights() {
    let file = file(&entry("I64", 24), &[0; 24]);
    let error = Weights::open(file.path())
        .unwrap()
        .check("w", &[3])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("is I64, and only F32, F16 or BF16"),
        "{error}"
    );
}

#[test]
fn a_damaged_file_says_how() {
    let check = |file: &tempfile::NamedTempFile, expect: &str| {
        let error = Weights::open(file.path()).unwrap_err();
        assert!(
            matches!(error, ModelError::DamagedWeights { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(expect), "{error}");
    };
    check(
        &file(&entry("F32", 12), &[0; 8]),
        "cut off at w, 4 bytes are missing",
    );
    check(&file(&entry("F32", 8), &[0; 12]), "w spans bytes 0 to 8");
    check(&file("{\"w\":", &[]), "header is not JSON");
    check(&file(r#"{"w":{"dtype":"F32"}}"#, &[]), "header on w");
    let short = tempfile::NamedTempFile::new().unwrap();
    check(&short, "0 bytes are no header");
    std::fs::write(short.path(), [255; 64]).unwrap();
    check(&short, "a header of 18446744073709551615 bytes");
}

#[test]
fn backward_offsets_are_damage_and_not_a_crash() {
    let header = r#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}}"#;
    let error = Weights::open(file(header, &[0; 12]).path()).unwrap_err();
    assert!(
        error.to_string().contains("w spans bytes 12 to 0"),
        "{error}"
    );
}
