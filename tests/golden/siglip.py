"""Writes tests/fixtures/siglip-tiny and siglip2-tiny: tiny random checkpoints in the Hugging Face
SigLIP layout, and what transformers answers for them.

    /tmp/golden/bin/python tests/golden/siglip.py

Both kinds take all 64 ids, without a mask, and read the answer at the last one, so padding counts:
`ids` are the padded ones. The tokenizer.json of either leaves a part to its caller:

- SigLIP: `canonical` of towers.py.
- SigLIP 2: lower case, letter by letter (so Σ at a word's end becomes σ, not ς).
"""

import torch
from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel

from expected import FIXTURES, answer
from pictures import SIZES
from texts import SIGLIP_TEXTS
from vocabularies import RULES, write_gemma_tokenizer, write_siglip_tokenizer
from weights import randomise


def write_model(folder, dtype, vision, text, processor):
    config = SiglipConfig(
        vision_config={"num_hidden_layers": 2, **vision},
        text_config={"num_hidden_layers": 2, "projection_size": vision["hidden_size"], **text},
    )
    randomise(SiglipModel(config)).to(dtype).save_pretrained(folder)
    SiglipImageProcessor(**processor).save_pretrained(folder)


def main():
    torch.manual_seed(7)
    # Heads of width 11 and 8, odd patches: 30 / 7 leaves two columns over.
    folder = FIXTURES / "siglip-tiny"
    folder.mkdir(parents=True, exist_ok=True)
    write_siglip_tokenizer(folder, RULES)
    write_model(
        folder,
        torch.float32,
        {"hidden_size": 33, "num_attention_heads": 3, "intermediate_size": 50, "image_size": 30, "patch_size": 7},
        {"hidden_size": 24, "num_attention_heads": 3, "intermediate_size": 40, "vocab_size": 200},
        {"size": {"height": 30, "width": 30}},
    )
    answer(folder, SIZES, SIGLIP_TEXTS)
    # Bilinear, bf16.
    folder = FIXTURES / "siglip2-tiny"
    folder.mkdir(parents=True, exist_ok=True)
    write_gemma_tokenizer(folder)
    write_model(
        folder,
        torch.bfloat16,
        {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 60, "image_size": 24, "patch_size": 8},
        {"hidden_size": 20, "num_attention_heads": 4, "intermediate_size": 44, "vocab_size": 720},
        {"size": {"height": 24, "width": 24}, "resample": 2},
    )
    answer(folder, SIZES, SIGLIP_TEXTS)


main()
