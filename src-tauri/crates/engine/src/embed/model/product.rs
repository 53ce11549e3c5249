//! A product of a tower as an operation on candle's tensors, in f32 or in bytes.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use latent_kernels::{F32Matrix, Finish, Int8Matrix, Int8Rows, Level, Rows};

use super::names::{Pair, Projection};
use crate::embed::encoder::{ModelError, Precision};
use crate::embed::weights::Weights;

/// Packed weights and a bias.
#[derive(Debug)]
pub(super) enum Product {
    F32(F32Matrix),
    Int8(Int8Matrix),
}

impl Product {
    /// Packs weights `[outputs, inputs]`.
    pub fn pack(
        precision: Precision,
        inputs: usize,
        outputs: usize,
        weight: &[f32],
        bias: Option<&[f32]>,
    ) -> Self {
        match precision {
            Precision::F32 => Self::F32(F32Matrix::pack(inputs, outputs, weight, bias)),
            Precision::Int8 => Self::Int8(Int8Matrix::pack(inputs, outputs, weight, bias)),
        }
    }

    /// Loads a weight `[outputs, inputs]` and its bias.
    pub fn load(
        weights: &Weights,
        precision: Precision,
        pair: &Pair,
        (inputs, outputs): (usize, usize),
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.read(&pair.weight, &[outputs, inputs])?;
        let bias = weights.read(&pair.bias, &[outputs])?;
        Ok(Self::pack(precision, inputs, outputs, &weight, Some(&bias)))
    }

    /// Loads a projection. It stays in f32: it is small, and its output is the vector.
    pub fn load_projection(
        weights: &Weights,
        projection: Projection,
        (inputs, outputs): (usize, usize),
    ) -> std::result::Result<Self, ModelError> {
        let weight = weights.read(projection.weight, &projection.shape(inputs, outputs))?;
        let bias = match projection.bias {
            "" => None,
            name => Some(weights.read(name, &[outputs])?),
        };
        let bias = bias.as_deref();
        Ok(Self::F32(if projection.transposed {
            F32Matrix::pack_transposed(inputs, outputs, &weight, bias)
        } else {
            F32Matrix::pack(inputs, outputs, &weight, bias)
        }))
    }

    /// Numbers of a row that goes in.
    pub fn inputs(&self) -> usize {
        match self {
            Self::F32(matrix) => matrix.inputs(),
            Self::Int8(matrix) => matrix.inputs(),
        }
    }

    /// Numbers of a row that comes out.
    pub fn outputs(&self) -> usize {
        match self {
            Self::F32(matrix) => matrix.outputs(),
            Self::Int8(matrix) => matrix.outputs(),
        }
    }

    /// `[rows, inputs]` to `[rows, outputs]`; `bytes` is room to quantise in.
    pub fn multiply(
        &self,
        level: Level,
        x: &[f32],
        out: &mut [f32],
        finish: Finish,
        bytes: &mut Int8Rows,
    ) {
        match self {
            Self::F32(matrix) => {
                matrix.multiply(level, Rows::dense(x, matrix.inputs()), out, finish);
            }
            Self::Int8(matrix) => {
                bytes.quantize(level, x, matrix.inputs());
                matrix.multiply(level, bytes, out, finish);
            }
        }
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(self)
    }
}

impl CustomOp1 for Product {
    fn name(&self) -> &'static str {
        "product"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = contiguous(storage, layout)?;
        let rows = x.len().checked_div(self.inputs()).unwrap_or(0);
        let mut out = vec![0.0; rows * self.outputs()];
        self.multiply(
            Level::detect(),
            x,
            &mut out,
            Finish::default(),
            &mut Int8Rows::default(),
        );
        Ok((CpuStorage::F32(out), Shape::from((rows, self.outputs()))))
    }
}

/// The numbers of a tensor, which lie one after another.
pub(super) fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let all = storage.as_slice::<f32>()?;
    layout
        .contiguous_offsets()
        .and_then(|(from, to)| all.get(from..to))
        .ok_or_else(|| candle_core::Error::Msg("the tensor has gaps".to_owned()))
}
