//! A product with f32 weights that are packed once.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use rayon::prelude::*;

use crate::level::Kind;
use crate::tiles::{Output, Task, run_tasks};
use crate::{Finish, Level, PANEL, Rows, TILE_ROWS};

/// The weights of one input for the outputs of a panel, on a cache line's border.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Line(pub [f32; PANEL]);

/// Weights `[inputs, outputs]` and a bias, packed into panels of 64 outputs.
#[derive(Clone, Debug)]
pub struct F32Matrix {
    inputs: usize,
    outputs: usize,
    lines: Vec<Line>,
    /// Filled up with zeros to whole panels.
    bias: Vec<f32>,
}

impl Part<'_> {
    /// Applies the activation to rows that were just written, while they are near.
    fn activate(&self, first: usize, count: usize) {
        let (level, activation) = (self.level, self.finish.activation);
        let rows = first..first + count;
        self.out.activate(level, activation, self.task.panel, rows);
    }
}

/// One task of a product, checked: raw so that tiles may be loaded by vectors.
#[derive(Clone, Copy)]
struct Part<'a> {
    x: Rows<'a, f32>,
    panel: &'a [Line],
    /// The panel after this one, to be asked from memory meanwhile; may be empty.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "only there memory is asked ahead")
    )]
    ahead: &'a [Line],
    bias: &'a [f32],
    task: Task,
    out: Output,
    finish: Finish,
    level: Level,
}

impl F32Matrix {
    /// Packs weights `[outputs, inputs]`, as PyTorch's `Linear` stores them.
    ///
    /// `bias` is `[outputs]`, or absent. Rows of `weight` that are missing count as zeros.
    #[must_use]
    pub fn pack(inputs: usize, outputs: usize, weight: &[f32], bias: Option<&[f32]>) -> Self {
        let rows = Rows {
            values: weight,
            count: outputs,
            stride: inputs,
        };
        let mut lines = vec![Line([0.0; PANEL]); outputs.div_ceil(PANEL) * inputs];
        let level = Level::detect();
        if inputs > 0 {
            lines
                .par_chunks_mut(inputs)
                .enumerate()
                .for_each(|(panel, lines)| pack_outputs(level, rows, panel, lines));
        }
        Self::of(inputs, outputs, lines, bias)
    }

    /// Packs weights `[inputs, outputs]`, as a bare parameter stores them.
    ///
    /// As [`Self::pack`] otherwise.
    #[must_use]
    pub fn pack_transposed(
        inputs: usize,
        outputs: usize,
        weight: &[f32],
        bias: Option<&[f32]>,
    ) -> Self {
        let rows = Rows {
            values: weight,
            count: inputs,
            stride: outputs,
        };
        let mut lines = Vec::new();
        pack_inputs(rows, outputs, &mut lines);
        Self::of(inputs, outputs, lines, bias)
    }

