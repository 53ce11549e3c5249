//! Any processor: tiles of four rows and sixteen columns, which the compiler keeps in registers.

use super::{Line, Part};
use crate::tiles::tiles;

const ROWS: usize = 4;
const COLUMNS: usize = 16;

pub(super) fn multiply(part: &Part<'_>) {
    for (first, count) in tiles(part.task.rows, ROWS) {
        let first = part.task.first_row + first;
        let row = |i: usize| {
            let from = (first + i.min(count - 1)) * part.x.stride;
            part.x.values.get(from..).unwrap_or_default()
        };
        let rows: [&[f32]; ROWS] = std::array::from_fn(row);
        for block in 0..crate::PANEL / COLUMNS {
            let sums = tile(rows, part.panel, block);
            for (i, sums) in sums.iter().enumerate().take(count) {
                write(part, first + i, block, sums);
            }
        }
        part.activate(first, count);
    }
}

#[inline(always)]
fn tile(rows: [&[f32]; ROWS], panel: &[Line], block: usize) -> [[f32; COLUMNS]; ROWS] {
    let mut sums = [[0.0; COLUMNS]; ROWS];
    let [a, b, c, d] = rows;
    for ((((line, a), b), c), d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
        let (blocks, _) = line.0.as_chunks::<COLUMNS>();
        let Some(weights) = blocks.get(block) else {
            continue;
        };
        for (sums, x) in sums.iter_mut().zip([a, b, c, d]) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = multiply_add(*x, *weight, *sum);
            }
        }
    }
    sums
}

/// Fused where every processor of the architecture can; elsewhere that would be a call.
#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(target_arch = "aarch64") {
        a.mul_add(b, c)
    } else {
        a * b + c
    }
}

#[expect(unsafe_code, reason = "the rows of a panel lie apart in the output")]
fn write(part: &Part<'_>, row: usize, block: usize, sums: &[f32; COLUMNS]) {
    let (start, columns) = part.out.at(row, part.task.panel);
    // SAFETY: inside the output, and written by this task alone.
    let out = unsafe { std::slice::from_raw_parts_mut(start, columns) };
    let from = block * COLUMNS;
    let out = out.iter_mut().skip(from);
    for ((out, sum), bias) in out.zip(sums).zip(part.bias.iter().skip(from)) {
        let old = if part.finish.add { *out } else { 0.0 };
        *out = old + sum + bias;
    }
}
