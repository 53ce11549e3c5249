"""The reference implementation of any checkpoint folder, in f32: transformers for CLIP, SigLIP and
SigLIP 2, open_clip for OpenCLIP. The folder's own config files say which."""

import json
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import open_clip
import torch
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2
from tokenizers import Tokenizer, normalizers
from transformers import (
    CLIPImageProcessor,
    CLIPModel,
    CLIPTokenizerFast,
    GemmaTokenizerFast,
    SiglipImageProcessor,
    SiglipModel,
    SiglipTokenizer,
)

from vocabularies import END, START

SIGLIP_CONTEXT = 64


@dataclass
class Towers:
    """`ids` are what the model reads: padded where padding is read too (SigLIP), else not."""

    model: torch.nn.Module
    prepare: Callable  # RGB pictures -> [B, 3, S, S]
    ids: Callable  # texts -> rows of ids
    images: Callable  # [B, 3, S, S] -> [B, D]
    texts: Callable  # rows of ids -> [B, D]
    logits: dict  # the scale and the bias, where a score needs them


def open_towers(folder):
    folder = Path(folder)
    if (folder / "open_clip_config.json").exists():
        return openclip_towers(folder)
    kind = json.loads((folder / "config.json").read_text())["model_type"]
    return {"clip": clip_towers, "siglip": siglip_towers}[kind](folder)


def clip_towers(folder):
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    processor = CLIPImageProcessor.from_pretrained(folder)
    context = model.config.text_config.max_position_embeddings
    fast = clip_fast(folder)

    def texts(rows):
        return model.get_text_features(**fast.pad({"input_ids": rows}, "max_length", context, return_tensors="pt"))

    return Towers(
        model,
        lambda pictures: processor(pictures, return_tensors="pt")["pixel_values"],
        lambda words: fast(words, truncation=True, max_length=context)["input_ids"],
        lambda pixels: model.get_image_features(pixel_values=pixels),
        texts,
        {},
    )


def openclip_towers(folder):
    model = open_clip.create_model(f"local-dir:{folder}", require_pretrained=True).eval()
    transform = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    context, bias = model.context_length, model.logit_bias

    def texts(rows):
        return model.encode_text(torch.tensor([row + [0] * (context - len(row)) for row in rows]))

    return Towers(
        model,
        lambda pictures: torch.stack([transform(picture) for picture in pictures]),
        openclip_ids(folder, model),
        model.encode_image,
        texts,
        {"logit_scale": model.logit_scale.item(), "logit_bias": None if bias is None else bias.item()},
    )


def siglip_towers(folder):
    model = SiglipModel.from_pretrained(folder, dtype=torch.float32).eval()
    processor = SiglipImageProcessor.from_pretrained(folder)
    return Towers(
        model,
        lambda pictures: processor(pictures, return_tensors="pt")["pixel_values"],
        siglip_ids(folder) if (folder / "spiece.model").exists() else siglip2_ids(folder),
        lambda pixels: model.get_image_features(pixel_values=pixels),
        lambda rows: model.get_text_features(input_ids=torch.tensor(rows)),
        {"logit_scale": model.logit_scale.item(), "logit_bias": model.logit_bias.item()},
    )


def clip_fast(folder):
    return CLIPTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token=START, eos_token=END, pad_token=END, unk_token=END
    )


def openclip_ids(folder, model):
    """open_clip's own tokenizer knows CLIP's full vocabulary alone; else the folder's answers."""
    simple = SimpleTokenizer(context_length=model.context_length)
    if model.vocab_size != simple.vocab_size:
        fast = clip_fast(folder)
        return lambda words: fast(words, truncation=True, max_length=model.context_length)["input_ids"]

    def until_end(row):
        return row[: len(row) - row[::-1].index(simple.eot_token_id)]

    return lambda words: [until_end(row) for row in simple(words).tolist()]


def siglip_ids(folder):
    """SiglipTokenizer's ids, which the folder's tokenizer.json makes of `canonical` texts, too."""
    slow = SiglipTokenizer.from_pretrained(folder)
    fast = Tokenizer.from_file(str(folder / "tokenizer.json"))
    fast.enable_truncation(SIGLIP_CONTEXT)
    fast.enable_padding(length=SIGLIP_CONTEXT, pad_id=1, pad_token="</s>")

    def ids(words):
        rows = padded(slow, words)
        assert rows == [encoding.ids for encoding in fast.encode_batch([canonical(text) for text in words])]
        return rows

    return ids


def siglip2_ids(folder):
    """Gemma's ids of lower-case texts: transformers 5 adds the same normalizer."""
    fast = GemmaTokenizerFast.from_pretrained(folder)
    backend = fast.backend_tokenizer
    backend.normalizer = normalizers.Sequence([normalizers.Lowercase(), backend.normalizer])
    return lambda words: padded(fast, words)


def padded(tokenizer, words):
    return tokenizer(words, padding="max_length", truncation=True, max_length=SIGLIP_CONTEXT)["input_ids"]


def canonical(text):
    """What has to be done to a text before SigLIP's tokenizer.json.

    SiglipTokenizer also puts a lone ▁ in front of a text that starts with spaces, which is not
    what the models were trained with.
    """
    lower = "".join(letter.lower() for letter in text.replace("▁", " "))
    plain = lower.translate(str.maketrans("", "", string.punctuation))
    return re.sub(r"\s+", " ", plain).strip()
