"""Writes tests/fixtures/siglip-tiny and siglip2-tiny: tiny random checkpoints in the Hugging Face
SigLIP layout, and what transformers answers for them.

    /tmp/golden/bin/python tests/golden/siglip.py

Both kinds take all 64 ids, without a mask, and read the answer at the last one, so padding counts:
`ids` are the padded ones. The tokenizer.json of either leaves a part to its caller:

- SigLIP: `canonical`, as SiglipTokenizer does. (It also puts a lone ▁ in front of a text that
  starts with spaces, which the model was not trained with: no text here does.)
- SigLIP 2: lower case, letter by letter (so Σ at a word's end becomes σ, not ς).
"""

import re
import string

import torch
from tokenizers import Tokenizer, normalizers
from transformers import (
    GemmaTokenizerFast,
    SiglipConfig,
    SiglipImageProcessor,
    SiglipModel,
    SiglipTokenizer,
)

from expected import FIXTURES, readable_by_all, write_expected
from pictures import SIZES, pictures
from texts import SIGLIP_TEXTS
from vocabularies import write_gemma_tokenizer, write_siglip_tokenizer
from weights import randomise

PADDED = {"padding": "max_length", "truncation": True, "max_length": 64}


def canonical(text):
    """What has to be done to a text before SigLIP's tokenizer.json."""
    lower = "".join(letter.lower() for letter in text)
    plain = lower.translate(str.maketrans("", "", string.punctuation))
    return re.sub(r"\s+", " ", plain).strip()


def fast_ids(folder, texts):
    fast = Tokenizer.from_file(str(folder / "tokenizer.json"))
    fast.enable_truncation(64)
    fast.enable_padding(length=64, pad_id=1, pad_token="</s>")
    return [encoding.ids for encoding in fast.encode_batch([canonical(text) for text in texts])]


def siglip_ids(folder, texts):
    ids = SiglipTokenizer.from_pretrained(folder)(texts, **PADDED)["input_ids"]
    assert ids == fast_ids(folder, texts)
    return ids


def siglip2_ids(folder, texts):
    fast = GemmaTokenizerFast.from_pretrained(folder)
    backend = fast.backend_tokenizer
    backend.normalizer = normalizers.Sequence([normalizers.Lowercase(), backend.normalizer])
    return fast(texts, **PADDED)["input_ids"]


def write_model(folder, dtype, vision, text, processor):
    config = SiglipConfig(
        vision_config={"num_hidden_layers": 2, **vision},
        text_config={"num_hidden_layers": 2, "projection_size": vision["hidden_size"], **text},
    )
    randomise(SiglipModel(config)).to(dtype).save_pretrained(folder)
    SiglipImageProcessor(**processor).save_pretrained(folder)


def answer(folder, ids):
    model = SiglipModel.from_pretrained(folder, dtype=torch.float32).eval()
    pixels = SiglipImageProcessor.from_pretrained(folder)(pictures(SIZES), return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        images = model.get_image_features(pixel_values=pixels)
        texts = model.get_text_features(input_ids=torch.tensor(ids))
    logits = {"logit_scale": model.logit_scale.item(), "logit_bias": model.logit_bias.item()}
    write_expected(folder, {"sizes": SIZES, "texts": SIGLIP_TEXTS, "ids": ids, **logits}, pixels, images, texts)
    readable_by_all(folder)


def main():
    torch.manual_seed(7)
    # Heads of width 11 and 8, odd patches: 30 / 7 leaves two columns over.
    folder = FIXTURES / "siglip-tiny"
    folder.mkdir(parents=True, exist_ok=True)
    write_siglip_tokenizer(folder)
    write_model(
        folder,
        torch.float32,
        {"hidden_size": 33, "num_attention_heads": 3, "intermediate_size": 50, "image_size": 30, "patch_size": 7},
        {"hidden_size": 24, "num_attention_heads": 3, "intermediate_size": 40, "vocab_size": 200},
        {"size": {"height": 30, "width": 30}},
    )
    answer(folder, siglip_ids(folder, SIGLIP_TEXTS))
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
    answer(folder, siglip2_ids(folder, SIGLIP_TEXTS))


main()
