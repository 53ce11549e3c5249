//! Products against sums in f64.

use super::*;
use crate::Activation;

/// Numbers between −1 and 1 that repeat late.
pub(crate) fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1 << 23) as f32) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn exact(x: &[f32], weight: &[f32], bias: &[f32], inputs: usize, outputs: usize) -> Vec<f64> {
    x.chunks(inputs)
        .flat_map(|x| {
            (0..outputs).map(move |o| {
                let row = &weight[o * inputs..(o + 1) * inputs];
                let sum: f64 = x
                    .iter()
                    .zip(row)
                    .map(|(x, w)| f64::from(*x) * f64::from(*w))
                    .sum();
                sum + f64::from(bias[o])
            })
        })
        .collect()
}

#[test]
fn products_are_exact_at_every_size_and_level() {
    for (rows, inputs, outputs) in [
        (1, 1, 1),
        (1, 64, 64),
        (7, 30, 65),
        (50, 147, 130),
        (13, 768, 96),
    ] {
        let x = numbers(rows * inputs, 1);
        let weight = numbers(outputs * inputs, 2);
        let bias = numbers(outputs, 3);
        let expected = exact(&x, &weight, &bias, inputs, outputs);
        let matrix = F32Matrix::pack(inputs, outputs, &weight, Some(&bias));
        let mut transposed = vec![0.0; weight.len()];
        for o in 0..outputs {
            for i in 0..inputs {
                transposed[i * outputs + o] = weight[o * inputs + i];
            }
        }
        let other = F32Matrix::pack_transposed(inputs, outputs, &transposed, Some(&bias));
        for level in Level::available() {
            for matrix in [&matrix, &other] {
                let mut out = vec![7.0; rows * outputs];
                matrix.multiply(level, Rows::dense(&x, inputs), &mut out, Finish::default());
                for (out, expected) in out.iter().zip(&expected) {
                    assert!(
                        (f64::from(*out) - expected).abs() < 1e-4,
                        "{level:?} {rows}×{inputs}×{outputs}"
                    );
                }
                let again = Finish {
                    add: true,
                    activation: None,
                };
                matrix.multiply(level, Rows::dense(&x, inputs), &mut out, again);
                for (out, expected) in out.iter().zip(&expected) {
                    assert!(
                        (f64::from(*out) - 2.0 * expected).abs() < 2e-4,
                        "{level:?} added"
                    );
                }
            }
        }
    }
}

#[test]
fn a_stride_skips_what_lies_between() {
    let (inputs, outputs) = (20, 70);
    let weight = numbers(inputs * outputs, 4);
    let wide = numbers(9 * 50, 5);
    let dense: Vec<f32> = wide
        .chunks(50)
        .flat_map(|row| row[..inputs].to_vec())
        .collect();
    let matrix = F32Matrix::pack(inputs, outputs, &weight, None);
    for level in Level::available() {
        let mut outs = [vec![0.0; 9 * outputs], vec![0.0; 9 * outputs]];
        let strided = Rows {
            values: &wide,
            count: 9,
            stride: 50,
        };
        let [a, b] = &mut outs;
        matrix.multiply(level, strided, a, Finish::default());
        matrix.multiply(level, Rows::dense(&dense, inputs), b, Finish::default());
        assert_eq!(a, b, "{level:?}");
    }
}

#[test]
fn an_activation_comes_after_the_bias() {
    let matrix = F32Matrix::pack(1, 3, &[1.0, 1.0, 1.0], Some(&[-10.0, 0.0, 10.0]));
    for level in Level::available() {
        let mut out = vec![0.0; 3];
        let finish = Finish {
            activation: Some(Activation::Gelu),
            add: false,
        };
        matrix.multiply(level, Rows::dense(&[0.0], 1), &mut out, finish);
        assert!(
            out[0].abs() < 1e-6 && out[1].abs() < 1e-6 && (out[2] - 10.0).abs() < 1e-5,
            "{out:?}"
        );
    }
}

#[test]
fn threads_change_nothing() {
    let (x, weight) = (numbers(53 * 96, 6), numbers(96 * 200, 7));
    let matrix = F32Matrix::pack(96, 200, &weight, None);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut out = vec![0.0; 53 * 200];
        pool.install(|| {
            matrix.multiply(
                Level::detect(),
                Rows::dense(&x, 96),
                &mut out,
                Finish::default(),
            );
        });
        out
    };
    assert_eq!(run(1), run(2));
    assert_eq!(run(1), run(5));
}
