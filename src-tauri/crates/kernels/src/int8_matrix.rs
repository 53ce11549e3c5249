//! A product in bytes: weights quantised once for each output, inputs anew for each row.
//!
//! Every set of instructions sums the same whole numbers, so all of them answer the same bits.
//!
//! # Source
//! Asymmetric quantisation as in Jacob et al., "Quantization and Training of Neural Networks for
//! Efficient Integer-Arithmetic-Only Inference", arXiv:1712.05877, section 2: `real = scale ·
//! (byte − zero)`.

#[cfg(target_arch = "x86_64")]
mod amx;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use rayon::prelude::*;

use crate::level::Kind;
use crate::multiversion::multiversion;
use crate::rows::range;
use crate::tiles::{Output, Task, run_tasks};
use crate::{Finish, Level, PANEL, TILE_ROWS};

/// Inputs that one instruction multiplies at once for each output.
pub(crate) const GROUP: usize = 4;

/// 1.5 · 2²³: added to a small number, its lowest bits hold that number rounded.
const ROUND: f32 = 12_582_912.0;

/// Rows a task quantises: less would cost more to hand out than to do.
const TASK_ROWS: usize = 16;

/// The weights of four inputs for the outputs of a panel: `[64 outputs][4 inputs]`.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Line(pub [i8; PANEL * GROUP]);

/// Weights `[inputs, outputs]` in bytes with a scale for each output, and a bias.
#[derive(Clone, Debug)]
pub struct Int8Matrix {
    inputs: usize,
    outputs: usize,
    lines: Vec<Line>,
    /// What of each output: filled up to whole panels.
    scale: Vec<f32>,
    /// The sum of its weights in bytes, which the zero points of the inputs are multiplied with.
    sums: Vec<i32>,
    bias: Vec<f32>,
}

/// Rows in bytes, each with a scale and a zero point of its own.
#[derive(Clone, Debug, Default)]
pub struct Int8Rows {
    /// `[count][width filled up to whole groups]`.
    values: Vec<u8>,
    scale: Vec<f32>,
    zero: Vec<i32>,
    padded: usize,
}

impl Part<'_> {
    /// Applies the activation to rows that were just written, while they are near.
    fn activate(&self, first: usize, count: usize) {
        let (level, activation) = (self.level, self.finish.activation);
        let rows = first..first + count;
        self.out.activate(level, activation, self.task.panel, rows);
    }
}

/// One task of a product, checked.
#[derive(Clone, Copy)]
struct Part<'a> {
    x: &'a Int8Rows,
    panel: &'a [Line],
    /// The panel after this one, to be asked from memory meanwhile; may be empty.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "only there memory is asked ahead")
    )]
    ahead: &'a [Line],
    scale: &'a [f32],
    sums: &'a [i32],
    bias: &'a [f32],
    task: Task,
    out: Output,
    finish: Finish,
    level: Level,
}

impl Int8Rows {
    /// Quantises rows of `width` numbers.
    ///
    /// The range of a row includes zero; its greatest number becomes 255 or its least 0.
    pub fn quantize(&mut self, level: Level, x: &[f32], width: usize) {
        let count = x.len().checked_div(width).unwrap_or(0);
        self.padded = width.next_multiple_of(GROUP);
        self.values.resize(count * self.padded, 0);
        self.scale.resize(count, 0.0);
        self.zero.resize(count, 0);
        let of_task = TASK_ROWS * self.padded.max(1);
        self.values
            .par_chunks_mut(of_task)
            .zip(self.scale.par_chunks_mut(TASK_ROWS))
            .zip(self.zero.par_chunks_mut(TASK_ROWS))
            .zip(x.par_chunks(TASK_ROWS * width.max(1)))
            .for_each(|(((values, scale), zero), x)| {
                let rows = values
                    .chunks_exact_mut(width.next_multiple_of(GROUP).max(1))
                    .zip(x.chunks_exact(width.max(1)));
                for (((values, x), scale), zero) in rows.zip(scale).zip(zero) {
                    quantize_row(level, x, values, scale, zero);
                }
            });
    }

    fn count(&self) -> usize {
        self.scale.len()
    }
}

multiversion! {
    fn quantize_row(x: &[f32], out: &mut [u8], scale: &mut f32, zero: &mut i32) {
        let (least, most) = range(x);
        let (least, most) = (least.min(0.0), most.max(0.0));
        let step = (most - least) / 255.0;
        *scale = if step > 0.0 { step } else { 1.0 };
        let inverse = 1.0 / *scale;
        let shift = (-least * inverse).round();
        *zero = shift as i32;
        let (taken, rest) = out.split_at_mut(x.len().min(out.len()));
        for (out, x) in taken.iter_mut().zip(x) {
            let level = x.mul_add(inverse, shift).clamp(0.0, 255.0);
            *out = (level + ROUND).to_bits() as u8;
        }
        rest.fill(0);
    }
}

