//! What a model is built like, whatever family its files belong to.

use latent_kernels::Activation as Function;

use super::names::{Layout, Side};

/// The two towers of a model, as its config files say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The family, as people know it.
    pub family: &'static str,
    /// The names its tensors go by.
    pub layout: Layout,
    pub dim: usize,
    pub vision: VisionPlan,
    pub text: TextPlan,
    pub logit_bias: LogitBias,
}

/// What both towers have: a stack of equal layers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TowerPlan {
    pub width: usize,
    pub inner: usize,
    pub layers: usize,
    pub heads: usize,
    pub activation: Activation,
    pub eps: f32,
}

/// The image tower.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VisionPlan {
    pub tower: TowerPlan,
    pub image_px: usize,
    pub patch_px: usize,
    pub patch_bias: bool,
    /// A row of its own before the patches.
    pub class_row: bool,
    /// A layer norm before the layers.
    pub pre_norm: bool,
    pub pooling: VisionPooling,
}

/// Which row of the image tower stands for all of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisionPooling {
    /// The class row, projected: CLIP's.
    ClassRow,
    /// The mean of the patches, projected; its layer norm comes before or after.
    Mean { norm_after: bool },
    /// A learnt query that attends to all patches, not projected: SigLIP's.
    Attention,
}

/// The text tower.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TextPlan {
    pub tower: TowerPlan,
    pub vocabulary: usize,
    pub context: usize,
    /// A row sees itself and those before it, and a text is as long as it is; else every row sees
    /// every other, and a text is filled up to the context.
    pub causal: bool,
    pub pooling: TextPooling,
    pub projection: TextProjection,
}

/// How the text tower's last product is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextProjection {
    /// As the family does, without a bias.
    Plain,
    /// OpenCLIP's with a bias, which turns its weight round.
    Biased,
    /// SigLIP's head.
    Head,
}

/// Which position of a text stands for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextPooling {
    /// The first position of the highest id: OpenCLIP's way, and that of configs written before
    /// 2023, which name a wrong end token, 2.
    HighestId,
    /// The first position of this end token, or position 0 where it is absent.
    FirstEnd(u32),
    /// The last position of the context.
    Last,
}

/// Whether the files hold a number to add to every logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogitBias {
    /// Trained without one.
    None,
    /// In the weights.
    Stored,
}

/// The function between the two products of a layer, by the config's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x · σ(1.702 x)`, OpenAI's.
    QuickGelu,
    /// `x · Φ(x)` by the error function, OpenCLIP's.
    Gelu,
    /// The same by the hyperbolic tangent, SigLIP's.
    GeluTanh,
}

impl Activation {
    /// The config's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickGelu => "quick_gelu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_pytorch_tanh",
        }
    }

    pub fn function(self) -> Function {
        match self {
            Self::QuickGelu => Function::QuickGelu,
            Self::Gelu => Function::Gelu,
            Self::GeluTanh => Function::GeluTanh,
        }
    }
}

impl Plan {
    pub(super) fn tower(&self, side: Side) -> &TowerPlan {
        match side {
            Side::Vision => &self.vision.tower,
            Side::Text => &self.text.tower,
        }
    }

    /// The activation of both towers, or both where they differ.
    pub fn activation(&self) -> String {
        let (vision, text) = (self.vision.tower.activation, self.text.tower.activation);
        if vision == text {
            return vision.name().to_owned();
        }
        format!("{} (text: {})", vision.name(), text.name())
    }
}

impl VisionPlan {
    /// Patches along one side; what is left over at the right and the bottom is not looked at.
    pub fn grid(&self) -> usize {
        self.image_px / self.patch_px
    }

    /// Rows of the tower: the patches, and the class row where there is one.
    pub fn positions(&self) -> usize {
        self.grid() * self.grid() + usize::from(self.class_row)
    }

    /// Numbers of a patch.
    pub fn patch_values(&self) -> usize {
        3 * self.patch_px * self.patch_px
    }
}
