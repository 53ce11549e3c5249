"""Writes tests/fixtures/clip-tiny-*: tiny random checkpoints in the Hugging Face CLIP layout, and
what the reference implementation (transformers on PyTorch, Pillow) answers for them.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install -r tests/golden/requirements.txt
    /tmp/golden/bin/python tests/golden/clip.py

With `--compare FOLDER` it writes nothing into the repository: it takes the model in FOLDER, and
writes FOLDER/expected.json and expected.safetensors for it (the real-size check). Where FOLDER
has the config files and the tokenizer alone, it first fills in random weights.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

from expected import FIXTURES, answer
from pictures import PHOTO_SIZES, SIZES
from texts import TEXTS
from vocabularies import END, START, clip_tokenizer
from weights import randomise


def write_model(folder, activation, legacy_end, dtype, vision, text, processor):
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = 600
    t = clip_tokenizer(vocabulary)
    t.save(str(folder / "tokenizer.json"), pretty=False)
    end = 2 if legacy_end else t.token_to_id(END)
    config = CLIPConfig(
        projection_dim=20,
        vision_config={"hidden_act": activation, "num_hidden_layers": 2, **vision},
        text_config={
            "hidden_act": activation,
            "num_hidden_layers": 2,
            "vocab_size": vocabulary,
            "max_position_embeddings": 40,
            "bos_token_id": t.token_to_id(START),
            "eos_token_id": end,
            **text,
        },
    )
    model = randomise(CLIPModel(config).eval())
    model.to(dtype).save_pretrained(folder)
    CLIPImageProcessor(**processor).save_pretrained(folder)


def main():
    if sys.argv[1:2] == ["--compare"]:
        folder = Path(sys.argv[2])
        if not (folder / "model.safetensors").exists():
            torch.manual_seed(7)
            model = randomise(CLIPModel(CLIPConfig.from_pretrained(folder)))
            save_file(dict(model.state_dict()), folder / "model.safetensors")
        answer(folder, PHOTO_SIZES, TEXTS)
        return
    torch.manual_seed(7)
    # Odd patches: 30 / 7 leaves two columns over; heads of width 5; the wrong end token of old configs.
    write_model(
        FIXTURES / "clip-tiny-quick-gelu",
        "quick_gelu",
        True,
        torch.float32,
        {"hidden_size": 30, "num_attention_heads": 6, "intermediate_size": 52, "image_size": 30, "patch_size": 7},
        {"hidden_size": 24, "num_attention_heads": 3, "intermediate_size": 40},
        {"size": {"shortest_edge": 30}, "crop_size": {"height": 30, "width": 30}},
    )
    # Other sizes, an own end token, bilinear, own means, a crop wider than the resized picture, f16.
    write_model(
        FIXTURES / "clip-tiny-gelu",
        "gelu",
        False,
        torch.float16,
        {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64, "image_size": 24, "patch_size": 8,
         "layer_norm_eps": 1e-6},
        {"hidden_size": 28, "num_attention_heads": 7, "intermediate_size": 44},
        {"size": {"shortest_edge": 20}, "crop_size": 24, "resample": 2,
         "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.25, 0.3]},
    )
    for name in ["clip-tiny-quick-gelu", "clip-tiny-gelu"]:
        answer(FIXTURES / name, SIZES, TEXTS)


main()
