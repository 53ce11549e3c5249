//! The text tower: tokens, layers, and one row that stands for the text, projected.
//!
//! With a causal mask texts are not padded to the context: no row sees a later one, so the rows up
//! to the end token are the same whether or not padding follows. The cut is exact, and a query of
//! ten tokens costs an eighth of one of 77. Without the mask the padding is part of the text.

use candle_core::{Device, Result, Tensor};

use super::layers::{Norm, Sequences, Stack};
use super::names::Side;
use super::plan::{Plan, TextPlan, TextPooling};
use super::product::Product;
use crate::embed::encoder::{EncodeError, ModelError, Precision};
use crate::embed::weights::Weights;

/// The text tower, loaded. The table of tokens stays on disk: a query reads its rows.
#[derive(Debug)]
pub(super) struct TextTower {
    tokens: &'static str,
    /// `[context, width]`.
    positions: Tensor,
    stack: Stack,
    final_norm: Norm,
    projection: Product,
    plan: TextPlan,
}

impl TextTower {
    pub fn load(
        weights: &Weights,
        plan: &Plan,
        precision: Precision,
    ) -> std::result::Result<Self, ModelError> {
        let (names, dim) = (plan.names(), plan.dim);
        let text = plan.text.clone();
        let (width, eps) = (text.tower.width, text.tower.eps);
        Ok(Self {
            tokens: names.tokens,
            positions: weights.load(names.text_positions, &[text.context, width])?,
            stack: Stack::load(weights, plan, Side::Text, precision, true)?,
            final_norm: Norm::load(weights, names.final_norm, width, eps)?,
            projection: Product::load_projection(weights, names.text_projection, (width, dim))?,
            plan: text,
        })
    }

    /// Token ids, each list non-empty and within the context, to `[batch, dim]`, not yet of unit
    /// norm.
    ///
    /// Shorter lists are filled up to the longest of the batch, which the mask makes harmless.
    pub fn forward(
        &self,
        weights: &Weights,
        ids: &[Vec<u32>],
    ) -> std::result::Result<Tensor, EncodeError> {
        let longest = ids.iter().map(Vec::len).max().unwrap_or(0);
        let filled: Vec<u32> = ids
            .iter()
            .flat_map(|ids| {
                ids.iter()
                    .copied()
                    .chain(std::iter::repeat(0))
                    .take(longest)
            })
            .collect();
        let table = [self.plan.vocabulary, self.plan.tower.width];
        let rows = weights
            .read_rows(self.tokens, table, &filled)
            .map_err(|source| EncodeError::TextTower { source })?;
        let picked: Vec<usize> = ids
            .iter()
            .map(|ids| self.plan.pooling.position(ids))
            .collect();
        Ok(self.run(rows, ids.len(), longest, &picked)?)
    }

    fn run(
        &self,
        rows: Vec<f32>,
        batch: usize,
        positions: usize,
        picked: &[usize],
    ) -> Result<Tensor> {
        let x = Tensor::from_vec(
            rows,
            (batch, positions, self.plan.tower.width),
            &Device::Cpu,
        )?
        .broadcast_add(&self.positions.narrow(0, 0, positions)?)?
        .flatten_to(1)?
        .contiguous()?;
        let sequences = Sequences {
            batch,
            positions,
            causal: self.plan.causal,
        };
        let x = self.stack.forward_picked(&x, sequences, picked)?;
        self.projection.forward(&self.final_norm.forward(&x)?)
    }
}

impl TextPooling {
    /// The position whose row stands for the text.
    fn position(self, ids: &[u32]) -> usize {
        let wanted = match self {
            Self::Last => return ids.len().saturating_sub(1),
            Self::HighestId => ids.iter().copied().max().unwrap_or(0),
            Self::FirstEnd(id) => id,
        };
        ids.iter().position(|id| *id == wanted).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_token_is_found_as_the_reference_finds_it() {
        assert_eq!(TextPooling::HighestId.position(&[5, 9, 3, 9]), 1);
        assert_eq!(TextPooling::FirstEnd(3).position(&[5, 9, 3, 3]), 2);
        assert_eq!(TextPooling::FirstEnd(4).position(&[5, 9, 3]), 0);
        assert_eq!(TextPooling::Last.position(&[5, 9, 3]), 2);
    }
}
