//! Attention: every query takes a mean of the values, weighted by how well their keys fit it.

use rayon::prelude::*;

use crate::f32_matrix::{Line, multiply_here, pack_inputs, pack_outputs};
use crate::rows::{LANES, softmax_row};
use crate::tiles::Output;
use crate::{Level, PANEL, Rows};

/// The sizes of an attention.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// Sequences.
    pub batch: usize,
    /// Heads, each with a part of every row.
    pub heads: usize,
    /// Numbers of a head's part.
    pub width: usize,
    /// Queries of a sequence.
    pub queries: usize,
    /// Keys and values of a sequence.
    pub keys: usize,
}

/// Rows with the parts of all heads: `[batch · positions][heads · width]`, at a stride.
#[derive(Clone, Copy, Debug)]
pub struct Projected<'a> {
    /// From the first number of the first row.
    pub values: &'a [f32],
    /// From the start of a row to the start of the next.
    pub stride: usize,
}

/// Which keys a query sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible<'a> {
    /// All of its sequence.
    All,
    /// Itself and those before it. The number is the position of the sequence's first query.
    UpTo(&'a [usize]),
}

impl<'a> Projected<'a> {
    /// The part of one head in the rows of one sequence.
    fn part(self, heads: Heads, sequence: usize, head: usize, rows: usize) -> Rows<'a, f32> {
        let from = sequence * rows * self.stride + head * heads.width;
        Rows {
            values: self.values.get(from..).unwrap_or_default(),
            count: rows,
            stride: self.stride,
        }
    }
}

impl Visible<'_> {
    fn keys(self, heads: Heads, sequence: usize, query: usize) -> usize {
        match self {
            Self::All => heads.keys,
            Self::UpTo(first) => {
                let first = first.get(sequence).copied().unwrap_or(0);
                (first + query + 1).min(heads.keys)
            }
        }
    }
}

/// Computes `softmax(q · kᵀ / √width) · v` for every head.
///
/// `q` has `batch · queries` rows, `k` and `v` have `batch · keys`; `out` is
/// `[batch · queries][heads · width]`. Rows that are missing count as zeros.
pub fn attention(
    level: Level,
    heads: Heads,
    [q, k, v]: [Projected<'_>; 3],
    visible: Visible<'_>,
    out: &mut [f32],
) {
    let width = heads.heads * heads.width;
    let rows = heads.batch * heads.queries;
    if width == 0 || out.len() < rows * width {
        debug_assert!(width == 0, "the output is too short");
        return;
    }
    let out = Output::of(out, width);
    (0..heads.batch * heads.heads)
        .into_par_iter()
        .for_each_init(Room::default, |room, number| {
            let (sequence, head) = (number / heads.heads, number % heads.heads);
            let q = q.part(heads, sequence, head, heads.queries);
            let k = k.part(heads, sequence, head, heads.keys);
            let v = v.part(heads, sequence, head, heads.keys);
            let visible = |query| visible.keys(heads, sequence, query);
            // Each head writes its own columns of its sequence's rows.
            let out = out.part(sequence * heads.queries, head * heads.width, heads.width);
            attend(level, heads, [q, k, v], visible, room, out);
        });
}

/// What a head needs in between; kept from one to the next.
#[derive(Default)]
struct Room {
    lines: Vec<Line>,
    scores: Vec<f32>,
}

/// One head of one sequence: `[queries][width]`.
fn attend(
    level: Level,
    heads: Heads,
    [q, k, v]: [Rows<'_, f32>; 3],
    visible: impl Fn(usize) -> usize,
    room: &mut Room,
    out: Output,
) {
    let Heads {
        width,
        queries,
        keys,
        ..
    } = heads;
    let Room { lines, scores } = room;
    lines.resize(keys.div_ceil(PANEL) * width, Line([0.0; PANEL]));
    for (panel, lines) in lines.chunks_exact_mut(width).enumerate() {
        pack_outputs(level, k, panel, lines);
    }
    // Rows of whole vectors; what is not seen gets a share of nearly nothing, 10⁻³⁸.
    let stride = keys.next_multiple_of(LANES);
    scores.resize(queries * stride, 0.0);
    multiply_here(level, q, lines, width, Output::of(scores, stride), keys);
    let scale = 1.0 / (width as f32).sqrt();
    for (query, row) in scores.chunks_exact_mut(stride.max(1)).enumerate() {
        let hidden = row.get_mut(visible(query).min(keys)..);
        hidden.unwrap_or_default().fill(f32::NEG_INFINITY);
        softmax_row(level, row, scale);
    }
    lines.clear();
    pack_inputs(v, width, lines);
    let scores = Rows {
        values: scores,
        count: queries,
        stride,
    };
    multiply_here(level, scores, lines, keys, out, width);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::f32_matrix::tests::numbers;

    fn exact(
        heads: Heads,
        [q, k, v]: [&[f32]; 3],
        seen: impl Fn(usize, usize) -> usize,
    ) -> Vec<f64> {
        let all = heads.heads * heads.width;
        let mut out = Vec::new();
        for b in 0..heads.batch {
            for i in 0..heads.queries {
                for h in 0..heads.heads {
                    let at = |x: &[f32], row: usize, c: usize| {
                        f64::from(x[row * all + h * heads.width + c])
                    };
                    let score = |j: usize| {
                        (0..heads.width)
                            .map(|c| at(q, b * heads.queries + i, c) * at(k, b * heads.keys + j, c))
                            .sum::<f64>()
                            / (heads.width as f64).sqrt()
                    };
                    let shares: Vec<f64> = (0..seen(b, i)).map(|j| score(j).exp()).collect();
                    let total: f64 = shares.iter().sum();
                    for c in 0..heads.width {
                        let sum: f64 = shares
                            .iter()
                            .enumerate()
                            .map(|(j, s)| s * at(v, b * heads.keys + j, c))
                            .sum();
                        out.push(sum / total);
                    }
                }
            }
        }
        out
    }

    #[test]
    fn every_head_takes_the_weighted_mean() {
        let cases = [
            (1, 1, 5, 3, 3),
            (2, 3, 7, 10, 10),
            (2, 2, 64, 70, 70),
            (3, 2, 80, 1, 65),
        ];
        for (batch, count, width, queries, keys) in cases {
            let heads = Heads {
                batch,
                heads: count,
                width,
                queries,
                keys,
            };
            let row = count * width;
            let q = numbers(batch * queries * row, 1);
            let (k, v) = (
                numbers(batch * keys * row, 2),
                numbers(batch * keys * row, 3),
            );
            let projected = |values| Projected {
                values,
                stride: row,
            };
            let first: Vec<usize> = (0..batch)
                .map(|b| if queries == keys { 0 } else { 3 * b })
                .collect();
            for level in Level::available() {
                for visible in [Visible::All, Visible::UpTo(&first)] {
                    let mut out = vec![0.0; q.len()];
                    attention(
                        level,
                        heads,
                        [projected(&q), projected(&k), projected(&v)],
                        visible,
                        &mut out,
                    );
                    let expected = exact(heads, [&q, &k, &v], |b, i| visible.keys(heads, b, i));
                    for (a, b) in out.iter().zip(&expected) {
                        assert!(
                            (f64::from(*a) - b).abs() < 1e-5,
                            "{level:?} {heads:?} {visible:?}"
                        );
                    }
                }
            }
        }
    }
}
