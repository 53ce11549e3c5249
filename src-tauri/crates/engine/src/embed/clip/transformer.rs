//! The stack of layers that both towers share, on candle's CPU operations.
//!
//! What is done once at load, so that no picture pays for it: weights lie transposed
//! (`[in, out]`), query, key and value are one product, the attention's scale is in the query's
//! weights, and QuickGELU's factor is in the layer's two products. Activations are
//! `[batch · positions, width]` f32 throughout.

use candle_core::{D, Result, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use super::config::{Activation, TowerConfig};
use super::tensors;
use crate::embed::encoder::ModelError;
use crate::embed::weights::Weights;

/// The factor inside QuickGELU: `x · σ(1.702 x)`.
///
/// # Source
/// Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415, section 2.
const QUICK_GELU: f64 = 1.702;

/// A product with weights, and a bias where the layer has one.
#[derive(Debug)]
pub(super) struct Linear {
    /// `[in, out]`, contiguous.
    weight: Tensor,
    /// `[out]`.
    bias: Option<Tensor>,
}

/// A layer normalisation.
#[derive(Debug)]
pub(super) struct Norm {
    weight: Tensor,
    bias: Tensor,
    eps: f32,
}

/// The layers of a tower.
#[derive(Debug)]
pub(super) struct Stack {
    layers: Vec<Layer>,
}

/// One layer: attention, then two products, each added to what came in.
#[derive(Debug)]
struct Layer {
    norm1: Norm,
    qkv: Linear,
    out: Linear,
    norm2: Norm,
    fc1: Linear,
    fc2: Linear,
    activation: Activation,
    heads: usize,
}

/// The rows of a batch: `batch` sequences of `positions` each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub batch: usize,
    pub positions: usize,
}

impl Linear {
    /// Loads `name.weight` `[out, in]`, without a bias.
    pub fn load_without_bias(
        weights: &mut Weights,
        name: &str,
        from: usize,
        to: usize,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.load(&format!("{name}.weight"), &[to, from])?;
        Self::new(&weight, None).map_err(|source| tensor_error(name, source))
    }

    /// Loads `name.weight` `[out, in]` and `name.bias`, both times a factor.
    fn load(
        weights: &mut Weights,
        name: &str,
        (from, to): (usize, usize),
        [weight_factor, bias_factor]: [f64; 2],
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.load(&format!("{name}.weight"), &[to, from])?;
        let bias = weights.load(&format!("{name}.bias"), &[to])?;
        scaled(&weight, weight_factor)
            .and_then(|weight| Self::new(&weight, Some(scaled(&bias, bias_factor)?)))
            .map_err(|source| tensor_error(name, source))
    }

    /// Takes weights `[out, in]` and lays them down transposed.
    pub fn new(weight: &Tensor, bias: Option<Tensor>) -> Result<Self> {
        Ok(Self {
            weight: weight.t()?.contiguous()?,
            bias,
        })
    }

    /// `[rows, in]` to `[rows, out]`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.matmul(&self.weight)?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }

    /// The part of the outputs from `start`, as a product of its own.
    fn narrow(&self, start: usize, length: usize) -> Result<Self> {
        let weight = self.weight.narrow(1, start, length)?;
        let bias = self
            .bias
            .as_ref()
            .map(|b| b.narrow(0, start, length))
            .transpose()?;
        Ok(Self { weight, bias })
    }

    /// Several products with the same input as one.
    fn side_by_side(parts: &[Self]) -> Result<Self> {
        let weights: Vec<_> = parts.iter().map(|p| &p.weight).collect();
        let biases: Vec<_> = parts.iter().filter_map(|p| p.bias.as_ref()).collect();
        Ok(Self {
            weight: Tensor::cat(&weights, 1)?,
            bias: Some(Tensor::cat(&biases, 0)?),
        })
    }
}

