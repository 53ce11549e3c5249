"""Small tokenizers of the three kinds: CLIP's byte-level BPE, SigLIP's sentencepiece unigram,
SigLIP 2's (Gemma's) BPE with byte fallback. All are trained here, on a few words."""

import json

import sentencepiece
from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import GemmaTokenizerFast, SiglipTokenizer, T5Tokenizer
from transformers.convert_slow_tokenizer import T5Converter

from texts import CORPUS

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = "a photo of castle above the river dog beach sunset mountain lake"

# A few rules of the kind that sentencepiece's nmt_nfkc has thousands of: code points to code points.
RULES = {"FF41": "61", "FF57": "77", "FB01": "66 69", "2026": "2E 2E 2E", "2460": "31", "3000": "20", "A0": "20",
         "2003": "20", "200B": "", "65 301": "E9"}
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
GEMMA_SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]


def clip_tokenizer(vocabulary):
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


def train_unigram(folder, options):
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS),
        model_prefix=str(folder / "spiece"),
        model_type="unigram",
        vocab_size=400,
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        pad_piece="<pad>",
        num_threads=1,
        minloglevel=2,
        **options,
    )
    (folder / "spiece.vocab").unlink()


def train_unigram_with_rules(folder, rules):
    path = folder / "rules.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rules.items()))
    train_unigram(folder, {"normalization_rule_tsv": str(path)})
    path.unlink()


def write_siglip_tokenizer(folder, rules=None):
    """spiece.model, tokenizer_config.json, and the tokenizer.json that T5's conversion makes of it.

    Without rules it has those of the real one, nmt_nfkc (240 KB). The tokenizer.json alone neither
    lower-cases, nor takes punctuation out, nor joins spaces: see `canonical` of towers.py.
    """
    if rules is None:
        train_unigram(folder, {"normalization_rule_name": "nmt_nfkc"})
    else:
        train_unigram_with_rules(folder, rules)
    model = str(folder / "spiece.model")
    SiglipTokenizer(model, model_input_names=["input_ids"]).save_pretrained(folder)
    T5Converter(T5Tokenizer(model, extra_ids=0, legacy=False)).converted().save(str(folder / "tokenizer.json"))


def gemma_tokenizer():
    """Gemma's form: no start token, spaces written as ▁, unknown letters as their bytes."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.normalizer = normalizers.Replace(" ", "▁")
    bpe.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    reserved = GEMMA_SPECIAL + BYTES
    bpe.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=700, special_tokens=reserved, show_progress=False))
    trained = json.loads(bpe.to_str())["model"]
    merges = [tuple(merge) for merge in trained["merges"]]
    t = Tokenizer(models.BPE(trained["vocab"], merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    t.add_special_tokens(GEMMA_SPECIAL)
    return t


def write_gemma_tokenizer(folder):
    """tokenizer.json and tokenizer_config.json: an end token, no start token, padding on the right."""
    fast = GemmaTokenizerFast(
        tokenizer_object=gemma_tokenizer(),
        add_bos_token=False,
        add_eos_token=True,
        padding_side="right",
        model_max_length=64,
        model_input_names=["input_ids"],
    )
    fast.save_pretrained(folder)
    config = folder / "tokenizer_config.json"
    config.write_text(config.read_text().replace("GemmaTokenizerFast", "GemmaTokenizer"))
