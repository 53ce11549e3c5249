"""Writes what the reference answers into a folder's expected.json and expected.safetensors."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from pictures import pictures
from towers import open_towers

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def unit(vectors):
    return torch.nn.functional.normalize(vectors, dim=-1)


def write_json(path, values):
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
    path.write_text("{\n" + lines + "\n}\n")


def write_tensors(path, tensors):
    save_file({k: v.contiguous() for k, v in tensors.items()}, path)


def print_spread(folder, name, vectors):
    between = vectors @ vectors.T
    lowest, highest = between.min().item(), between.fill_diagonal_(-1).max().item()
    print(f"{folder.name}: cosines between {name} {lowest:.3f} … {highest:.3f}")


def answer(folder, sizes, texts):
    """Asks the reference of the folder's model for drawn pictures of these sizes, and these texts."""
    towers = open_towers(folder)
    pixels, ids = towers.prepare(pictures(sizes)), towers.ids(texts)
    with torch.no_grad():
        vectors = {"images": unit(towers.images(pixels)), "texts": unit(towers.texts(ids))}
    write_json(folder / "expected.json", {"sizes": sizes, "texts": texts, "ids": ids, **towers.logits})
    write_tensors(folder / "expected.safetensors", {"pixels": pixels, **vectors})
    for name, rows in vectors.items():
        print_spread(folder, name, rows)
    for file in folder.iterdir():
        file.chmod(0o644)
