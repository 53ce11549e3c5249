//! The text tower: tokens, layers with a causal mask, and the end token's row projected.
//!
//! Texts are not padded to the context. The mask lets no row see a later one, so the rows up to
//! the end token are the same whether or not padding follows: the cut is exact, and a query of
//! ten tokens costs an eighth of one of 77.

use candle_core::{Device, Result, Tensor};

use super::config::{ClipConfig, TextPooling};
use super::tensors::TEXT;
use super::transformer::{Linear, Norm, Rows, Stack, causal_mask};
use crate::embed::encoder::ModelError;
use crate::embed::weights::Weights;

/// The text tower, loaded.
#[derive(Debug)]
pub(super) struct TextTower {
    /// `[vocabulary, width]`.
    tokens: Tensor,
    /// `[context, width]`.
    positions: Tensor,
    stack: Stack,
    final_norm: Norm,
    projection: Linear,
    pooling: TextPooling,
}

impl TextTower {
    pub fn load(
        weights: &mut Weights,
        config: &ClipConfig,
    ) -> std::result::Result<Self, ModelError> {
        let (dim, config) = (config.dim, &config.text);
        let width = config.tower.width;
        let embeddings = format!("{TEXT}.embeddings");
        Ok(Self {
            tokens: weights.load(
                &format!("{embeddings}.token_embedding.weight"),
                &[config.vocabulary, width],
            )?,
            positions: weights.load(
                &format!("{embeddings}.position_embedding.weight"),
                &[config.context, width],
            )?,
            stack: Stack::load(weights, TEXT, &config.tower)?,
            final_norm: Norm::load(weights, &format!("{TEXT}.final_layer_norm"), &config.tower)?,
            projection: Linear::load_without_bias(weights, "text_projection", width, dim)?,
            pooling: config.pooling,
        })
    }

    /// Token ids, each list non-empty and within the context, to `[batch, dim]`, not yet of unit
    /// norm.
    ///
    /// Shorter lists are filled up to the longest of the batch, which the mask makes harmless.
    pub fn forward(&self, ids: &[Vec<u32>]) -> Result<Tensor> {
        let longest = ids.iter().map(Vec::len).max().unwrap_or(0);
        let rows = Rows {
            batch: ids.len(),
            positions: longest,
        };
        let filled: Vec<u32> = ids
            .iter()
            .flat_map(|ids| {
                ids.iter()
                    .copied()
                    .chain(std::iter::repeat(0))
                    .take(longest)
            })
            .collect();
        let tokens = self
            .tokens
            .index_select(&Tensor::new(filled, &Device::Cpu)?, 0)?;
        let x = tokens
            .reshape((rows.batch, rows.positions, tokens.dim(1)?))?
            .broadcast_add(&self.positions.narrow(0, 0, longest)?)?
            .flatten_to(1)?;
        let picked: Vec<u32> = ids.iter().map(|ids| self.pooling.position(ids)).collect();
        let x = self
            .stack
            .forward(x, rows, Some(&causal_mask(longest)?), &picked)?;
        self.projection.forward(&self.final_norm.forward(&x)?)
    }
}

impl TextPooling {
    /// The position whose row stands for the text.
    fn position(self, ids: &[u32]) -> u32 {
        let wanted = match self {
            Self::HighestId => ids.iter().copied().max().unwrap_or(0),
            Self::FirstEnd(id) => id,
        };
        (0..)
            .zip(ids)
            .find(|(_, id)| **id == wanted)
            .map_or(0, |(at, _)| at)
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
    }
}
