"""Measures czkawka_cli, findimagedupes and imagededup on the files of `cargo xtask bench duplicates`.

    python tests/peers/duplicates.py FOLDER

A file is named PICTURE.CHANGE.ENDING: files of the same PICTURE show the same, and a picture that
begins with "frame" is a frame of a burst. Each program runs at its defaults and at settings that
find more; what is not installed is named and skipped. Prints the time, the recall of pairs with the
original and of all pairs, the precision and the frames taken for copies.
"""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path


class Truth:
    """What the files of a folder show."""

    def __init__(self, folder):
        self.folder = folder
        self.files = sorted(path.name for path in folder.iterdir())
        counts = Counter(map(picture, self.files))
        self.pairs = sum(n * (n - 1) // 2 for n in counts.values())
        self.copies = sum(not is_original(name) for name in self.files)

    def report(self, name, seconds, pairs):
        right = {pair for pair in pairs if picture(pair[0]) == picture(pair[1])}
        with_original = sum(is_original(a) or is_original(b) for a, b in right)
        frames = sum(
            a.startswith("frame") and b.startswith("frame") and a != b for a, b in pairs - right
        )
        precision = len(right) / len(pairs) if pairs else float("nan")
        print(
            f"{name:<46} {seconds:7.1f} s  original–copy {with_original / self.copies:.4f}"
            f"  all pairs {len(right) / self.pairs:.4f}  precision {precision:.4f}"
            f"  frames {frames}",
            flush=True,
        )
        by_change = defaultdict(int)
        for a, b in right:
            if is_original(a) != is_original(b):
                by_change[change(b if is_original(a) else a)] += 1
        wanted = Counter(change(name) for name in self.files if not is_original(name))
        worst = sorted((by_change[one] / n, one) for one, n in wanted.items())[:8]
        print("    least: " + ", ".join(f"{one} {recall:.2f}" for recall, one in worst), flush=True)


def picture(name):
    return name.split(".")[0]


def change(name):
    return name.split(".")[1]


def is_original(name):
    return change(name) == "original"


def pairs_of(groups):
    """All pairs within groups of paths or names, as sorted names."""
    pairs = set()
    for group in groups:
        names = sorted(Path(one).name for one in group)
        pairs.update(itertools.combinations(names, 2))
    return pairs


def run(command):
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    return time.perf_counter() - started, done


def czkawka(truth):
    program = shutil.which("czkawka_cli")
    if not program:
        print("czkawka_cli is not installed (cargo install czkawka_cli)")
        return
    turned = ["--geometric-invariance", "mirror-flip-rotate90"]
    settings = [
        ["-g", "Gradient", "-c", "16", "-s", "10"],
        ["-g", "Gradient", "-c", "8", "-s", "10", "-z", "Lanczos3", *turned],
        ["-g", "Gradient", "-c", "8", "-s", "4", "-z", "Lanczos3", *turned],
        ["-g", "Gradient", "-c", "8", "-s", "10"],
    ]
    for extra in settings:
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / "found.json"
            command = [program, "image", "-d", str(truth.folder), "-m", "1", "-H", *extra]
            seconds, done = run([*command, "-C", str(out)])
            if not out.exists():
                print(f"czkawka_cli {' '.join(extra)}: {done.stderr.strip()[-200:]}")
                continue
            groups = json.loads(out.read_text())
        groups = [[one["path"] for one in group] for group in groups]
        truth.report(f"czkawka_cli {' '.join(extra)}", seconds, pairs_of(groups))


def findimagedupes(truth):
    program = shutil.which("findimagedupes")
    if not program:
        print("findimagedupes is not installed (apt install findimagedupes)")
        return
    for threshold in ["90%", "95%"]:
        seconds, done = run([program, "-R", "-t", threshold, "--", str(truth.folder)])
        # Names have no spaces, and a line is a group.
        groups = [line.split() for line in done.stdout.splitlines() if line]
        truth.report(f"findimagedupes {threshold}", seconds, pairs_of(groups))


def imagededup(truth):
    try:
        from imagededup.methods import DHash, PHash
    except ImportError as why:
        print(f"imagededup is not installed ({why})")
        return
    for kind, distance in [(PHash, 10), (DHash, 10)]:
        started = time.perf_counter()
        found = kind(verbose=False).find_duplicates(
            image_dir=str(truth.folder), max_distance_threshold=distance
        )
        seconds = time.perf_counter() - started
        pairs = {tuple(sorted((a, b))) for a, others in found.items() for b in others}
        truth.report(f"imagededup {kind.__name__} {distance}", seconds, pairs)


def main():
    truth = Truth(Path(sys.argv[1]))
    for peer in [czkawka, findimagedupes, imagededup]:
        peer(truth)


if __name__ == "__main__":
    main()
