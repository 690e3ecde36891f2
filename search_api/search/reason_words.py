"""Why a hit is where it is, in words, in the three languages of the network."""

from collections.abc import Mapping, Sequence
from typing import Literal

from search_api.wording.quotation import quoted

ReasonKind = Literal["words", "meaning", "event", "theme", "named"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "words": "contiene: {items}",
        "meaning": "sentido cercano (coseno {cosine})",
        "event": "es parte de {event}",
        "theme": "trata de: {items}",
        "theme words": "usa palabras del tema",
        "named": "coincide en: {items}",
    },
    "pt": {
        "words": "contém: {items}",
        "meaning": "sentido próximo (cosseno {cosine})",
        "event": "faz parte de {event}",
        "theme": "trata de: {items}",
        "theme words": "usa palavras do tema",
        "named": "coincide em: {items}",
    },
    "en": {
        "words": "contains: {items}",
        "meaning": "close in meaning (cosine {cosine})",
        "event": "is part of {event}",
        "theme": "is about: {items}",
        "theme words": "uses words of the theme",
        "named": "matches: {items}",
    },
}


def in_words(
    kind: ReasonKind, lang: str, *, items: Sequence[str] = (), cosine: float = 0.0, event: str = ""
) -> str:
    """A reason in a language ("es", "pt", "en"; else Spanish). `items` are words, themes or names."""
    words = _WORDS.get(lang, _WORDS["es"])
    number = f"{cosine:.2f}" if lang == "en" else f"{cosine:.2f}".replace(".", ",")
    name = "theme words" if kind == "theme" and not items else kind
    return words[name].format(items=", ".join(items), cosine=number, event=quoted(event, lang))
