"""Writes tests/fixtures/openclip-tiny-*: tiny random checkpoints in the OpenCLIP layout, and what
open_clip itself (its model, its Pillow transform) answers for them. Token ids are those of the
folder's tokenizer.json, as open_clip's own tokenizer knows the full vocabulary alone.

    /tmp/golden/bin/python tests/golden/openclip.py
"""

import json

import open_clip
import torch
from safetensors.torch import save_file

from expected import FIXTURES, answer
from pictures import SIZES
from texts import TEXTS
from vocabularies import clip_tokenizer
from weights import randomise

VOCABULARY, CONTEXT = 600, 40
TEXT = {"context_length": CONTEXT, "vocab_size": VOCABULARY, "layers": 2}
HALVES = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
CLIP_MEANS = {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}

# Each is (model_cfg, preprocess_cfg, type of the file's numbers).
CONFIGS = {
    # Heads of width 5, odd patches: 30 / 7 leaves two columns over. Every other key is left out.
    "openclip-tiny-quick-gelu": (
        {
            "embed_dim": 20,
            "quick_gelu": True,
            "vision_cfg": {"image_size": 30, "layers": 2, "width": 30, "head_width": 5, "patch_size": 7},
            "text_cfg": {**TEXT, "width": 24, "heads": 3},
        },
        CLIP_MEANS,
        torch.float16,
    ),
    # An MLP of a broken ratio, pictures padded to a square with a colour of their own, bilinear.
    "openclip-tiny-gelu": (
        {
            "embed_dim": 16,
            "vision_cfg": {
                "image_size": 24, "layers": 2, "width": 32, "head_width": 8, "patch_size": 8, "mlp_ratio": 2.6,
            },
            "text_cfg": {**TEXT, "width": 18, "heads": 3},
        },
        {"size": 24, "mode": "RGB", **HALVES, "interpolation": "bilinear", "resize_mode": "longest", "fill_color": 90},
        torch.float32,
    ),
    # Trained for the sigmoid loss: a bias of the logits, a projection with a bias; squashed pictures.
    "openclip-tiny-bias": (
        {
            "embed_dim": 18,
            "init_logit_bias": -10,
            "vision_cfg": {"image_size": 24, "layers": 2, "width": 24, "head_width": 12, "patch_size": 6},
            "text_cfg": {**TEXT, "width": 20, "heads": 5, "proj_bias": True, "norm_kwargs": {"eps": 1e-6}},
        },
        {**HALVES, "interpolation": "bicubic", "resize_mode": "squash"},
        torch.float32,
    ),
    # CLIPA's picture tower: no norm before the blocks, the mean of the patches, a norm after it.
    "openclip-tiny-average": (
        {
            "embed_dim": 18,
            "vision_cfg": {
                "image_size": 24, "layers": 2, "width": 24, "head_width": 12, "patch_size": 8,
                "no_ln_pre": True, "pool_type": "avg", "final_ln_after_pool": True,
            },
            "text_cfg": {**TEXT, "width": 20, "heads": 5},
        },
        {**HALVES, "interpolation": "bilinear", "resize_mode": "squash"},
        torch.float32,
    ),
}


def write_model(folder, model_cfg, preprocess_cfg, dtype):
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": model_cfg, "preprocess_cfg": preprocess_cfg}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
    clip_tokenizer(VOCABULARY).save(str(folder / "tokenizer.json"), pretty=False)
    model = randomise(open_clip.CLIP(**model_cfg))
    tensors = {k: v.to(dtype).contiguous() for k, v in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors")


def main():
    torch.manual_seed(7)
    for name, config in CONFIGS.items():
        write_model(FIXTURES / name, *config)
        answer(FIXTURES / name, SIZES, TEXTS)


main()
