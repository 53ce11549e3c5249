//! The image tower: patches, layers, and one row that stands for the picture.

use std::ops::Range;

use candle_core::{Device, Result, Tensor};

use super::head::PoolingHead;
use super::layers::{Norm, Sequences, Stack};
use super::names::Side;
use super::plan::{Plan, VisionPlan, VisionPooling};
use super::product::Product;
use crate::embed::encoder::{ModelError, Precision};
use crate::embed::preprocess::PixelTensor;
use crate::embed::weights::Weights;

/// The image tower, loaded.
#[derive(Debug)]
pub(super) struct VisionTower {
    patches: Product,
    /// The class row with its position, `[1, width]`.
    class_row: Option<Tensor>,
    /// The positions of the patches, `[grid², width]`.
    positions: Tensor,
    pre_norm: Option<Norm>,
    stack: Stack,
    post_norm: Norm,
    pooling: Pooling,
    plan: VisionPlan,
}

/// How one row is made of all.
#[derive(Debug)]
enum Pooling {
    ClassRow(Product),
    Mean {
        projection: Product,
        norm_after: bool,
    },
    Attention(Box<PoolingHead>),
}

impl VisionTower {
    /// Loads all of it.
    pub fn load(
        weights: &Weights,
        plan: &Plan,
        precision: Precision,
    ) -> std::result::Result<Self, ModelError> {
        Self::load_with(weights, plan, precision, 0..plan.vision.tower.layers)
    }

    /// Runs the tower in f32 a layer at a time, so that only one is in memory.
    ///
    /// # Errors
    /// As [`Self::load`], and [`ModelError::Tensor`].
    pub fn forward_by_layers(
        weights: &Weights,
        plan: &Plan,
        pixels: &[PixelTensor],
    ) -> std::result::Result<Tensor, ModelError> {
        let failed = |source| ModelError::Tensor {
            tensor: "the image tower".to_owned(),
            source,
        };
        let precision = Precision::F32;
        let tower = Self::load_with(weights, plan, precision, 0..0)?;
        let one_position = plan.vision.pooling == VisionPooling::ClassRow;
        let mut x = tower.embed(pixels).map_err(failed)?;
        let sequences = tower.sequences(pixels.len());
        for index in 0..plan.vision.tower.layers {
            let range = index..index + 1;
            let side = Side::Vision;
            let layer = Stack::load_some(weights, plan, side, precision, one_position, range)?;
            x = tower.run(&layer, x, sequences).map_err(failed)?;
        }
        tower.pool(&x, sequences).map_err(failed)
    }

    fn load_with(
        weights: &Weights,
        plan: &Plan,
        precision: Precision,
        layers: Range<usize>,
    ) -> std::result::Result<Self, ModelError> {
        let (names, dim) = (plan.names(), plan.dim);
        let plan_of_all = plan;
        let plan = plan.vision.clone();
        let (width, eps) = (plan.tower.width, plan.tower.eps);
        let (class_row, positions) = load_positions(weights, plan_of_all)?;
        let pre_norm = if plan.pre_norm {
            Some(Norm::load(weights, names.pre_norm, width, eps)?)
        } else {
            None
        };
        let projection =
            || Product::load_projection(weights, names.vision_projection, (width, dim));
        let pooling = match plan.pooling {
            VisionPooling::ClassRow => Pooling::ClassRow(projection()?),
            VisionPooling::Mean { norm_after } => Pooling::Mean {
                projection: projection()?,
                norm_after,
            },
            VisionPooling::Attention => Pooling::Attention(Box::new(PoolingHead::load(
                weights,
                &plan.tower,
                precision,
            )?)),
        };
        let one_position = plan.pooling == VisionPooling::ClassRow;
        Ok(Self {
            patches: load_patches(weights, names.patches, &plan, precision)?,
            class_row,
            positions,
            pre_norm,
            stack: Stack::load_some(
                weights,
                plan_of_all,
                Side::Vision,
                precision,
                one_position,
                layers,
            )?,
            post_norm: Norm::load(weights, names.post_norm, width, eps)?,
            pooling,
            plan,
        })
    }

    /// Tensors of the tower's own size to `[batch, dim]`, not yet of unit norm.
    pub fn forward(&self, pixels: &[PixelTensor]) -> Result<Tensor> {
        let sequences = self.sequences(pixels.len());
        let x = self.run(&self.stack, self.embed(pixels)?, sequences)?;
        self.pool(&x, sequences)
    }

    fn sequences(&self, batch: usize) -> Sequences {
        Sequences {
            batch,
            positions: self.plan.positions(),
            causal: false,
        }
    }

