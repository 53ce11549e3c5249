"""Writes a random checkpoint of a full architecture, with the files and names of the real one.

    /tmp/golden/bin/python tests/golden/checkpoints.py NAME DIR

NAME is vit-b-32, vit-b-16 (Hugging Face CLIP), openclip-vit-b-32-256, siglip-b-16-224 or
siglip2-b-32-256. CLIP's tokenizer is read from ../shared/data/clip (or LATENT_TEST_DATA/clip); the
other two are small ones of the right kind, so most rows of the token embedding are never read.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, SiglipConfig, SiglipImageProcessor, SiglipModel

from vocabularies import write_gemma_tokenizer, write_siglip_tokenizer
from weights import randomise

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("LATENT_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
CLIP_TOKENIZER = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt"]
CLIP_MEANS = {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}


def copy(names, folder):
    for name in names:
        shutil.copyfile(DATA / "clip" / name, folder / name)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def save_weights(model, path, others=()):
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file({**tensors, **dict(others)}, path)


def write_clip(folder, patch_size):
    copy([*CLIP_TOKENIZER, "preprocessor_config.json"], folder)
    config = json.loads((DATA / "clip" / "config.json").read_text())
    config["vision_config"]["patch_size"] = patch_size
    write_json(folder / "config.json", config)
    model = randomise(CLIPModel(CLIPConfig.from_pretrained(folder)))
    save_weights(model, folder / "model.safetensors", clip_positions(model))


def clip_positions(model):
    """The real files keep these whole numbers from older versions of transformers."""
    for tower in ["text_model", "vision_model"]:
        embeddings = getattr(model, tower).embeddings
        yield f"{tower}.embeddings.position_ids", embeddings.position_ids.clone()


def write_openclip(folder, name):
    copy(CLIP_TOKENIZER, folder)
    config = open_clip.get_model_config(name)
    write_json(folder / "open_clip_config.json", {"model_cfg": config, "preprocess_cfg": CLIP_MEANS})
    save_weights(randomise(open_clip.CLIP(**config)), folder / "open_clip_model.safetensors")


def write_siglip(folder, text, vision, resample):
    """The config names only what differs from transformers' defaults, as the real ones do."""
    config = {
        "architectures": ["SiglipModel"],
        "initializer_factor": 1.0,
        "model_type": "siglip",
        "text_config": {"model_type": "siglip_text_model", **text},
        "torch_dtype": "float32",
        "vision_config": {"model_type": "siglip_vision_model", **vision},
    }
    write_json(folder / "config.json", config)
    model = SiglipModel(SiglipConfig.from_pretrained(folder))
    side = model.config.vision_config.image_size
    SiglipImageProcessor(size={"height": side, "width": side}, resample=resample).save_pretrained(folder)
    save_weights(randomise(model), folder / "model.safetensors")


def write_siglip_b_16(folder):
    write_siglip_tokenizer(folder)
    write_siglip(folder, {}, {}, resample=3)


def write_siglip2_b_32(folder):
    write_gemma_tokenizer(folder)
    write_siglip(folder, {"vocab_size": 256000}, {"image_size": 256, "patch_size": 32}, resample=2)


CHECKPOINTS = {
    "vit-b-32": lambda folder: write_clip(folder, 32),
    "vit-b-16": lambda folder: write_clip(folder, 16),
    "openclip-vit-b-32-256": lambda folder: write_openclip(folder, "ViT-B-32-256"),
    "siglip-b-16-224": write_siglip_b_16,
    "siglip2-b-32-256": write_siglip2_b_32,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKPOINTS:
        sys.exit(__doc__)
    name, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    CHECKPOINTS[name](folder)


if __name__ == "__main__":
    main()