impl Int8Matrix {
    /// Quantises and packs weights `[outputs, inputs]`, as PyTorch's `Linear` stores them.
    ///
    /// `bias` is `[outputs]`, or absent. Rows of `weight` that are missing count as zeros.
    #[must_use]
    pub fn pack(inputs: usize, outputs: usize, weight: &[f32], bias: Option<&[f32]>) -> Self {
        let (groups, panels) = (inputs.div_ceil(GROUP), outputs.div_ceil(PANEL));
        let mut lines = vec![Line([0; PANEL * GROUP]); panels * groups];
        let mut scale = vec![1.0; panels * PANEL];
        let mut sums = vec![0; panels * PANEL];
        let level = Level::detect();
        lines
            .par_chunks_mut(groups.max(1))
            .zip(scale.par_chunks_mut(PANEL))
            .zip(sums.par_chunks_mut(PANEL))
            .zip(weight.par_chunks(PANEL * inputs.max(1)))
            .for_each(|(((lines, scale), sums), weight)| {
                let rows = weight.chunks_exact(inputs.max(1));
                for (column, ((row, scale), sum)) in rows.zip(scale).zip(sums).enumerate() {
                    (*scale, *sum) = pack_output(level, row, column, lines);
                }
            });
        let mut bias = bias.unwrap_or_default().to_vec();
        bias.resize(panels * PANEL, 0.0);
        Self {
            inputs,
            outputs,
            lines,
            scale,
            sums,
            bias,
        }
    }

    /// Numbers of a row that goes in.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers of a row that comes out.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Multiplies rows; `out` takes as many rows of [`Self::outputs`] numbers.
    ///
    /// Nothing is written where the rows have another width, or `out` is too short.
    pub fn multiply(&self, level: Level, x: &Int8Rows, out: &mut [f32], finish: Finish) {
        let groups = self.inputs.div_ceil(GROUP);
        if x.padded != groups * GROUP || groups == 0 {
            debug_assert!(groups == 0, "rows of another width");
            return;
        }
        run_tasks(
            out,
            x.count(),
            self.outputs,
            tile_rows(level),
            |task, out| {
                let of_panel = task.panel * PANEL..(task.panel + 1) * PANEL;
                let mut panels = self.lines.chunks_exact(groups).skip(task.panel);
                let (panel, ahead) = (panels.next(), panels.next().unwrap_or_default());
                let rest = (
                    self.scale.get(of_panel.clone()),
                    self.sums.get(of_panel.clone()),
                    self.bias.get(of_panel),
                );
                if let (Some(panel), (Some(scale), Some(sums), Some(bias))) = (panel, rest) {
                    let part = Part {
                        x,
                        panel,
                        ahead,
                        scale,
                        sums,
                        bias,
                        task,
                        out,
                        finish,
                        level,
                    };
                    multiply_part(&part);
                }
            },
        );
    }
}

/// Rows that one tile of the product takes.
fn tile_rows(level: Level) -> usize {
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        Kind::Amx => amx::ROWS,
        _ => TILE_ROWS,
    }
}

/// Quantises the weights of one output into its column: their scale and their sum.
fn pack_output(level: Level, row: &[f32], column: usize, lines: &mut [Line]) -> (f32, i32) {
    let mut bytes = vec![0; row.len().next_multiple_of(GROUP)];
    let (mut scale, mut sum) = (1.0, 0);
    quantize_weights(level, row, &mut bytes, &mut scale, &mut sum);
    let (groups, _) = bytes.as_chunks::<GROUP>();
    for (line, group) in lines.iter_mut().zip(groups) {
        let (columns, _) = line.0.as_chunks_mut::<GROUP>();
        if let Some(place) = columns.get_mut(column) {
            *place = *group;
        }
    }
    (scale, sum)
}

multiversion! {
    fn quantize_weights(row: &[f32], out: &mut [i8], scale: &mut f32, sum: &mut i32) {
        let (least, most) = range(row);
        let most = most.max(-least);
        *scale = if most > 0.0 { most / 127.0 } else { 1.0 };
        let inverse = 1.0 / *scale;
        for (out, weight) in out.iter_mut().zip(row) {
            *out = (weight * inverse + ROUND).to_bits() as i8;
            *sum += i32::from(*out);
        }
    }
}

#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "functions for a processor feature are unsafe to call"
    )
)]
fn multiply_part(part: &Part<'_>) {
    match part.level.0 {
        Kind::Portable => portable::multiply(part),
        // SAFETY: a level is only made where its features were detected.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 | Kind::Avx512 => unsafe { x86::avx2(part) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::AvxVnni => unsafe { x86::avx_vnni(part) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512Vnni => unsafe { x86::avx512_vnni(part) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Amx => unsafe { amx::multiply(part) },
    }
}

#[cfg(test)]
mod tests;