    /// What goes into the layers: `[batch · positions, width]`.
    fn embed(&self, pixels: &[PixelTensor]) -> Result<Tensor> {
        let batch = pixels.len();
        let patches = self.patches.forward(&unfold(pixels, &self.plan)?)?;
        let grid = self.plan.grid() * self.plan.grid();
        let patches = patches
            .reshape((batch, grid, self.plan.tower.width))?
            .broadcast_add(&self.positions)?;
        let x = match &self.class_row {
            Some(row) => Tensor::cat(&[&row.broadcast_left(batch)?, &patches], 1)?,
            None => patches,
        };
        let x = x.flatten_to(1)?.contiguous()?;
        match &self.pre_norm {
            Some(norm) => norm.forward(&x),
            None => Ok(x),
        }
    }

    /// Runs layers; after the last one of a tower with a class row that row alone is left.
    fn run(&self, layers: &Stack, x: Tensor, sequences: Sequences) -> Result<Tensor> {
        if matches!(self.pooling, Pooling::ClassRow(_)) && layers.has_last() {
            return layers.forward_picked(&x, sequences, &vec![0; sequences.batch]);
        }
        layers.forward(&x, sequences)?;
        Ok(x)
    }

    /// What comes out of the layers to `[batch, dim]`.
    fn pool(&self, x: &Tensor, sequences: Sequences) -> Result<Tensor> {
        let batch = sequences.batch;
        match &self.pooling {
            Pooling::ClassRow(projection) => projection.forward(&self.post_norm.forward(x)?),
            Pooling::Mean {
                projection,
                norm_after: true,
            } => projection.forward(&self.post_norm.forward(&self.mean(x, batch)?)?),
            Pooling::Mean { projection, .. } => {
                projection.forward(&self.mean(&self.post_norm.forward(x)?, batch)?)
            }
            Pooling::Attention(head) => {
                head.forward(&self.post_norm.forward(x)?, sequences.positions)
            }
        }
    }

    /// The mean of each picture's patches, without the class row.
    fn mean(&self, x: &Tensor, batch: usize) -> Result<Tensor> {
        let (all, width) = (self.plan.positions(), self.plan.tower.width);
        let class_rows = usize::from(self.plan.class_row);
        x.reshape((batch, all, width))?
            .narrow(1, class_rows, all - class_rows)?
            .mean(1)?
            .contiguous()
    }
}

fn load_patches(
    weights: &Weights,
    name: &str,
    plan: &VisionPlan,
    precision: Precision,
) -> std::result::Result<Product, ModelError> {
    let (width, patch) = (plan.tower.width, plan.patch_px);
    let weight = weights.read(&format!("{name}.weight"), &[width, 3, patch, patch])?;
    let bias = if plan.patch_bias {
        Some(weights.read(&format!("{name}.bias"), &[width])?)
    } else {
        None
    };
    Ok(Product::pack(
        precision,
        plan.patch_values(),
        width,
        &weight,
        bias.as_deref(),
    ))
}

/// The class row at position 0, and the positions of the patches.
fn load_positions(
    weights: &Weights,
    plan: &Plan,
) -> std::result::Result<(Option<Tensor>, Tensor), ModelError> {
    let names = plan.names();
    let (width, all) = (plan.vision.tower.width, plan.vision.positions());
    let positions = weights.load(names.vision_positions, &[all, width])?;
    if !plan.vision.class_row {
        return Ok((None, positions));
    }
    let class = weights.load(names.class, &[width])?;
    let split = || -> Result<(Option<Tensor>, Tensor)> {
        let row = class.unsqueeze(0)?.add(&positions.narrow(0, 0, 1)?)?;
        Ok((Some(row), positions.narrow(0, 1, all - 1)?.contiguous()?))
    };
    split().map_err(|source| ModelError::Tensor {
        tensor: names.class.to_owned(),
        source,
    })
}

/// The patches as rows: `[batch · grid², 3 · patch²]`.
fn unfold(pixels: &[PixelTensor], plan: &VisionPlan) -> Result<Tensor> {
    let (side, patch, grid) = (plan.image_px, plan.patch_px, plan.grid());
    let mut values = Vec::with_capacity(pixels.len() * grid * grid * plan.patch_values());
    for picture in pixels {
        for y in 0..grid {
            for x in 0..grid {
                for plane in picture.values().chunks_exact(side * side) {
                    for row in plane.chunks_exact(side).skip(y * patch).take(patch) {
                        let part = row.get(x * patch..(x + 1) * patch);
                        values.extend_from_slice(part.unwrap_or_default());
                    }
                }
            }
        }
    }
    let rows = pixels.len() * grid * grid;
    Tensor::from_vec(values, (rows, plan.patch_values()), &Device::Cpu)
}
