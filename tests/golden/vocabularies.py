"""Small tokenizers of the three kinds: CLIP's byte-level BPE, SigLIP's sentencepiece unigram,
SigLIP 2's (Gemma's) BPE with byte fallback. All are trained here, on a few words."""

from tokenizers import (
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = "a photo of castle above the river dog beach sunset mountain lake"


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
