//! The stack of equal layers that both towers have, as operations on candle's tensors.
//!
//! A layer is one operation, not one for each step: what lies between its steps is kept in room
//! that all layers share, which saves allocating and clearing pages.

mod load;

use std::ops::Range;

use candle_core::{CpuStorage, CustomOp1, InplaceOp1, Layout, Result, Shape, Tensor};
use latent_kernels::{Finish, Heads, Int8Rows, Level, Projected, Visible, attention, layer_norm};
use rayon::prelude::*;

pub(super) use self::load::read_side_by_side;

use self::load::Source;
use super::names::{Pair, Side};
use super::plan::{Plan, TowerPlan};
use super::product::{Product, contiguous};
use crate::embed::encoder::{ModelError, Precision};
use crate::embed::weights::Weights;

/// The rows of a batch: `batch` sequences of `positions` each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sequences {
    pub batch: usize,
    pub positions: usize,
    /// A row sees itself and those before it.
    pub causal: bool,
}

/// The layers of a tower.
#[derive(Debug)]
pub(super) struct Stack {
    layers: Vec<Layer>,
    last: Option<LastLayer>,
}

/// A layer norm.
#[derive(Debug)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    eps: f32,
}

/// One layer: attention, then two products, each added to what came in.
#[derive(Debug)]
struct Layer {
    norm1: Norm,
    qkv: Product,
    rest: Rest,
}

/// The last layer, computed for one position of each sequence: queries apart from keys and values.
#[derive(Debug)]
struct LastLayer {
    norm1: Norm,
    q: Product,
    kv: Product,
    rest: Rest,
}

/// What follows the attention.
#[derive(Debug)]
struct Rest {
    heads: usize,
    out: Product,
    mlp: Mlp,
}

/// A layer norm and two products with an activation between, added to what came in.
#[derive(Debug)]
pub(super) struct Mlp {
    norm: Norm,
    fc1: Product,
    fc2: Product,
    activation: latent_kernels::Activation,
}

/// What lies between the steps of a layer.
#[derive(Default)]
pub(super) struct Room {
    pub normed: Vec<f32>,
    pub projected: Vec<f32>,
    pub attended: Vec<f32>,
    pub inner: Vec<f32>,
    pub bytes: Int8Rows,
}

/// All layers but the last, on the tensor itself.
struct Run<'a>(&'a Stack, Sequences);

/// The last layer, for the picked position of each sequence.
struct RunLast<'a>(&'a LastLayer, Sequences, &'a [usize]);

impl Norm {
    /// Loads `name.weight` and `name.bias`.
    pub fn load(
        weights: &Weights,
        name: &str,
        width: usize,
        eps: f32,
    ) -> std::result::Result<Self, ModelError> {
        Ok(Self {
            weight: weights.read(&format!("{name}.weight"), &[width])?,
            bias: weights.read(&format!("{name}.bias"), &[width])?,
            eps,
        })
    }

    /// `[rows, width]` to the same.
    pub fn apply(&self, level: Level, x: &[f32], out: &mut Vec<f32>) {
        out.resize(x.len(), 0.0);
        layer_norm(level, x, &self.weight, &self.bias, self.eps, out);
    }

    /// `[rows, width]` to the same.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(self)
    }
}

impl CustomOp1 for Norm {
    fn name(&self) -> &'static str {
        "layer norm"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut out = Vec::new();
        self.apply(Level::detect(), contiguous(storage, layout)?, &mut out);
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

impl Stack {
    /// Loads all layers of a tower; with `one_position`, the last one for
    /// [`Self::forward_picked`].
    pub fn load(
        weights: &Weights,
        plan: &Plan,
        side: Side,
        precision: Precision,
        one_position: bool,
    ) -> std::result::Result<Self, ModelError> {
        let all = 0..plan.tower(side).layers;
        Self::load_some(weights, plan, side, precision, one_position, all)
    }

    /// As [`Self::load`], some layers alone: so a tower may be run that does not fit in memory.
    pub fn load_some(
        weights: &Weights,
        plan: &Plan,
        side: Side,
        precision: Precision,
        one_position: bool,
        range: Range<usize>,
    ) -> std::result::Result<Self, ModelError> {
        let tower = plan.tower(side);
        let source = Source {
            weights,
            plan,
            side,
            tower,
            precision,
        };
        let last = tower.layers.saturating_sub(usize::from(one_position));
        let whole = range.start..range.end.min(last);
        Ok(Self {
            layers: whole
                .into_par_iter()
                .map(|index| source.layer(index))
                .collect::<std::result::Result<_, _>>()?,
            last: range
                .filter(|index| *index >= last)
                .map(|index| source.last_layer(index))
                .next()
                .transpose()?,
        })
    }

    /// Whether the last layer of the tower is among them, loaded for picked positions.
    pub fn has_last(&self) -> bool {
        self.last.is_some()
    }

    /// Runs all layers but one loaded for picked positions: `[rows, width]`, in place.
    pub fn forward(&self, x: &Tensor, sequences: Sequences) -> Result<()> {
        x.inplace_op1(&Run(self, sequences))
    }

    /// Runs all layers and answers one row a sequence, at the picked positions: `[batch, width]`.
    pub fn forward_picked(
        &self,
        x: &Tensor,
        sequences: Sequences,
        picked: &[usize],
    ) -> Result<Tensor> {
        self.forward(x, sequences)?;
        match &self.last {
            Some(last) => x.apply_op1_no_bwd(&RunLast(last, sequences, picked)),
            None => {
                let rows: Vec<u32> = picked_rows(sequences, picked)
                    .map(|row| row as u32)
                    .collect();
                x.index_select(&Tensor::new(rows, x.device())?, 0)
            }
        }
    }
}

fn picked_rows(sequences: Sequences, picked: &[usize]) -> impl Iterator<Item = usize> + '_ {
    picked
        .iter()
        .enumerate()
        .map(move |(sequence, at)| sequence * sequences.positions + at)
}

