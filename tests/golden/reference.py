"""Asks the reference implementation of any checkpoint folder for real pictures and captions.

    /tmp/golden/bin/python tests/golden/reference.py MODEL_DIR OUT_DIR PICTURES_FILE CAPTIONS_FILE

PICTURES_FILE lists the pictures' paths, CAPTIONS_FILE the captions as JSON strings, one a line.
It writes OUT_DIR/reference.json (`pictures`, `captions`, `ids`, and the logits' scale and bias
where they count) and OUT_DIR/reference.safetensors: `pixels` [N, 3, S, S], `images` and `texts`
as unit vectors, f32. The towers are those of towers.py, in f32.

Pictures are opened by Pillow and turned upright by their EXIF. 16-bit grey values are rounded to
8 bits (v / 257), as Pillow's conversion would cut them off; 16-bit colours Pillow itself cuts to
their high bytes. What is transparent is laid over white, as people see it and as this project
shows and compares it; the references' own processors would take the colours hidden under it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from expected import unit, write_json, write_tensors
from towers import open_towers

BATCH = 10


def open_picture(path):
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        if upright.mode == "I" or upright.mode.startswith("I;16"):
            upright = eight_bits(upright)
        return over_white(upright).convert("RGB")


def over_white(picture):
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture
    rgba = np.asarray(picture.convert("RGBA")).astype(np.int64)
    alpha = rgba[..., 3:]
    blended = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return Image.fromarray(blended.astype(np.uint8), "RGB")


def eight_bits(picture):
    values = np.asarray(picture).astype(np.int64)
    return Image.fromarray(((values + 128) // 257).clip(0, 255).astype(np.uint8), "L")


def batches(rows):
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def encode_pictures(towers, paths):
    """Prepared pictures and their vectors; decoded pictures live for one batch."""
    prepared, vectors = [], []
    for batch in batches(paths):
        pixels = towers.prepare([open_picture(path) for path in batch])
        prepared.append(pixels)
        vectors.append(unit(towers.images(pixels)))
    return torch.cat(prepared), torch.cat(vectors)


def encode_captions(towers, captions):
    ids = towers.ids(captions)
    return ids, torch.cat([unit(towers.texts(rows)) for rows in batches(ids)])


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    model, out, pictures_file, captions_file = map(Path, sys.argv[1:])
    pictures = pictures_file.read_text().splitlines()
    captions = [json.loads(line) for line in captions_file.read_text().splitlines()]
    towers = open_towers(model)
    with torch.no_grad():
        pixels, images = encode_pictures(towers, pictures)
        ids, texts = encode_captions(towers, captions)
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "reference.json", {"pictures": pictures, "captions": captions, "ids": ids, **towers.logits})
    write_tensors(out / "reference.safetensors", {"pixels": pixels, "images": images, "texts": texts})


if __name__ == "__main__":
    main()