    fn of(inputs: usize, outputs: usize, lines: Vec<Line>, bias: Option<&[f32]>) -> Self {
        let mut bias = bias.unwrap_or_default().to_vec();
        bias.resize(outputs.div_ceil(PANEL) * PANEL, 0.0);
        Self {
            inputs,
            outputs,
            lines,
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

    /// Multiplies rows of [`Self::inputs`] numbers; `out` takes as many rows of [`Self::outputs`].
    ///
    /// Nothing is written where `x` or `out` is too short.
    pub fn multiply(&self, level: Level, x: Rows<'_, f32>, out: &mut [f32], finish: Finish) {
        if !x.have(self.inputs) || self.inputs == 0 {
            debug_assert!(x.have(self.inputs), "the input is too short");
            return;
        }
        run_tasks(out, x.count, self.outputs, TILE_ROWS, |task, out| {
            let mut panels = self.lines.chunks_exact(self.inputs).skip(task.panel);
            let (panel, ahead) = (panels.next(), panels.next().unwrap_or_default());
            let bias = self.bias.chunks_exact(PANEL).nth(task.panel);
            if let (Some(panel), Some(bias)) = (panel, bias) {
                let part = Part {
                    x,
                    panel,
                    ahead,
                    bias,
                    task,
                    out,
                    finish,
                    level,
                };
                multiply_part(&part);
            }
        });
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
        Kind::Avx2 | Kind::AvxVnni => unsafe { x86::avx2(part) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 | Kind::Avx512Vnni | Kind::Amx => unsafe { x86::avx512(part) },
    }
}

/// Packs the rows of one panel, each the weights of an output: a transposition.
pub(crate) fn pack_outputs(level: Level, rows: Rows<'_, f32>, panel: usize, lines: &mut [Line]) {
    let inputs = lines.len();
    let first = panel * PANEL;
    let done = whole_blocks(level, rows, first, lines);
    let of_panel = (first..rows.count.min(first + PANEL))
        .filter_map(|row| rows.values.get(row * rows.stride..)?.get(..inputs));
    for (column, row) in of_panel.enumerate() {
        let from = if column < done.columns {
            done.inputs
        } else {
            0
        };
        for (line, value) in lines.iter_mut().zip(row).skip(from) {
            if let Some(place) = line.0.get_mut(column) {
                *place = *value;
            }
        }
    }
}

/// What of a panel is packed already: the first inputs of the first columns.
#[derive(Clone, Copy, Default)]
struct Done {
    columns: usize,
    inputs: usize,
}

/// Packs all whole blocks of sixteen rows and sixteen inputs, where there are vectors for it.
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "functions for a processor feature are unsafe to call"
    )
)]
fn whole_blocks(level: Level, rows: Rows<'_, f32>, first: usize, lines: &mut [Line]) -> Done {
    const BLOCK: usize = 16;
    let inputs = lines.len();
    let there = rows.count.saturating_sub(first).min(PANEL);
    let done = Done {
        columns: there / BLOCK * BLOCK,
        inputs: inputs / BLOCK * BLOCK,
    };
    let last = (first + done.columns).saturating_sub(1) * rows.stride + inputs;
    if done.columns == 0 || done.inputs == 0 || rows.values.len() < last {
        return Done::default();
    }
    match level.0 {
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 | Kind::Avx512Vnni | Kind::Amx => {
            let from = rows.values.as_ptr().wrapping_add(first * rows.stride);
            // SAFETY: a level is only made where its features were detected; the blocks lie inside
            // the rows, whose length was just checked, and inside the lines.
            unsafe { x86::transpose(from, rows.stride, lines, done.columns, done.inputs) };
            done
        }
        _ => Done::default(),
    }
}

/// Packs rows that are the weights of an input each, into as many panels as `outputs` need.
pub(crate) fn pack_inputs(rows: Rows<'_, f32>, outputs: usize, lines: &mut Vec<Line>) {
    for panel in 0..outputs.div_ceil(PANEL) {
        let columns = PANEL.min(outputs - panel * PANEL);
        lines.extend((0..rows.count).map(|row| {
            let mut line = Line([0.0; PANEL]);
            let from = row * rows.stride + panel * PANEL;
            if let Some(values) = rows.values.get(from..from + columns) {
                for (place, value) in line.0.iter_mut().zip(values) {
                    *place = *value;
                }
            }
            line
        }));
    }
}

/// Multiplies on the calling thread, with panels of the moment: attention's products.
///
/// `out` has as many rows as `x`, and `columns` columns.
pub(crate) fn multiply_here(
    level: Level,
    x: Rows<'_, f32>,
    lines: &[Line],
    inputs: usize,
    out: Output,
    columns: usize,
) {
    const NO_BIAS: [f32; PANEL] = [0.0; PANEL];
    if inputs == 0 || !x.have(inputs) {
        return;
    }
    for (panel, lines) in lines
        .chunks_exact(inputs)
        .enumerate()
        .take(columns.div_ceil(PANEL))
    {
        let part = Part {
            x,
            panel: lines,
            ahead: &[],
            bias: &NO_BIAS,
            task: Task {
                panel,
                first_row: 0,
                rows: x.count,
            },
            out,
            finish: Finish::default(),
            level,
        };
        multiply_part(&part);
    }
}

#[cfg(test)]
pub(crate) mod tests;
