"""Writes how Pillow resizes: `python resample.py` fills tests/fixtures/resample.json.

Holds checksums only: FNV-1a of 64 bits over the bytes of every resized and cropped picture, and the
first of them to look at.
"""

import json
from pathlib import Path

import PIL
from PIL import Image
from pictures import picture

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "resample.json"
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# Source size, resized size, and the box that is cut out of it: left, top, width and height.
CASES = [
    ((1024, 683), (335, 224), (55, 0, 224, 224)),
    ((683, 1024), (224, 335), (0, 55, 224, 224)),
    ((640, 480), (298, 224), (37, 0, 224, 224)),
    ((500, 333), (336, 224), (56, 0, 224, 224)),
    ((64, 48), (224, 224), (0, 0, 224, 224)),
    ((64, 48), (40, 30), (5, 0, 30, 30)),
    ((41, 67), (30, 49), (0, 9, 30, 30)),
    ((50, 50), (30, 30), (0, 0, 30, 30)),
    ((30, 30), (30, 30), (0, 0, 30, 30)),
    ((30, 30), (30, 30), (7, 3, 16, 9)),
    ((64, 48), (64, 30), (0, 0, 64, 30)),
    ((64, 48), (64, 30), (11, 4, 40, 20)),
    ((64, 48), (30, 48), (0, 0, 30, 48)),
    ((64, 48), (90, 48), (3, 5, 50, 17)),
    ((64, 48), (64, 70), (1, 33, 9, 20)),
    ((64, 48), (64, 100), (0, 0, 64, 100)),
    ((17, 23), (30, 40), (0, 5, 30, 30)),
    ((17, 23), (170, 11), (0, 0, 170, 11)),
    ((90, 7), (385, 30), (177, 0, 30, 30)),
    ((5, 80), (30, 480), (0, 225, 30, 30)),
    ((5, 80), (30, 480), (29, 479, 1, 1)),
    ((2000, 16), (24, 24), (0, 0, 24, 24)),
    ((16, 2000), (24, 24), (0, 0, 24, 24)),
    ((2000, 1500), (24, 18), (3, 0, 18, 18)),
    ((100, 1), (30, 1), (0, 0, 30, 1)),
    ((100, 1), (30, 5), (2, 1, 27, 3)),
    ((1, 100), (1, 30), (0, 0, 1, 30)),
    ((1, 100), (7, 300), (1, 40, 5, 200)),
    ((1, 1), (9, 9), (0, 0, 9, 9)),
    ((3, 2), (1, 1), (0, 0, 1, 1)),
    ((300, 200), (299, 199), (0, 0, 299, 199)),
    ((300, 200), (301, 201), (250, 150, 51, 51)),
    ((768, 512), (384, 256), (64, 0, 256, 256)),
    # Tall ones, and the last that Pillow 13 narrows before it flattens them, and the first it does not.
    ((144, 256), (56, 56), (0, 0, 56, 56)),
    ((90, 210), (56, 130), (0, 37, 56, 56)),
    ((90, 210), (60, 130), (7, 3, 31, 100)),
    ((60, 100), (40, 60), (0, 0, 40, 60)),
    ((60, 100), (40, 59), (0, 0, 40, 59)),
    ((60, 100), (60, 99), (0, 0, 60, 99)),
    ((60, 100), (90, 99), (60, 50, 30, 49)),
    ((60, 100), (90, 100), (60, 50, 30, 49)),
    ((33, 47), (100000, 300), (60000, 120, 40, 30)),
]


def fnv1a(data):
    checksum = 0xCBF29CE484222325
    for byte in data:
        checksum = (checksum ^ byte) * 0x100000001B3 % 2**64
    return checksum


def answer(index, source, resized, box, filter):
    left, top, width, height = box
    image = picture(index, *source).resize(resized, FILTERS[filter])
    data = image.crop((left, top, left + width, top + height)).tobytes()
    return {
        "filter": filter,
        "source": source,
        "resized": resized,
        "box": box,
        "first": list(data[:12]),
        "fnv1a": f"{fnv1a(data):016x}",
    }


def main():
    cases = [answer(i, *case, filter) for i, case in enumerate(CASES) for filter in FILTERS]
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    FIXTURE.write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
