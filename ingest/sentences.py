"""Sentence boundaries in reports, where full stops also end abbreviations, initials and enumerators.

Rules of our own: the sentencizer of spaCy's blank pipelines splits at "art. 5" and "Dra. M. López" (in
Portuguese also at "EE. UU."), puts an opening "¿" in the sentence before it, and costs seconds at import.
"""

import re

from graph.model import Span

# Words that a full stop follows inside a sentence, without the stop, in lower case. Always: what follows
# belongs to the word (a name, a number). Sometimes: the sentence goes on only before a small letter or a
# digit.
_ALWAYS = {
    "": "p pp pág págs pag pags vol ed eds fig figs cap caps vs cf e.g i.e p.ej p.ex st sto sta tel telf "
    "av avda apdo",
    "es": "sr sra srta sres dr dra dres ing lic arq prof profa gral mtro mtra d dña excmo ilmo núm num "
    "nro art arts ej fr hno ee aa rr ff mm s",
    "pt": "sr sra srs dr dra eng arq prof profa gal exmo ilmo núm num nr art arts ex d dom s séc",
    "en": "mr mrs ms dr prof sen rep hon gov gen col no art arts sec messrs",
}
_SOMETIMES = {
    "": "inc ltd ltda cía cia co corp etc s.a s.l s.r.l c.v r.l a.c u.s e.u ee.uu uu aprox ibid op cit jr "
    "phd dpto depto dept univ admón admin min inst gob prov anexo n.º art.º nº et al",
    "es": "ene feb mar abr may jun jul ago sept dic",
    "pt": "jan fev mar abr jun jul ago set out dez",
    "en": "jan feb mar apr jun jul aug sept oct nov dec",
}
_LONGEST = 4000
"""Characters of a sentence: a text without full stops is cut, because rules take the square of the length."""

_CLAUSE_ENDS = ("; ", ": ", ", ", " ")
_ENDING = re.compile(r"(?P<stop>[.!?…]{1,8})[\"'”’»)\]]{0,3}(?=\s)|\n")
_LAST_WORD = re.compile(r"[^\s(\[“\"«,;:]{1,12}$")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?){0,4}[^\W\d_]")
_ENUMERATOR = re.compile(r"(?:\d{1,3}|[ivxlc]{1,5}|[a-z])", re.IGNORECASE)
_AFTER = re.compile(r"\s{0,8}[\"'“‘«¿¡(\[]{0,3}(\S)")


def sentences(text: str, language: str) -> tuple[Span, ...]:
    """Spans of the sentences of `text` in code points of `text`, without the white space between them.

    `language` is "es", "pt" or "en" (any other: only the common abbreviations). A line break ends a sentence,
    and one of more than 4,000 characters is cut where a clause ends, or else between two words.
    """
    always = frozenset(f"{_ALWAYS['']} {_ALWAYS.get(language, '')}".split())
    sometimes = frozenset(f"{_SOMETIMES['']} {_SOMETIMES.get(language, '')}".split())
    spans: list[Span] = []
    start = 0
    for found in _ENDING.finditer(text):
        if found["stop"] == "." and _goes_on(text, start, found, always, sometimes):
            continue
        if found["stop"] and found["stop"] != "." and _next(text, found.end()).islower():
            continue
        _add(spans, text, start, found.end())
        start = found.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def _goes_on(
    text: str, start: int, found: re.Match[str], always: frozenset[str], sometimes: frozenset[str]
) -> bool:
    """Whether the sentence goes on after the full stop."""
    after = _next(text, found.end())
    if after.islower() or after in ",;:":
        return True
    if found.end() - found.start() > 1:
        return False
    last = _LAST_WORD.search(text, max(start, found.start() - 13), found.start())
    if last is None:
        return False
    word = last.group().casefold()
    if word in always:
        return True
    opens = last.start() - start <= 8 and not text[start : last.start()].strip()
    if opens and _ENUMERATOR.fullmatch(word):
        return True
    if _INITIAL.fullmatch(last.group()) and last.group()[0].isupper():
        # "J. Pérez", "EE. UU.": a single letter is an initial; "S.A." may also end the sentence.
        return "." not in word and not opens
    return word in sometimes and after.isdigit()


def _next(text: str, at: int) -> str:
    found = _AFTER.match(text, at)
    return found.group(1) if found else "\0"


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        found = (text.rfind(mark, start + _LONGEST // 2, start + _LONGEST) for mark in _CLAUSE_ENDS)
        cut = next((at for at in found if at >= 0), text.find(" ", start + _LONGEST, end))
        if cut < 0:
            break
        _append(spans, text, start, cut + 1)
        start = cut + 1
    _append(spans, text, start, end)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        first = start + len(piece) - len(piece.lstrip())
        spans.append(Span(first, first + len(piece.strip())))
