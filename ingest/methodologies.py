"""Named methodologies: "la metodología PIPE, PIPENET y «Aprendiendo a Exportar»", "the PIPE methodology"."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from graph.model import Event, Evidence, Methodology
from ingest.actors import ActorIndex
from ingest.event_drafts import EventDraft
from ingest.event_sentences import EventsOf
from ingest.grammar import CLOSING_QUOTES, NAME_SHAPES, OPENING_QUOTES
from ingest.lexicon import pattern, words
from ingest.reading import Reading
from ingest.tokens import Token, fold, fold_keeping_length, tokenise
from ontology.namespaces import slugify

_NEAR = 140  # characters between names and who developed them
_BETWEEN = {"y", "e", "and", ",", "/"}


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
        if token.folded not in words("methodology_nouns"):
            continue
        names = (
            _names_after(tokens, at + 1)
            or _names_introduced(tokens, folded, token.end)
            or _names_before(tokens, at - 1)
        )
        names = [name for name in names if name not in {(m.start, m.end) for m in found}]
        if not names:
            continue
        first, last = min(start for start, _ in names), max(end for _, end in names)
        developed = pattern("developed_by").search(folded, last, min(len(folded), last + _NEAR))
        if developed is None and token.end < first:
            developed = pattern("developed_by").search(folded, token.end, first)
        found += [
            MethodologyMention(
                start, end, " ".join(text[start:end].split()), developed.end() if developed else None
            )
            for start, end in names
        ]
    return found


MentionsOf = dict[int, list[MethodologyMention]]
"""Methodologies by the start (in the clean text) of the sentence that names them; offsets are those in the
sentence.
"""


def methodology_mentions(reading: Reading) -> MentionsOf:
    """The methodologies that each sentence names."""
    return {s.start: found for s in reading.sentences if (found := find_methodologies(s.text))}


def methodology_values(
    reading: Reading,
    found_in: MentionsOf,
    owned: EventsOf,
    by_draft: dict[EventDraft, Event],
    actors: ActorIndex,
) -> tuple[Methodology, ...]:
    """One methodology for each name, with who developed it and the events it is told at."""
    mentions: dict[str, list[Evidence]] = defaultdict(list)
    names: dict[str, str] = {}
    developers: dict[str, dict[str, None]] = defaultdict(dict)
    events: dict[str, dict[str, None]] = defaultdict(dict)
    for sentence in reading.sentences:
        for found in found_in.get(sentence.start, ()):
            key = fold(found.name)
            names.setdefault(key, found.name)
            mentions[key].append(
                Evidence(
                    reading.source(sentence.start + found.start, sentence.start + found.end),
                    "methodology",
                    0.85,
                )
            )
            if found.developer_from is not None:
                for i, m in enumerate(sentence.mentions):
                    actor = actors.of_mention[sentence.first_mention + i]
                    if actor and 0 <= m.start - found.developer_from <= 30:
                        developers[key][actor] = None
                        break
            for draft in owned.get(sentence.start, [])[:1]:
                events[key][by_draft[draft].id] = None
    return tuple(
        Methodology(
            slugify(names[key]) or f"m-{n}",
            names[key],
            tuple(found),
            tuple(developers[key]),
            tuple(events[key]),
        )
        for n, (key, found) in enumerate(mentions.items())
    )


def _names_after(tokens: Sequence[Token], at: int) -> list[tuple[int, int]]:
    names = []
    if at < len(tokens) and tokens[at].folded in {"del", "de", "do", "da"}:
        return []
    while at < len(tokens):
        token = tokens[at]
        if token.text in OPENING_QUOTES:
            closing = next(
                (i for i in range(at + 1, min(at + 14, len(tokens))) if tokens[i].text in CLOSING_QUOTES),
                None,
            )
            if closing is None:
                break
            names.append((tokens[at + 1].start, tokens[closing - 1].end))
            at = closing + 1
        elif token.shape in NAME_SHAPES:
            end = at
            while end < len(tokens) and tokens[end].shape in NAME_SHAPES:
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


def _names_introduced(tokens: Sequence[Token], folded: str, noun_end: int) -> list[tuple[int, int]]:
    """ "la metodología llamada COSTEA", "…, tres programas del instituto, que son PIPE y PIPENET"."""
    introduced = pattern("names_introduced").match(folded, noun_end)
    if introduced is None:
        return []
    at = next((i for i, t in enumerate(tokens) if t.start >= introduced.end()), len(tokens))
    return _names_after(tokens, at)


def _names_before(tokens: Sequence[Token], at: int) -> list[tuple[int, int]]:
    """ "the PIPE, PIPENET and Aprendiendo a Exportar methodologies"."""
    names: list[tuple[int, int]] = []
    while at >= 0 and tokens[at].shape in {"ACRONYM", "Mixed"}:
        names.append((tokens[at].start, tokens[at].end))
        at -= 1
        if at >= 0 and tokens[at].folded in _BETWEEN:
            at -= 1
    return names
