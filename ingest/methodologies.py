"""Named methodologies: "la metodología PIPE, PIPENET y «Aprendiendo a Exportar»", "the PIPE methodology"."""

import re
from typing import NamedTuple

from ingest.tokens import Token, fold_keeping_length, tokenise

_HEAD = {"metodologia", "metodologias", "methodology", "methodologies", "modelo", "metodo", "method"}
_BETWEEN = {"y", "e", "and", ",", "/"}
_OPENING, _CLOSING = '“"«', '”"»'
_DEVELOPED = re.compile(
    r"\b(?:desarrollad|implantad|creada|creado|disenad|elaborad|desenvolvid|developed|designed|created)\w*\b"
    r"(?:[^.;]{0,60}?)\b(?:por|pel[oa]|by)\b"
)


class MethodologyMention(NamedTuple):
    """A methodology's name in a text, by offsets; `developer_from` is where "developed by" ends, if said."""

    start: int
    end: int
    name: str
    developer_from: int | None


def find_methodologies(text: str) -> list[MethodologyMention]:
    """Names listed after (or, in English, before) the word methodology."""
    tokens = tokenise(text)
    folded = fold_keeping_length(text)
    found: list[MethodologyMention] = []
    for at, token in enumerate(tokens):
        if token.folded not in _HEAD:
            continue
        names = list(_names_after(tokens, at + 1)) or list(_names_before(tokens, at - 1))
        if not names:
            continue
        last = max(end for _, end in names)
        developed = _DEVELOPED.search(folded, last, min(len(folded), last + 140))
        found += [
            MethodologyMention(
                start, end, " ".join(text[start:end].split()), developed.end() if developed else None
            )
            for start, end in names
        ]
    return found


def _names_after(tokens: list[Token], at: int) -> list[tuple[int, int]]:
    names = []
    if at < len(tokens) and tokens[at].folded in {"del", "de", "do", "da"}:
        return []
    while at < len(tokens):
        token = tokens[at]
        if token.text in _OPENING:
            closing = next(
                (i for i in range(at + 1, min(at + 14, len(tokens))) if tokens[i].text in _CLOSING), None
            )
            if closing is None:
                break
            names.append((tokens[at + 1].start, tokens[closing - 1].end))
            at = closing + 1
        elif token.shape in {"ACRONYM", "Mixed", "Capital"}:
            end = at
            while end < len(tokens) and tokens[end].shape in {"ACRONYM", "Mixed", "Capital"}:
                end += 1
            names.append((token.start, tokens[end - 1].end))
            at = end
        else:
            break
        if at < len(tokens) and tokens[at].folded in _BETWEEN:
            at += 1
            if at < len(tokens) and tokens[at].folded in _BETWEEN:
                at += 1
        else:
            break
    return names


def _names_before(tokens: list[Token], at: int) -> list[tuple[int, int]]:
    """ "the PIPE, PIPENET and Aprendiendo a Exportar methodologies"."""
    names: list[tuple[int, int]] = []
    while at >= 0 and tokens[at].shape in {"ACRONYM", "Mixed"}:
        names.append((tokens[at].start, tokens[at].end))
        at -= 1
        if at >= 0 and tokens[at].folded in _BETWEEN:
            at -= 1
    return names
