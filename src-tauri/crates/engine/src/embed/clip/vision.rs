//! The image tower: patches, a class row, layers, and the class row projected.

use candle_core::{Device, Result, Tensor};

use super::config::{ClipConfig, VisionConfig};
use super::tensors::VISION;
use super::transformer::{Linear, Norm, Rows, Stack, tensor_error};
use crate::embed::encoder::ModelError;
use crate::embed::preprocess::PixelTensor;
use crate::embed::weights::Weights;

/// The image tower, loaded.
#[derive(Debug)]
pub(super) struct VisionTower {
    patches: Linear,
    /// The class row with its position, `[1, width]`.
    class_row: Tensor,
    /// The positions of the patches, `[grid², width]`.
    positions: Tensor,
    pre_norm: Norm,
    stack: Stack,
    post_norm: Norm,
    projection: Linear,
    config: VisionConfig,
}

impl VisionTower {
    pub fn load(
        weights: &mut Weights,
        config: &ClipConfig,
    ) -> std::result::Result<Self, ModelError> {
        let (dim, config) = (config.dim, config.vision.clone());
        let (width, patch) = (config.tower.width, config.patch_px);
        let seen = config.grid() * config.grid();
        let embeddings = format!("{VISION}.embeddings");
        let name = format!("{embeddings}.patch_embedding.weight");
        let patches = weights
            .load(&name, &[width, 3, patch, patch])?
            .flatten_from(1)
            .and_then(|weight| Linear::new(&weight, None))
            .map_err(|source| tensor_error(&name, source))?;
        let name = format!("{embeddings}.position_embedding.weight");
        let positions = weights.load(&name, &[seen + 1, width])?;
        let class = weights.load(&format!("{embeddings}.class_embedding"), &[width])?;
        let (class_row, positions) =
            class_row(&class, &positions, seen).map_err(|source| tensor_error(&name, source))?;
        Ok(Self {
            patches,
            class_row,
            positions,
            pre_norm: Norm::load(weights, &format!("{VISION}.pre_layrnorm"), &config.tower)?,
            stack: Stack::load(weights, VISION, &config.tower)?,
            post_norm: Norm::load(weights, &format!("{VISION}.post_layernorm"), &config.tower)?,
            projection: Linear::load_without_bias(weights, "visual_projection", width, dim)?,
            config,
        })
    }

    /// Tensors of the tower's own size to `[batch, dim]`, not yet of unit norm.
    pub fn forward(&self, pixels: &[PixelTensor]) -> Result<Tensor> {
        let batch = pixels.len();
        let rows = Rows {
            batch,
            positions: self.positions.dim(0)? + 1,
        };
        let patches = self.patches.forward(&self.unfold(pixels)?)?;
        let patches = patches
            .reshape((batch, rows.positions - 1, self.config.tower.width))?
            .broadcast_add(&self.positions)?;
        let class = self.class_row.broadcast_left(batch)?;
        let x = Tensor::cat(&[&class, &patches], 1)?.flatten_to(1)?;
        let x = self.pre_norm.forward(&x)?;
        let x = self.stack.forward(x, rows, None, &vec![0; batch])?;
        self.projection.forward(&self.post_norm.forward(&x)?)
    }

    /// The patches as rows: `[batch · grid², 3 · patch²]`.
    fn unfold(&self, pixels: &[PixelTensor]) -> Result<Tensor> {
        let (side, patch, grid) = (
            self.config.image_px,
            self.config.patch_px,
            self.config.grid(),
        );
        let one = |p: &PixelTensor| Tensor::from_slice(p.values(), (3, side, side), &Device::Cpu);
        let all = pixels.iter().map(one).collect::<Result<Vec<_>>>()?;
        Tensor::stack(&all, 0)?
            .narrow(2, 0, grid * patch)?
            .narrow(3, 0, grid * patch)?
            .reshape(vec![pixels.len() * 3, grid, patch, grid, patch])?
            .reshape(vec![pixels.len(), 3, grid, patch, grid, patch])?
            .permute(vec![0, 2, 4, 1, 3, 5])?
            .reshape((pixels.len() * grid * grid, 3 * patch * patch))
    }
}

/// The class row at position 0, and the positions of the patches.
fn class_row(class: &Tensor, positions: &Tensor, seen: usize) -> Result<(Tensor, Tensor)> {
    Ok((
        class.unsqueeze(0)?.add(&positions.narrow(0, 0, 1)?)?,
        positions.narrow(0, 1, seen)?,
    ))
}
