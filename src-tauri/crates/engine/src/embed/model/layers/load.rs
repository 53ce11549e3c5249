//! Reads the layers of a tower from its weights.

use super::{LastLayer, Layer, Mlp, Norm, Rest};
use crate::embed::encoder::{ModelError, Precision};
use crate::embed::model::names::{Pair, Side};
use crate::embed::model::plan::{Plan, TowerPlan};
use crate::embed::model::product::Product;
use crate::embed::weights::Weights;

/// Where layers are loaded from.
pub(super) struct Source<'a> {
    pub weights: &'a Weights,
    pub plan: &'a Plan,
    pub side: Side,
    pub tower: &'a TowerPlan,
    pub precision: Precision,
}

impl Source<'_> {
    pub fn layer(&self, index: usize) -> Result<Layer, ModelError> {
        let names = self.plan.layer(self.side, index);
        let width = self.tower.width;
        let (weight, bias) = read_side_by_side(self.weights, &names.qkv, width)?;
        Ok(Layer {
            norm1: self.norm(&names.norm1)?,
            qkv: Product::pack(self.precision, width, 3 * width, &weight, Some(&bias)),
            rest: self.rest(index)?,
        })
    }

    pub fn last_layer(&self, index: usize) -> Result<LastLayer, ModelError> {
        let names = self.plan.layer(self.side, index);
        let width = self.tower.width;
        let (weight, bias) = read_side_by_side(self.weights, &names.qkv, width)?;
        let (q, kv) = weight.split_at(width * width);
        let (q_bias, kv_bias) = bias.split_at(width);
        Ok(LastLayer {
            norm1: self.norm(&names.norm1)?,
            q: Product::pack(self.precision, width, width, q, Some(q_bias)),
            kv: Product::pack(self.precision, width, 2 * width, kv, Some(kv_bias)),
            rest: self.rest(index)?,
        })
    }

    fn rest(&self, index: usize) -> Result<Rest, ModelError> {
        let names = self.plan.layer(self.side, index);
        let width = self.tower.width;
        Ok(Rest {
            heads: self.tower.heads,
            out: Product::load(self.weights, self.precision, &names.out, (width, width))?,
            mlp: Mlp::load(
                self.weights,
                self.precision,
                self.tower,
                (&names.norm2, &names.fc1, &names.fc2),
            )?,
        })
    }

    fn norm(&self, name: &str) -> Result<Norm, ModelError> {
        Norm::load(self.weights, name, self.tower.width, self.tower.eps)
    }
}

/// Query, key and value as one product `[3 · width, width]`, whether stored as one or as three.
pub(in super::super) fn read_side_by_side(
    weights: &Weights,
    pairs: &[Pair],
    width: usize,
) -> Result<(Vec<f32>, Vec<f32>), ModelError> {
    let rows = 3 * width / pairs.len().max(1);
    let (mut weight, mut bias) = (Vec::new(), Vec::new());
    for pair in pairs {
        weight.extend(weights.read(&pair.weight, &[rows, width])?);
        bias.extend(weights.read(&pair.bias, &[rows])?);
    }
    Ok((weight, bias))
}
