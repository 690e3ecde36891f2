"""Events that a verb tells and no noun names: who met whom, what was signed, launched or opened.

In: a text with its institutions and the phrases that nouns name. Out: event phrases with a title made of what
the verb says ("se reunió con la Cámara …" → "Reunión con la Cámara …"). Whether they are events of the
document is decided like that of all phrases (`ingest.event_signs`); strength is what the verb does.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.event_phrases import EventPhrase
from ingest.event_titles import title_key
from ingest.grammar import ARTICLES, NAME_SHAPES
from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import pattern, words
from ingest.tokens import fold_keeping_length, tokenise

VERBS = {"met": "reunión", "signed": "otro", "visited": "misión", "launched": "lanzamiento"}
"""What a verb does → the type of the event; each has a pattern of its name ("verb_met" …)."""

_TITLES = {
    "met": {"es": "Reunión con", "pt": "Reunião com", "en": "Meeting with"},
    "signed": {"es": "Firma de", "pt": "Assinatura de", "en": "Signing of"},
    "visited": {"es": "Visita a", "pt": "Visita a", "en": "Visit to"},
    "launched": {"es": "Lanzamiento de", "pt": "Lançamento de", "en": "Launch of"},
}
_JOINED = {
    "es": ((" a el ", " al "), (" de el ", " del ")),
    "pt": ((" a o ", " ao "), (" a a ", " à "), (" de o ", " do "), (" de a ", " da ")),
    "en": (),
}
_SUBJECT = {"es": " de ", "pt": " de ", "en": " of "}
_REACH = 110  # characters behind the verb within which the body stands that was met or visited
_NAMED_WITHIN = 3  # words of what was launched of which one is a name
_LONGEST = 12  # words of what was met, signed or launched


def verb_phrases(
    text: str, mentions: Sequence[InstitutionMention], named: Sequence[EventPhrase], language: str
) -> list[EventPhrase]:
    """Phrases of the verbs of a text, in order; none in a sentence where a noun names an event."""
    folded = fold_keeping_length(text)
    if not pattern("verb_of_event").search(folded):
        return []
    found: list[EventPhrase] = []
    for strength, kind in VERBS.items():
        for match in pattern(f"verb_{strength}").finditer(folded):
            opens, closes = _sentence_around(text, match.start(), match.end())
            if any(opens <= p.start < closes for p in (*named, *found)):
                continue
            told = _object(text, folded, match.end(), closes, mentions, strength)
            if told is None:
                continue
            end, what = told
            title = f"{_TITLES[strength][language]} {what}"
            if strength == "met" and (subject := _subject(text, opens, match.start(), mentions)):
                noun, joint = _TITLES[strength][language].split()
                title = f"{noun}{_SUBJECT[language]}{subject} {joint} {what}"
            for apart, joined in _JOINED[language]:
                title = title.replace(apart, joined)
            if len(title_key(title)) >= 2:
                found.append(EventPhrase(match.start(), end, title, kind, strength, False, False))
    return sorted(found)


_ARTICLE = re.compile(r"\b(el|la|los|las|os?|as?|the|del|d[oa]s?)\s\Z", re.IGNORECASE)
_ALONE = {"del": "el", "do": "o", "da": "a", "dos": "os", "das": "as"}
_SENTENCE_END = re.compile(r"[.!?…][\"”»']?\s+(?=[^\W\d_a-z])|\n")


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    begins = [m.end() for m in _SENTENCE_END.finditer(text, max(0, start - 600), start)]
    stop = _SENTENCE_END.search(text, end, min(len(text), end + 600))
    return (begins[-1] if begins else max(0, start - 600)), (
        stop.start() if stop else min(len(text), end + 600)
    )


def _subject(text: str, opens: int, verb: int, mentions: Sequence[InstitutionMention]) -> str | None:
    """The body before the verb, whose the meeting was."""
    before = [m for m in mentions if opens <= m.start and m.end <= verb]
    return before[-1].name if before else None


def _object(
    text: str, folded: str, start: int, closes: int, mentions: Sequence[InstitutionMention], strength: str
) -> tuple[int, str] | None:
    """Where what the verb was done to ends, and how it is called: a body, or words up to the next clause."""
    units = {m.unit_of for m in mentions if m.unit_of is not None}
    body = next(
        (
            m
            for i, m in enumerate(mentions)
            if start - 1 <= m.start < min(closes, start + _REACH) and i not in units
        ),
        None,
    )
    if (
        strength in {"met", "visited"}
        and body is not None
        and not pattern("new_clause").search(folded, start, body.start)
    ):
        article = _ARTICLE.search(text, max(start - 5, 0), body.start)
        return body.end, (
            _ALONE.get(article.group(1).lower(), article.group(1)) + " " if article else ""
        ) + body.name
    if strength == "visited":
        return None
    said = list(_words(text[start:closes]))
    if not said or (strength == "launched" and not any(named for _, _, named in said[:_NAMED_WITHIN])):
        return None
    end = start + said[-1][1]
    return end, " ".join(text[start:end].split())


def _words(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, is a name) of the words up to a clause that goes on with something else."""
    tokens = tokenise(text)
    quoted = bool(tokens) and tokens[0].text in '“"«'
    kept: list[tuple[int, int, bool]] = []
    for number, token in enumerate(tokens[: 3 * _LONGEST if quoted else _LONGEST]):
        if quoted:
            kept.append((token.start, token.end, True))
            if number and token.text in '”"»':
                break
            continue
        if token.shape == "punct" or token.folded in words("clause_goes_on"):
            break
        if pattern("past_tense").search(token.text) and token.shape == "word":
            break
        named = number + 1 < len(tokens) and tokens[number + 1].shape in NAME_SHAPES
        joined = number == 0 or tokens[number - 1].folded in words("title_links")
        if token.folded in ARTICLES and named and not joined:
            break  # "… convenio de colaboración | la UAZ y la Autónoma"
        kept.append((token.start, token.end, token.shape in NAME_SHAPES))
    while kept and text[kept[-1][0] : kept[-1][1]].lower() in words("title_links"):
        kept.pop()
    return iter(kept)
