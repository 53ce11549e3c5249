//! Any processor: one row and sixteen columns at a time.

use super::{GROUP, Line, Part};
use crate::PANEL;

const COLUMNS: usize = 16;

pub(super) fn multiply(part: &Part<'_>) {
    let rows = part.task.first_row..part.task.first_row + part.task.rows;
    for row in rows {
        let from = row * part.x.padded;
        let values = part.x.values.get(from..).unwrap_or_default();
        for block in 0..PANEL / COLUMNS {
            let sums = tile(values, part.panel, block);
            write(part, row, block, &sums);
        }
        part.activate(row, 1);
    }
}

#[inline(always)]
fn tile(x: &[u8], panel: &[Line], block: usize) -> [i32; COLUMNS] {
    let mut sums = [0; COLUMNS];
    let (groups, _) = x.as_chunks::<GROUP>();
    for (line, x) in panel.iter().zip(groups) {
        let (columns, _) = line.0.as_chunks::<GROUP>();
        let (blocks, _) = columns.as_chunks::<COLUMNS>();
        for (sum, weights) in sums.iter_mut().zip(blocks.get(block).into_iter().flatten()) {
            for (x, weight) in x.iter().zip(weights) {
                *sum += i32::from(*x) * i32::from(*weight);
            }
        }
    }
    sums
}

/// Turns whole sums into numbers, in the order of operations that every path has.
#[expect(unsafe_code, reason = "the rows of a panel lie apart in the output")]
pub(super) fn write(part: &Part<'_>, row: usize, block: usize, sums: &[i32; COLUMNS]) {
    let (start, columns) = part.out.at(row, part.task.panel);
    // SAFETY: inside the output, and written by this task alone.
    let out = unsafe { std::slice::from_raw_parts_mut(start, columns) };
    let (Some(row_scale), Some(zero)) = (part.x.scale.get(row), part.x.zero.get(row)) else {
        return;
    };
    let from = block * COLUMNS;
    let of_outputs = part.scale.iter().zip(part.sums).zip(part.bias).skip(from);
    for ((out, sum), ((scale, weights), bias)) in
        out.iter_mut().skip(from).zip(sums).zip(of_outputs)
    {
        let y = (sum - zero * weights) as f32 * (row_scale * scale) + bias;
        *out = if part.finish.add { *out + y } else { y };
    }
}