impl Norm {
    /// Loads `name.weight` and `name.bias`.
    pub fn load(
        weights: &mut Weights,
        name: &str,
        tower: &TowerConfig,
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.load(&format!("{name}.weight"), &[tower.width])?;
        let bias = weights.load(&format!("{name}.bias"), &[tower.width])?;
        Ok(Self {
            weight,
            bias,
            eps: tower.eps,
        })
    }

    /// `[rows, width]` to the same.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        layer_norm(x, &self.weight, &self.bias, self.eps)
    }
}

impl Stack {
    /// Loads all layers of the tower whose names begin with `prefix`.
    pub fn load(
        weights: &mut Weights,
        prefix: &str,
        tower: &TowerConfig,
    ) -> std::result::Result<Self, ModelError> {
        let layers = (0..tower.layers)
            .map(|index| Layer::load(weights, &tensors::layer(prefix, index), tower))
            .collect::<std::result::Result<_, _>>()?;
        Ok(Self { layers })
    }

    /// Runs all layers and answers one row a sequence: `[batch, width]`.
    ///
    /// `mask` is `[positions, positions]`, added to the scores. `picked` is the position of each
    /// sequence that is wanted; the last layer is computed for it alone.
    pub fn forward(
        &self,
        mut x: Tensor,
        rows: Rows,
        mask: Option<&Tensor>,
        picked: &[u32],
    ) -> Result<Tensor> {
        let Some((last, before)) = self.layers.split_last() else {
            return pick(&x, rows, picked);
        };
        for layer in before {
            x = layer.forward(&x, rows, mask)?;
        }
        last.forward_picked(&x, rows, mask, picked)
    }
}

impl Layer {
    fn load(
        weights: &mut Weights,
        name: &str,
        tower: &TowerConfig,
    ) -> std::result::Result<Self, ModelError> {
        let TowerConfig {
            width,
            inner,
            heads,
            activation,
            ..
        } = *tower;
        let scale = ((width / heads) as f64).sqrt().recip();
        let square = (width, width);
        let mut attention = |part: &str, scale: f64| {
            Linear::load(
                weights,
                &format!("{name}.self_attn.{part}"),
                square,
                [scale; 2],
            )
        };
        let parts = [
            attention("q_proj", scale)?,
            attention("k_proj", 1.0)?,
            attention("v_proj", 1.0)?,
        ];
        let out = attention("out_proj", 1.0)?;
        let qkv = Linear::side_by_side(&parts).map_err(|source| tensor_error(name, source))?;
        let gelu = match activation {
            Activation::QuickGelu => QUICK_GELU,
            Activation::Gelu => 1.0,
        };
        Ok(Self {
            norm1: Norm::load(weights, &format!("{name}.layer_norm1"), tower)?,
            qkv,
            out,
            norm2: Norm::load(weights, &format!("{name}.layer_norm2"), tower)?,
            fc1: Linear::load(
                weights,
                &format!("{name}.mlp.fc1"),
                (width, inner),
                [gelu; 2],
            )?,
            fc2: Linear::load(
                weights,
                &format!("{name}.mlp.fc2"),
                (inner, width),
                [gelu.recip(), 1.0],
            )?,
            activation,
            heads,
        })
    }

    /// `[rows, width]` to the same.
    fn forward(&self, x: &Tensor, rows: Rows, mask: Option<&Tensor>) -> Result<Tensor> {
        let qkv = self.split(&self.qkv.forward(&self.norm1.forward(x)?)?, rows, 3)?;
        let (q, k, v) = (qkv.get(0)?, qkv.get(1)?, qkv.get(2)?);
        let attended = attend(&q, &k, &v, mask)?;
        self.finish(x, &attended)
    }

