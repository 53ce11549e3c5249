//! The names and shapes of the tensors that a plan calls for.
//!
//! # Source
//! The module trees of `CLIPModel` and `SiglipModel` of transformers 4.57, and of `CLIP` of
//! open_clip 3.3: they are the lists of names.

use super::plan::{
    LogitBias, Plan, TextPlan, TextProjection, TowerPlan, VisionPlan, VisionPooling,
};

/// The parameter whose `exp` turns a cosine into a logit.
pub(super) const LOGIT_SCALE: &str = "logit_scale";
/// The parameter that is added to every logit.
pub(super) const LOGIT_BIAS: &str = "logit_bias";

/// A tensor's name and shape.
pub(super) type Wanted = (String, Vec<usize>);

/// Whose names the tensors go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// transformers'.
    HuggingFace,
    /// open_clip's.
    OpenClip,
}

/// Which tower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Vision,
    Text,
}

/// What is outside the layers.
pub(super) struct Names {
    pub class: &'static str,
    pub patches: &'static str,
    pub vision_positions: &'static str,
    pub pre_norm: &'static str,
    pub post_norm: &'static str,
    pub vision_projection: Projection,
    pub tokens: &'static str,
    pub text_positions: &'static str,
    pub final_norm: &'static str,
    pub text_projection: Projection,
}

/// A product without activation: its weight's name, and which way round it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection {
    pub weight: &'static str,
    /// Empty where there is none.
    pub bias: &'static str,
    /// `[inputs, outputs]`, as a bare parameter; else `[outputs, inputs]`.
    pub transposed: bool,
}

/// What is inside a layer; the parts of query, key and value are one tensor or three.
pub(super) struct LayerNames {
    pub norm1: String,
    pub qkv: Vec<Pair>,
    pub out: Pair,
    pub norm2: String,
    pub fc1: Pair,
    pub fc2: Pair,
}

/// The names of a product's weight and bias.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub weight: String,
    pub bias: String,
}

const HUGGING_FACE: Names = Names {
    class: "vision_model.embeddings.class_embedding",
    patches: "vision_model.embeddings.patch_embedding",
    vision_positions: "vision_model.embeddings.position_embedding.weight",
    // The name is misspelt in the reference, and so in every file.
    pre_norm: "vision_model.pre_layrnorm",
    post_norm: "vision_model.post_layernorm",
    vision_projection: Projection {
        weight: "visual_projection.weight",
        bias: "",
        transposed: false,
    },
    tokens: "text_model.embeddings.token_embedding.weight",
    text_positions: "text_model.embeddings.position_embedding.weight",
    final_norm: "text_model.final_layer_norm",
    text_projection: Projection {
        weight: "text_projection.weight",
        bias: "",
        transposed: false,
    },
};

/// SigLIP's text projection, the one name outside the layers that differs from CLIP's.
const SIGLIP_TEXT_HEAD: Projection = Projection {
    weight: "text_model.head.weight",
    bias: "text_model.head.bias",
    transposed: false,
};

/// OpenCLIP's text projection where it has a bias.
const OPEN_CLIP_TEXT_LINEAR: Projection = Projection {
    weight: "text_projection.weight",
    bias: "text_projection.bias",
    transposed: false,
};

const OPEN_CLIP: Names = Names {
    class: "visual.class_embedding",
    patches: "visual.conv1",
    vision_positions: "visual.positional_embedding",
    pre_norm: "visual.ln_pre",
    post_norm: "visual.ln_post",
    vision_projection: Projection {
        weight: "visual.proj",
        bias: "",
        transposed: true,
    },
    tokens: "token_embedding.weight",
    text_positions: "positional_embedding",
    final_norm: "ln_final",
    text_projection: Projection {
        weight: "text_projection",
        bias: "",
        transposed: true,
    },
};

/// Where SigLIP's pooling head begins.
pub(super) const HEAD: &str = "vision_model.head";

impl Plan {
    /// The names of what is outside the layers.
    pub(super) fn names(&self) -> Names {
        let mut names = match self.layout {
            Layout::HuggingFace => HUGGING_FACE,
            Layout::OpenClip => OPEN_CLIP,
        };
        match self.text.projection {
            TextProjection::Plain => {}
            TextProjection::Biased => names.text_projection = OPEN_CLIP_TEXT_LINEAR,
            TextProjection::Head => names.text_projection = SIGLIP_TEXT_HEAD,
        }
        names
    }

    /// Every tensor of both towers, less [`LOGIT_SCALE`] and [`LOGIT_BIAS`].
    pub(super) fn wanted(&self) -> Vec<Wanted> {
        let names = self.names();
        let mut all = self.vision_wanted(&names, &self.vision);
        all.extend(self.text_wanted(&names, &self.text));
        all
    }

    fn vision_wanted(&self, names: &Names, plan: &VisionPlan) -> Vec<Wanted> {
        let width = plan.tower.width;
        let patch = vec![width, 3, plan.patch_px, plan.patch_px];
        let mut all = vec![
            (format!("{}.weight", names.patches), patch),
            (
                names.vision_positions.to_owned(),
                vec![plan.positions(), width],
            ),
        ];
        if plan.patch_bias {
            all.push((format!("{}.bias", names.patches), vec![width]));
        }
        if plan.pre_norm {
            all.extend(norm(names.pre_norm, width));
        }
        all.extend(norm(names.post_norm, width));
        if plan.class_row {
            all.push((names.class.to_owned(), vec![width]));
        }
        match plan.pooling {
            VisionPooling::ClassRow | VisionPooling::Mean { .. } => {
                all.push(names.vision_projection.wanted(width, self.dim));
            }
            VisionPooling::Attention => all.extend(head(&plan.tower)),
        }
        all.extend(self.layers(Side::Vision, &plan.tower));
        all
    }

