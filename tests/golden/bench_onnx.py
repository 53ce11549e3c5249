"""Measures onnxruntime on a checkpoint's towers, f32 and int8, to compare this project's speed with.

    /tmp/golden/bin/python tests/golden/bench_onnx.py MODEL_DIR WORK_DIR

It exports the picture tower (`pixels` [B, 3, S, S]) and the text tower (`ids` [B, 12], SigLIP
[B, 64]) of the folder's reference to ONNX, with unit vectors as their answers, and quantises them
with `quantize_dynamic`. WORK_DIR keeps the four files for the next time. Then it prints a line with
the versions, and answers lines on its input, so that two programs can be measured in turns:

    {"tower": "image", "precision": "int8", "batch": 8, "threads": 1, "seconds": 1.0}
    {"items_per_s": 60.1, "runs": 8, "median_ms": 133.0, "best_ms": 131.2}

A session is opened and warmed up on its first line; neither counts.
"""

import contextlib
import functools
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import open_clip
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic

from expected import unit
from towers import SIGLIP_CONTEXT, open_towers

CLIP_TOKENS = 12
OPSET = 18
LOWEST_COSINE = 0.99
# The fastest that is correct: unsigned weights run on kernels four times as slow, a quantised patch
# convolution is slower than the f32 one, and one scale a tensor or a reduced range gain nothing.
QUANTISATION = {"weight_type": QuantType.QInt8, "per_channel": True, "op_types_to_quantize": ["MatMul"]}


class Tower(torch.nn.Module):
    """One tower, with the model as a child so that its weights are exported."""

    def __init__(self, model, encode):
        super().__init__()
        self.model = model
        self.encode = encode

    def forward(self, inputs):
        return unit(self.encode(inputs))


def text_tower(model):
    """The text tower for ids of one length, and that length."""
    if isinstance(model, open_clip.CLIP):
        shorten(model, CLIP_TOKENS)
        return Tower(model, model.encode_text), CLIP_TOKENS
    length = SIGLIP_CONTEXT if isinstance(model, transformers.SiglipModel) else CLIP_TOKENS
    return Tower(model, lambda ids: model.get_text_features(input_ids=ids)), length


def shorten(model, length):
    """open_clip's plain model takes ids of the full context alone."""
    model.positional_embedding = torch.nn.Parameter(model.positional_embedding[:length])
    model.attn_mask = model.attn_mask[:length, :length]


def export(tower, name, example, path):
    batch = {0: torch.export.Dim("batch")}
    torch.onnx.export(
        tower.eval(),
        (example,),
        path,
        input_names=[name],
        output_names=["vectors"],
        dynamic_shapes=(batch,),
        opset_version=OPSET,
        external_data=False,
        dynamo=True,
        verbose=False,
    )
    drop_shapes(path)


def drop_shapes(path):
    """quantize_dynamic infers shapes itself, and refuses some that the export leaves."""
    graph = onnx.load(path)
    del graph.graph.value_info[:]
    onnx.save(graph, path)


def export_towers(model_folder, image_path, text_path):
    torch.backends.mha.set_fastpath_enabled(False)
    towers = open_towers(model_folder)
    text, length = text_tower(towers.model)
    export(text, "ids", torch.ones(2, length, dtype=torch.int64), text_path)
    side = image_side(towers.model)
    export(Tower(towers.model, towers.images), "pixels", torch.zeros(2, 3, side, side), image_path)


def image_side(model):
    if isinstance(model, open_clip.CLIP):
        return model.visual.image_size[0]
    return model.config.vision_config.image_size


def quantise(source, target):
    quantize_dynamic(source, target, **QUANTISATION)
    cosine = lowest_cosine(source, target)
    print(f"{target.name}: lowest cosine to f32 {cosine:.4f}", file=sys.stderr)
    if cosine < LOWEST_COSINE:
        target.unlink()
        sys.exit(f"{target.name} answers too far from f32")


def lowest_cosine(source, quantised):
    first, second = open_session(source, 1), open_session(quantised, 1)
    inputs = random_inputs(first, 8)
    answers = [session.run(None, inputs)[0] for session in (first, second)]
    return float((answers[0] * answers[1]).sum(axis=-1).min())


def prepare(model_folder, work_folder):
    """The paths of the exported and quantised towers, made where they are missing."""
    paths = {(t, p): work_folder / f"{t}-{p}.onnx" for t in ("image", "text") for p in ("f32", "int8")}
    work_folder.mkdir(parents=True, exist_ok=True)
    if not paths["image", "f32"].exists():
        export_towers(model_folder, paths["image", "f32"], paths["text", "f32"])
    for tower in ("image", "text"):
        if not paths[tower, "int8"].exists():
            quantise(paths[tower, "f32"], paths[tower, "int8"])
    return paths


@functools.cache
def open_session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # Threads that go on spinning after a run would slow down what is measured in turns with it.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@functools.cache
def random_inputs(session, batch):
    wanted = session.get_inputs()[0]
    shape = [batch, *wanted.shape[1:]]
    random = np.random.default_rng(7)
    if wanted.name == "pixels":
        return {"pixels": random.standard_normal(shape, dtype=np.float32)}
    return {"ids": random.integers(1, 500, shape)}


@functools.cache
def warm_up(session, batch):
    for _ in range(2):
        session.run(None, random_inputs(session, batch))


def measure(session, batch, seconds):
    warm_up(session, batch)
    inputs, runs, start = random_inputs(session, batch), [], time.perf_counter()
    while not runs or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        session.run(None, inputs)
        runs.append(time.perf_counter() - before)
    return {
        "items_per_s": batch * len(runs) / sum(runs),
        "runs": len(runs),
        "median_ms": 1000 * statistics.median(runs),
        "best_ms": 1000 * min(runs),
    }


def answer(paths, line):
    request = json.loads(line)
    session = open_session(paths[request["tower"], request["precision"]], request["threads"])
    return measure(session, request["batch"], request["seconds"])


def say(value):
    print(json.dumps(value), flush=True)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with contextlib.redirect_stdout(sys.stderr):
        paths = prepare(Path(sys.argv[1]), Path(sys.argv[2]))
    say({"ready": True, "onnxruntime": onnxruntime.__version__, "torch": torch.__version__, "onnx": onnx.__version__})
    for line in sys.stdin:
        say(answer(paths, line))


if __name__ == "__main__":
    main()