    /// The layer for one position of each sequence: `[rows, width]` to `[batch, width]`.
    fn forward_picked(
        &self,
        x: &Tensor,
        rows: Rows,
        mask: Option<&Tensor>,
        picked: &[u32],
    ) -> Result<Tensor> {
        let width = x.dim(1)?;
        let normed = self.norm1.forward(x)?;
        let kv = self.qkv.narrow(width, 2 * width)?.forward(&normed)?;
        let kv = self.split(&kv, rows, 2)?;
        let q = self
            .qkv
            .narrow(0, width)?
            .forward(&pick(&normed, rows, picked)?)?;
        let q = self
            .split(
                &q,
                Rows {
                    positions: 1,
                    ..rows
                },
                1,
            )?
            .get(0)?;
        let mask = match mask {
            None => None,
            Some(mask) => {
                let places = Tensor::new(picked, mask.device())?;
                let of_picked = mask.index_select(&places, 0)?;
                Some(of_picked.reshape((rows.batch, 1, 1, rows.positions))?)
            }
        };
        let attended = attend(&q, &kv.get(0)?, &kv.get(1)?, mask.as_ref())?;
        self.finish(&pick(x, rows, picked)?, &attended)
    }

    /// `[rows, parts · width]` to `[parts, batch, heads, positions, width / heads]`.
    fn split(&self, x: &Tensor, rows: Rows, parts: usize) -> Result<Tensor> {
        let head = x.dim(1)? / (parts * self.heads);
        x.reshape((rows.batch, rows.positions, parts, self.heads, head))?
            .permute((2, 0, 3, 1, 4))?
            .contiguous()
    }

    /// What follows the attention: its own product, then the two of the layer.
    fn finish(&self, x: &Tensor, attended: &Tensor) -> Result<Tensor> {
        let x = (x + self.out.forward(attended)?)?;
        let inner = self.fc1.forward(&self.norm2.forward(&x)?)?;
        let inner = match self.activation {
            // With its factor in fc1 and the inverse in fc2, QuickGELU is SiLU.
            Activation::QuickGelu => inner.silu()?,
            Activation::Gelu => inner.gelu_erf()?,
        };
        &x + self.fc2.forward(&inner)?
    }
}

/// Attention of `[batch, heads, positions, head]`, back as `[batch · positions, width]`.
fn attend(q: &Tensor, k: &Tensor, v: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
    let (batch, heads, positions, head) = q.dims4()?;
    let mut scores = q.matmul(&k.t()?)?;
    if let Some(mask) = mask {
        scores = scores.broadcast_add(mask)?;
    }
    let attended = softmax_last_dim(&scores)?.matmul(v)?;
    attended
        .transpose(1, 2)?
        .reshape((batch * positions, heads * head))
}

/// One position of each sequence: `[rows, width]` to `[batch, width]`.
fn pick(x: &Tensor, rows: Rows, picked: &[u32]) -> Result<Tensor> {
    let flat: Vec<u32> = (0..)
        .zip(picked)
        .map(|(i, at): (u32, _)| i * rows.positions as u32 + at)
        .collect();
    x.index_select(&Tensor::new(flat, x.device())?, 0)
}

/// A causal mask `[positions, positions]`: each sees itself and what came before it.
pub(super) fn causal_mask(positions: usize) -> Result<Tensor> {
    let mask: Vec<f32> = (0..positions)
        .flat_map(|row| {
            (0..positions).map(move |to| if to > row { f32::NEG_INFINITY } else { 0.0 })
        })
        .collect();
    Tensor::from_vec(mask, (positions, positions), &candle_core::Device::Cpu)
}

/// Rows of `[batch, dim]` as unit vectors; `Err` names the first row without a direction.
pub(super) fn unit_rows(x: &Tensor) -> Result<std::result::Result<Vec<Vec<f32>>, usize>> {
    debug_assert_eq!(x.dim(D::Minus1)?, x.elem_count() / x.dim(0)?.max(1));
    let units = x.to_vec2::<f32>()?.into_iter().enumerate();
    Ok(units
        .map(|(i, v)| crate::embed::encoder::unit(v).ok_or(i))
        .collect())
}

pub(super) fn tensor_error(name: &str, source: candle_core::Error) -> ModelError {
    ModelError::Tensor {
        tensor: name.to_owned(),
        source,
    }
}

fn scaled(x: &Tensor, factor: f64) -> Result<Tensor> {
    if factor == 1.0 {
        Ok(x.clone())
    } else {
        x.affine(factor, 0.0)
    }
}
