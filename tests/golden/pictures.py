"""The pictures of the fixtures: drawn, so that every language draws the same ones."""

import numpy as np
from PIL import Image

# Width and height of the pictures: landscape, portrait, square, the tower's size, smaller, thin.
SIZES = [(64, 48), (41, 67), (50, 50), (30, 30), (17, 23), (90, 7), (5, 80)]
# Sizes of real photos, down to thin ones; one is smaller than the tower.
PHOTO_SIZES = [(1024, 683), (683, 1024), (1024, 768), (640, 480), (500, 333), (224, 224), (1024, 90), (120, 80)]


def picture(index, width, height):
    """Smooth colours with a hard texture: whole numbers only, so that every language agrees."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    smooth = [(x * (index + 3) * 2 + y) % 511, (y * (index + 2) * 3 + x * 2) % 511, (x * y // (index + 4)) % 511]
    planes = [np.where(p > 255, 510 - p, p) for p in smooth]
    texture = ((x // 3 + y // 2 + index) % 4 == 0) * 60
    pixels = np.stack([np.clip(p + texture, 0, 255) for p in planes], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8), "RGB")


def pictures(sizes):
    return [picture(i, *size) for i, size in enumerate(sizes)]
