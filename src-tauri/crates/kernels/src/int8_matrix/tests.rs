//! Products in bytes against the same in f32, and every path against the portable one.

use super::*;
use crate::Rows;
use crate::f32_matrix::F32Matrix;
use crate::f32_matrix::tests::numbers;

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn every_path_answers_the_same_bits() {
    for (rows, inputs, outputs) in [
        (1, 1, 1),
        (3, 4, 64),
        (7, 30, 65),
        (50, 147, 130),
        (13, 768, 96),
    ] {
        let x = numbers(rows * inputs, 1);
        let weight = numbers(outputs * inputs, 2);
        let bias = numbers(outputs, 3);
        let matrix = Int8Matrix::pack(inputs, outputs, &weight, Some(&bias));
        let mut portable: Option<Vec<f32>> = None;
        for level in Level::available() {
            let mut quantised = Int8Rows::default();
            quantised.quantize(level, &x, inputs);
            for add in [false, true] {
                let mut out = vec![0.25; rows * outputs];
                matrix.multiply(
                    level,
                    &quantised,
                    &mut out,
                    Finish {
                        add,
                        activation: None,
                    },
                );
                if add {
                    out.iter_mut().for_each(|y| *y -= 0.25);
                    let expected = portable.as_ref().unwrap();
                    assert!(
                        out.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5),
                        "{level:?}"
                    );
                } else {
                    assert_eq!(
                        *portable.get_or_insert_with(|| out.clone()),
                        out,
                        "{level:?} {rows}×{inputs}×{outputs}"
                    );
                }
            }
        }
    }
}

#[test]
fn bytes_come_close_to_the_product_in_f32() {
    let (rows, inputs, outputs) = (20, 768, 200);
    let weight = numbers(outputs * inputs, 2);
    // Rows of very different size, one far from zero, one all zeros.
    let mut x = numbers(rows * inputs, 1);
    for (i, row) in x.chunks_mut(inputs).enumerate() {
        let (scale, shift) = (
            10_f32.powi(i as i32 % 7 - 3),
            if i == 4 { 3.0 } else { 0.0 },
        );
        row.iter_mut()
            .for_each(|v| *v = (*v + shift) * if i == 5 { 0.0 } else { scale });
    }
    let mut exact = vec![0.0; rows * outputs];
    let level = Level::detect();
    F32Matrix::pack(inputs, outputs, &weight, None).multiply(
        level,
        Rows::dense(&x, inputs),
        &mut exact,
        Finish::default(),
    );
    let mut quantised = Int8Rows::default();
    quantised.quantize(level, &x, inputs);
    let mut out = vec![0.0; rows * outputs];
    Int8Matrix::pack(inputs, outputs, &weight, None).multiply(
        level,
        &quantised,
        &mut out,
        Finish::default(),
    );
    for (i, (a, b)) in out.chunks(outputs).zip(exact.chunks(outputs)).enumerate() {
        if i == 5 {
            assert!(a.iter().all(|v| *v == 0.0));
        } else {
            assert!(cosine(a, b) > 0.9998, "row {i}: {}", cosine(a, b));
        }
    }
}

#[test]
fn the_greatest_bytes_do_not_overflow() {
    let inputs = 3072;
    let matrix = Int8Matrix::pack(inputs, 64, &vec![1.0; inputs * 64], None);
    for level in Level::available() {
        let mut quantised = Int8Rows::default();
        quantised.quantize(level, &vec![1.0; inputs], inputs);
        let mut out = vec![0.0; 64];
        matrix.multiply(level, &quantised, &mut out, Finish::default());
        assert!(
            out.iter().all(|y| (y - inputs as f32).abs() < 0.5),
            "{level:?} {out:?}"
        );
    }
}