    fn text_wanted(&self, names: &Names, plan: &TextPlan) -> Vec<Wanted> {
        let width = plan.tower.width;
        let mut all = vec![
            (names.tokens.to_owned(), vec![plan.vocabulary, width]),
            (names.text_positions.to_owned(), vec![plan.context, width]),
            names.text_projection.wanted(width, self.dim),
        ];
        if plan.projection != TextProjection::Plain {
            all.push((names.text_projection.bias.to_owned(), vec![self.dim]));
        }
        all.extend(norm(names.final_norm, width));
        all.extend(self.layers(Side::Text, &plan.tower));
        all
    }

    fn layers(&self, side: Side, tower: &TowerPlan) -> Vec<Wanted> {
        let (width, inner) = (tower.width, tower.inner);
        let one = |index: usize| {
            let names = self.layer(side, index);
            let mut all = Vec::with_capacity(16);
            all.extend(norm(&names.norm1, width));
            all.extend(norm(&names.norm2, width));
            let rows = 3 * width / names.qkv.len().max(1);
            all.extend(names.qkv.iter().flat_map(|pair| pair.wanted(width, rows)));
            all.extend(names.out.wanted(width, width));
            all.extend(names.fc1.wanted(width, inner));
            all.extend(names.fc2.wanted(inner, width));
            all
        };
        (0..tower.layers).flat_map(one).collect()
    }

    /// The names inside a layer.
    pub(super) fn layer(&self, side: Side, index: usize) -> LayerNames {
        match (self.layout, side) {
            (Layout::HuggingFace, Side::Vision) => {
                hugging_face(&format!("vision_model.encoder.layers.{index}"))
            }
            (Layout::HuggingFace, Side::Text) => {
                hugging_face(&format!("text_model.encoder.layers.{index}"))
            }
            (Layout::OpenClip, Side::Vision) => {
                open_clip(&format!("visual.transformer.resblocks.{index}"))
            }
            (Layout::OpenClip, Side::Text) => open_clip(&format!("transformer.resblocks.{index}")),
        }
    }

    /// Whether the weights hold [`LOGIT_BIAS`].
    pub(super) fn has_logit_bias(&self) -> bool {
        self.logit_bias == LogitBias::Stored
    }
}

fn hugging_face(layer: &str) -> LayerNames {
    let pair = |name: &str| Pair::of(&format!("{layer}.{name}"));
    LayerNames {
        norm1: format!("{layer}.layer_norm1"),
        qkv: ["q_proj", "k_proj", "v_proj"]
            .map(|name| pair(&format!("self_attn.{name}")))
            .into(),
        out: pair("self_attn.out_proj"),
        norm2: format!("{layer}.layer_norm2"),
        fc1: pair("mlp.fc1"),
        fc2: pair("mlp.fc2"),
    }
}

fn open_clip(layer: &str) -> LayerNames {
    let pair = |name: &str| Pair::of(&format!("{layer}.{name}"));
    LayerNames {
        norm1: format!("{layer}.ln_1"),
        qkv: vec![Pair::fused(&format!("{layer}.attn"))],
        out: pair("attn.out_proj"),
        norm2: format!("{layer}.ln_2"),
        fc1: pair("mlp.c_fc"),
        fc2: pair("mlp.c_proj"),
    }
}

fn head(tower: &TowerPlan) -> Vec<Wanted> {
    let (width, inner) = (tower.width, tower.inner);
    let mut all = vec![(format!("{HEAD}.probe"), vec![1, 1, width])];
    all.extend(norm(&format!("{HEAD}.layernorm"), width));
    all.extend(Pair::fused(&format!("{HEAD}.attention")).wanted(width, 3 * width));
    all.extend(Pair::of(&format!("{HEAD}.attention.out_proj")).wanted(width, width));
    all.extend(Pair::of(&format!("{HEAD}.mlp.fc1")).wanted(width, inner));
    all.extend(Pair::of(&format!("{HEAD}.mlp.fc2")).wanted(inner, width));
    all
}

impl Pair {
    /// `name.weight` and `name.bias`.
    pub fn of(name: &str) -> Self {
        Self {
            weight: format!("{name}.weight"),
            bias: format!("{name}.bias"),
        }
    }

    /// Query, key and value in one, as PyTorch's `MultiheadAttention` names them.
    pub fn fused(name: &str) -> Self {
        Self {
            weight: format!("{name}.in_proj_weight"),
            bias: format!("{name}.in_proj_bias"),
        }
    }

    fn wanted(&self, from: usize, to: usize) -> [Wanted; 2] {
        [
            (self.weight.clone(), vec![to, from]),
            (self.bias.clone(), vec![to]),
        ]
    }
}

impl Projection {
    pub fn shape(self, from: usize, to: usize) -> [usize; 2] {
        if self.transposed {
            [from, to]
        } else {
            [to, from]
        }
    }

    fn wanted(self, from: usize, to: usize) -> Wanted {
        (self.weight.to_owned(), self.shape(from, to).into())
    }
}

fn norm(name: &str, width: usize) -> [Wanted; 2] {
    [
        (format!("{name}.weight"), vec![width]),
        (format!("{name}.bias"), vec![width]),
    ]
}
