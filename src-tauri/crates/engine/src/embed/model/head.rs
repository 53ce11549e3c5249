//! SigLIP's pooling: a learnt query attends to all patches, then two products.
//!
//! # Source
//! `SiglipMultiheadAttentionPoolingHead` of transformers 4.57.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use latent_kernels::{Finish, Heads, Level, Projected, Visible, attention};

use super::layers::{Mlp, Room, read_side_by_side};
use super::names::{HEAD, Pair};
use super::plan::TowerPlan;
use super::product::{Product, contiguous};
use crate::embed::encoder::{ModelError, Precision};
use crate::embed::weights::Weights;

/// The head, loaded.
#[derive(Debug)]
pub(super) struct PoolingHead {
    /// The learnt query, projected, `[width]`.
    query: Vec<f32>,
    kv: Product,
    out: Product,
    mlp: Mlp,
    heads: usize,
}

/// The head on sequences of so many rows.
struct Run<'a>(&'a PoolingHead, usize);

impl PoolingHead {
    pub fn load(
        weights: &Weights,
        tower: &TowerPlan,
        precision: Precision,
    ) -> std::result::Result<Self, ModelError> {
        let width = tower.width;
        let probe = weights.read(&format!("{HEAD}.probe"), &[1, 1, width])?;
        let pair = Pair::fused(&format!("{HEAD}.attention"));
        let (weight, bias) = read_side_by_side(weights, &[pair], width)?;
        let (q, kv) = weight.split_at(width * width);
        let (q_bias, kv_bias) = bias.split_at(width);
        let q = Product::pack(Precision::F32, width, width, q, Some(q_bias));
        let mut query = vec![0.0; width];
        let mut room = Room::default();
        q.multiply(
            Level::detect(),
            &probe,
            &mut query,
            Finish::default(),
            &mut room.bytes,
        );
        let norm = format!("{HEAD}.layernorm");
        let [out, fc1, fc2] = ["attention.out_proj", "mlp.fc1", "mlp.fc2"]
            .map(|name| Pair::of(&format!("{HEAD}.{name}")));
        Ok(Self {
            query,
            kv: Product::pack(precision, width, 2 * width, kv, Some(kv_bias)),
            out: Product::load(weights, precision, &out, (width, width))?,
            mlp: Mlp::load(weights, precision, tower, (&norm, &fc1, &fc2))?,
            heads: tower.heads,
        })
    }

    /// `[batch · positions, width]` to `[batch, width]`.
    pub fn forward(&self, x: &Tensor, positions: usize) -> Result<Tensor> {
        x.apply_op1_no_bwd(&Run(self, positions))
    }

    fn run(&self, level: Level, x: &[f32], positions: usize) -> Vec<f32> {
        let width = self.query.len();
        let batch = x.len().checked_div(positions * width).unwrap_or(0);
        let mut room = Room::default();
        room.projected.resize(2 * x.len(), 0.0);
        let finish = Finish::default();
        self.kv
            .multiply(level, x, &mut room.projected, finish, &mut room.bytes);
        let part = |index: usize| Projected {
            values: room.projected.get(index * width..).unwrap_or_default(),
            stride: 2 * width,
        };
        let queries = self.query.repeat(batch);
        let queries = Projected {
            values: &queries,
            stride: width,
        };
        let heads = Heads {
            batch,
            heads: self.heads,
            width: width.checked_div(self.heads).unwrap_or(0),
            queries: 1,
            keys: positions,
        };
        room.attended.resize(batch * width, 0.0);
        attention(
            level,
            heads,
            [queries, part(0), part(1)],
            Visible::All,
            &mut room.attended,
        );
        let mut pooled = vec![0.0; batch * width];
        self.out
            .multiply(level, &room.attended, &mut pooled, finish, &mut room.bytes);
        self.mlp.run(level, &mut pooled, &mut room);
        pooled
    }
}

impl CustomOp1 for Run<'_> {
    fn name(&self) -> &'static str {
        "pooling head"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Self(head, positions) = self;
        let pooled = head.run(Level::detect(), contiguous(storage, layout)?, *positions);
        let shape = Shape::from((pooled.len() / head.query.len().max(1), head.query.len()));
        Ok((CpuStorage::F32(pooled), shape))
    }
}
