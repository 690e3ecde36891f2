"""Names known before a piece of text is read: the authority file, and what the document itself defines."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from ingest.event_phrases import head_at
from ingest.institutions import InstitutionMention, Known, heads
from ingest.persons import find_persons
from ingest.roles import find_cues
from ingest.tokens import PhraseIndex, Token, fold, tokenise


@cache
def authority_names() -> "KnownNames":
    """Names, acronyms and aliases of the authority file. Ambiguous acronyms are left to the document."""
    from ontology.authority import institutions

    entries: list[tuple[str, Known]] = []
    for institution in institutions():
        ambiguous = {fold(a) for a in institution.ambiguous_acronyms}
        names = [institution.name, *institution.aliases, *(n for ns in institution.names.values() for n in ns)]
        for name in dict.fromkeys(names):
            short = len(name.split()) == 1
            entries.append(
                (name, Known(institution.name, institution.type, institution.country or None, institution.slug, short))
            )
        for acronym in institution.acronyms:
            if fold(acronym) not in ambiguous:
                entries.append(
                    (acronym, Known(institution.name, institution.type, institution.country or None, institution.slug, True))
                )
    return KnownNames(entries)


class KnownNames(PhraseIndex[Known]):
    """A phrase index that can be extended for one document without changing the shared one."""

    def __init__(self, entries: Iterable[tuple[str, Known]], base: "KnownNames | None" = None) -> None:
        super().__init__(entries)
        self._base = base

    def extended(self, entries: Iterable[tuple[str, Known]]) -> "KnownNames":
        """This index and more names on top."""
        return KnownNames(entries, base=self)

    def match(self, tokens: list[Token], at: int) -> tuple[int, Known] | None:
        """Longest phrase at `at`, of the document's names or the shared ones."""
        own = super().match(tokens, at)
        shared = self._base.match(tokens, at) if self._base is not None else None
        if own is None or shared is not None and shared[0] >= own[0]:
            return shared
        return own


def names_defined(
    texts: Sequence[str], found: Sequence[Sequence[InstitutionMention]], is_place: Callable[[str], bool]
) -> list[tuple[str, Known]]:
    """Names that the document makes known: acronyms beside names, affiliations, unknown members of lists."""
    defined: dict[str, tuple[str, Known]] = {}

    def add(name: str, known: Known) -> None:
        defined.setdefault(fold(name), (name, known))

    for mentions in found:
        for mention in mentions:
            if mention.acronym:
                add(mention.acronym, Known(mention.name, mention.type, mention.country, mention.authority, True))
    counts: Counter[str] = Counter()
    for text, mentions in zip(texts, found, strict=True):
        taken = [(m.start, m.end) for m in mentions]
        for person in find_persons(text, taken=taken, is_place=is_place):
            if person.organisation is None:
                continue
            start, end = person.organisation
            if any(s < end and start < e for s, e in taken):
                continue
            name = " ".join(text[start:end].split())
            add(name, Known(name, None, None, None, len(name.split()) == 1))
        for name in _listed(text, mentions, is_place):
            counts[name] += 1
    for name in counts:
        add(name, Known(name, None, None, None, len(name.split()) == 1))
    return list(defined.values())


_LIST_GAP = re.compile(r"\s*(?:,|;)\s*(?:(?:y|e|and|así como|además de)\s+)?(?:(?:la|el|los|las|the|o|a)\s+)?|\s+(?:y|e|and|&)\s+(?:(?:la|el|los|las|the|o|a)\s+)?")


def _listed(text: str, mentions: Sequence[InstitutionMention], is_place: Callable[[str], bool]) -> list[str]:
    """Capitalised names of no known form that stand in a list with institutions, or right where a cue wants one."""
    names: list[str] = []
    starts: list[int] = []
    for cue in find_cues(text):
        if cue.side == "after" and cue.role in {"sponsor", "organiser", "host"}:
            starts.append(cue.end)
    for mention in mentions:
        end = mention.acronym_span[1] + 1 if mention.acronym_span and mention.acronym_span[1] > mention.end else mention.end
        gap = _LIST_GAP.match(text, end)
        if gap:
            starts.append(gap.end())
    for start in starts:
        lead = re.match(r"\s*(?:(?:la|el|los|las|the|o|a)\s+)?(?:(?:empresa|compañía|firma|fundación|company|firm)\s+)?", text[start:])
        begin = start + (lead.end() if lead else 0)
        name = _proper_name(text, begin, is_place)
        if name is None or any(m.start < begin + len(name) and begin < m.end for m in mentions):
            continue
        rest = text[begin + len(name) : begin + len(name) + 60]
        if re.match(r"\s*(?:[,;.)]|\(|y\s|e\s|and\s|\Z)", rest) and _list_goes_on(text, begin + len(name), mentions):
            names.append(name)
    return names


def _list_goes_on(text: str, end: int, mentions: Sequence[InstitutionMention]) -> bool:
    """Whether an institution follows in the same list, or the list ends right here with a full stop."""
    gap = _LIST_GAP.match(text, end)
    if gap and any(m.start == gap.end() for m in mentions):
        return True
    return bool(re.match(r"\s*[.)]", text[end:]))


def _proper_name(text: str, start: int, is_place: Callable[[str], bool]) -> str | None:
    tokens = tokenise(text[start : start + 80])
    end = 0
    while end < len(tokens) and tokens[end].shape in {"Capital", "ACRONYM", "Mixed"}:
        end += 1
    if not end or end > 5 or tokens[0].start != 0:
        return None
    if head_at(tokens, 0) or tokens[0].folded in heads():
        return None
    name = text[start : start + tokens[end - 1].end]
    if is_place(name) or any(is_place(t.text) for t in tokens[:end]) and end == 1:
        return None
    return name if len(name) > 3 else None