impl Layer {
    /// `[rows, width]`, in place.
    fn run(&self, level: Level, x: &mut [f32], sequences: Sequences, room: &mut Room) {
        let width = self.qkv.inputs();
        self.norm1.apply(level, x, &mut room.normed);
        room.projected.resize(3 * x.len(), 0.0);
        self.qkv.multiply(
            level,
            &room.normed,
            &mut room.projected,
            Finish::default(),
            &mut room.bytes,
        );
        let part = |index: usize| Projected {
            values: room.projected.get(index * width..).unwrap_or_default(),
            stride: 3 * width,
        };
        let heads = self.rest.of(width, sequences, sequences.positions);
        room.attended.resize(x.len(), 0.0);
        let visible = if sequences.causal {
            Visible::UpTo(&[])
        } else {
            Visible::All
        };
        attention(
            level,
            heads,
            [part(0), part(1), part(2)],
            visible,
            &mut room.attended,
        );
        self.rest.run(level, x, room);
    }
}

impl LastLayer {
    /// `[rows, width]` to `[batch, width]`.
    fn run(&self, level: Level, x: &[f32], sequences: Sequences, picked: &[usize]) -> Vec<f32> {
        let width = self.q.inputs();
        let mut room = Room::default();
        let pick = |from: &[f32]| -> Vec<f32> {
            let rows = picked_rows(sequences, picked);
            rows.flat_map(|row| from.get(row * width..(row + 1) * width).unwrap_or_default())
                .copied()
                .collect()
        };
        self.norm1.apply(level, x, &mut room.normed);
        let mut queries = vec![0.0; picked.len() * width];
        let normed = pick(&room.normed);
        let finish = Finish::default();
        self.q
            .multiply(level, &normed, &mut queries, finish, &mut room.bytes);
        room.projected.resize(2 * x.len(), 0.0);
        self.kv.multiply(
            level,
            &room.normed,
            &mut room.projected,
            finish,
            &mut room.bytes,
        );
        let part = |index: usize| Projected {
            values: room.projected.get(index * width..).unwrap_or_default(),
            stride: 2 * width,
        };
        let queries = Projected {
            values: &queries,
            stride: width,
        };
        let visible = if sequences.causal {
            Visible::UpTo(picked)
        } else {
            Visible::All
        };
        let mut answer = pick(x);
        room.attended.resize(answer.len(), 0.0);
        let heads = self.rest.of(width, sequences, 1);
        attention(
            level,
            heads,
            [queries, part(0), part(1)],
            visible,
            &mut room.attended,
        );
        self.rest.run(level, &mut answer, &mut room);
        answer
    }
}

impl Rest {
    fn of(&self, width: usize, sequences: Sequences, queries: usize) -> Heads {
        Heads {
            batch: sequences.batch,
            heads: self.heads,
            width: width.checked_div(self.heads).unwrap_or(0),
            queries,
            keys: sequences.positions,
        }
    }

    fn run(&self, level: Level, x: &mut [f32], room: &mut Room) {
        let add = Finish {
            add: true,
            activation: None,
        };
        self.out
            .multiply(level, &room.attended, x, add, &mut room.bytes);
        self.mlp.run(level, x, room);
    }
}

impl Mlp {
    pub fn load(
        weights: &Weights,
        precision: Precision,
        tower: &TowerPlan,
        (norm, fc1, fc2): (&str, &Pair, &Pair),
    ) -> std::result::Result<Self, ModelError> {
        let (width, inner) = (tower.width, tower.inner);
        Ok(Self {
            norm: Norm::load(weights, norm, width, tower.eps)?,
            fc1: Product::load(weights, precision, fc1, (width, inner))?,
            fc2: Product::load(weights, precision, fc2, (inner, width))?,
            activation: tower.activation.function(),
        })
    }

    /// `[rows, width]`, in place.
    pub fn run(&self, level: Level, x: &mut [f32], room: &mut Room) {
        self.norm.apply(level, x, &mut room.normed);
        let rows = x.len().checked_div(self.fc1.inputs()).unwrap_or(0);
        room.inner.resize(rows * self.fc1.outputs(), 0.0);
        let activate = Finish {
            activation: Some(self.activation),
            add: false,
        };
        let add = Finish {
            add: true,
            activation: None,
        };
        let Room {
            normed,
            inner,
            bytes,
            ..
        } = room;
        self.fc1.multiply(level, normed, inner, activate, bytes);
        self.fc2.multiply(level, inner, x, add, bytes);
    }
}

impl InplaceOp1 for Run<'_> {
    fn name(&self) -> &'static str {
        "layers"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let CpuStorage::F32(all) = storage else {
            return Err(candle_core::Error::Msg("the tensor is not f32".to_owned()));
        };
        let x = layout
            .contiguous_offsets()
            .and_then(|(from, to)| all.get_mut(from..to))
            .ok_or_else(|| candle_core::Error::Msg("the tensor has gaps".to_owned()))?;
        let (level, mut room) = (Level::detect(), Room::default());
        for layer in &self.0.layers {
            layer.run(level, x, self.1, &mut room);
        }
        Ok(())
    }
}

impl CustomOp1 for RunLast<'_> {
    fn name(&self) -> &'static str {
        "last layer"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Self(layer, sequences, picked) = self;
        let x = contiguous(storage, layout)?;
        let out = layer.run(Level::detect(), x, *sequences, picked);
        let shape = Shape::from((picked.len(), layer.q.inputs()));
        Ok((CpuStorage::F32(out), shape))
    }
}
