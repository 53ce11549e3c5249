"""Writes tests/fixtures/clip-tiny-*: tiny random checkpoints in the Hugging Face CLIP layout, and
what the reference implementation (transformers on PyTorch, Pillow) answers for them.

    python -m venv /tmp/golden && /tmp/golden/bin/pip install -r tests/golden/requirements.txt
    /tmp/golden/bin/python tests/golden/clip.py

With `--compare FOLDER` it writes nothing into the repository: it takes the model in FOLDER, and
writes FOLDER/expected.json and expected.safetensors for it (the real-size check). Where FOLDER
has the config files and the tokenizer alone, it first fills in random weights.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizerFast

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
START, END = "<|startoftext|>", "<|endoftext|>"

# Width and height of the pictures: landscape, portrait, square, the tower's size, smaller, thin.
SIZES = [(64, 48), (41, 67), (50, 50), (30, 30), (17, 23), (90, 7), (5, 80)]
TEXTS = [
    "a photo of a castle above the river",
    "Zwei Äpfel und ein süßes Törtchen, Größe XL",
    "ÉTÉ à la plage — déjà vu",
    "don't they're I've we'll",
    "red   green\tblue\n 2024 12:30",
    "🌄 sunrise 👩‍👩‍👧 日本語の写真",
    "",
    "   ",
    "<|endoftext|> photo <|startoftext|>",
    "mountain lake forest " * 60,
]
WORDS = "a photo of castle above the river dog beach sunset mountain lake"


def picture(index, width, height):
    """Smooth colours with a hard texture: whole numbers only, so that every language agrees."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    smooth = [(x * (index + 3) * 2 + y) % 511, (y * (index + 2) * 3 + x * 2) % 511, (x * y // (index + 4)) % 511]
    planes = [np.where(p > 255, 510 - p, p) for p in smooth]
    texture = ((x // 3 + y // 2 + index) % 4 == 0) * 60
    pixels = np.stack([np.clip(p + texture, 0, 255) for p in planes], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8), "RGB")


def tokenizer(vocabulary):
    """CLIP's form of tokenizer, with the words of WORDS as its merges, each letter by letter."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {piece: i for i, piece in enumerate(alphabet + [letter + "</w>" for letter in alphabet])}
    merges = []
    for word in WORDS.split():
        letters = [*word[:-1], word[-1] + "</w>"]
        for end in range(1, len(letters)):
            pair = ("".join(letters[:end]), letters[end])
            if pair not in merges:
                merges.append(pair)
                vocab.setdefault("".join(pair), len(vocab))
    t = Tokenizer(models.BPE(vocab, merges, end_of_word_suffix="</w>", continuing_subword_prefix="", unk_token=END))
    t.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    split = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    t.add_special_tokens([START, END])
    start, end = t.token_to_id(START), t.token_to_id(END)
    assert end == max(t.get_vocab().values()) and end < vocabulary, (end, vocabulary)
    t.post_processor = processors.RobertaProcessing((END, end), (START, start), trim_offsets=False, add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t


def randomise(model):
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name == "logit_scale":
                p.fill_(4.6052)
            elif "norm" in name and name.endswith("weight"):
                p.copy_(1 + 0.2 * torch.randn_like(p))
            elif p.ndim == 1:
                p.copy_(0.2 * torch.randn_like(p))
            elif "embedding" in name and "patch" not in name:
                p.copy_(0.5 * torch.randn_like(p))
            else:
                p.copy_(1.5 * torch.randn_like(p) / p[0].numel() ** 0.5)
    return model


def write_model(folder, activation, legacy_end, dtype, vision, text, processor):
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = 600
    t = tokenizer(vocabulary)
    t.save(str(folder / "tokenizer.json"), pretty=False)
    end = 2 if legacy_end else t.token_to_id(END)
    config = CLIPConfig(
        projection_dim=20,
        vision_config={"hidden_act": activation, "num_hidden_layers": 2, **vision},
        text_config={
            "hidden_act": activation,
            "num_hidden_layers": 2,
            "vocab_size": vocabulary,
            "max_position_embeddings": 40,
            "bos_token_id": t.token_to_id(START),
            "eos_token_id": end,
            **text,
        },
    )
    model = randomise(CLIPModel(config).eval())
    model.to(dtype).save_pretrained(folder)
    CLIPImageProcessor(**processor).save_pretrained(folder)


def write_expected(folder, sizes):
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    processor = CLIPImageProcessor.from_pretrained(folder)
    context = model.config.text_config.max_position_embeddings
    fast = CLIPTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), bos_token=START, eos_token=END, pad_token=END, unk_token=END
    )
    pictures = [picture(i, *size) for i, size in enumerate(sizes)]
    pixels = processor(pictures, return_tensors="pt")["pixel_values"]
    padded = fast(TEXTS, padding="max_length", truncation=True, max_length=context, return_tensors="pt")
    with torch.no_grad():
        images = model.get_image_features(pixel_values=pixels)
        texts = model.get_text_features(**padded)
    ids = fast(TEXTS, truncation=True, max_length=context)["input_ids"]
    expected = {"sizes": sizes, "texts": TEXTS, "ids": ids}
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in expected.items())
    (folder / "expected.json").write_text("{\n" + lines + "\n}\n")
    norm = torch.nn.functional.normalize
    vectors = {"pixels": pixels, "images": norm(images, dim=-1), "texts": norm(texts, dim=-1)}
    save_file({k: v.contiguous() for k, v in vectors.items()}, folder / "expected.safetensors")
    between = vectors["images"] @ vectors["images"].T
    print(folder.name, "cosines between pictures", between.min().item(), "…", between.fill_diagonal_(-1).max().item())


def main():
    if sys.argv[1:2] == ["--compare"]:
        # Sizes of real photos, down to thin ones; one is smaller than the tower.
        sizes = [(1024, 683), (683, 1024), (1024, 768), (640, 480), (500, 333), (224, 224), (1024, 90), (120, 80)]
        folder = Path(sys.argv[2])
        if not (folder / "model.safetensors").exists():
            torch.manual_seed(7)
            model = randomise(CLIPModel(CLIPConfig.from_pretrained(folder)))
            save_file(dict(model.state_dict()), folder / "model.safetensors")
        write_expected(folder, sizes)
        return
    torch.manual_seed(7)
    # Odd patches: 30 / 7 leaves two columns over; heads of width 5; the wrong end token of old configs.
    write_model(
        FIXTURES / "clip-tiny-quick-gelu",
        "quick_gelu",
        True,
        torch.float32,
        {"hidden_size": 30, "num_attention_heads": 6, "intermediate_size": 52, "image_size": 30, "patch_size": 7},
        {"hidden_size": 24, "num_attention_heads": 3, "intermediate_size": 40},
        {"size": {"shortest_edge": 30}, "crop_size": {"height": 30, "width": 30}},
    )
    # Other sizes, an own end token, bilinear, own means, a crop wider than the resized picture, f16.
    write_model(
        FIXTURES / "clip-tiny-gelu",
        "gelu",
        False,
        torch.float16,
        {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64, "image_size": 24, "patch_size": 8,
         "layer_norm_eps": 1e-6},
        {"hidden_size": 28, "num_attention_heads": 7, "intermediate_size": 44},
        {"size": {"shortest_edge": 20}, "crop_size": 24, "resample": 2,
         "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.25, 0.3]},
    )
    for name in ["clip-tiny-quick-gelu", "clip-tiny-gelu"]:
        write_expected(FIXTURES / name, SIZES)
        for file in (FIXTURES / name).iterdir():
            file.chmod(0o644)


main()
