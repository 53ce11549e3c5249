"""Writes what a reference answers into expected.json and expected.safetensors."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def unit(vectors):
    return torch.nn.functional.normalize(vectors, dim=-1)


def write_json(path, values):
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
    path.write_text("{\n" + lines + "\n}\n")


def write_tensors(path, tensors):
    save_file({k: v.contiguous() for k, v in tensors.items()}, path)


def write_expected(folder, expected, pixels, images, texts):
    """`images` and `texts` are the towers' answers of any length."""
    vectors = {"pixels": pixels, "images": unit(images), "texts": unit(texts)}
    write_json(folder / "expected.json", expected)
    write_tensors(folder / "expected.safetensors", vectors)
    for name in ["images", "texts"]:
        between = vectors[name] @ vectors[name].T
        lowest, highest = between.min().item(), between.fill_diagonal_(-1).max().item()
        print(f"{folder.name}: cosines between {name} {lowest:.3f} … {highest:.3f}")


def readable_by_all(folder):
    for file in folder.iterdir():
        file.chmod(0o644)
