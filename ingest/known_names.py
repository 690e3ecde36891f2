"""Names known before a piece of text is read: the authority file, and what the document itself defines."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate

from ingest.gazetteer import country_code
from ingest.institution_mentions import InstitutionMention, Known
from ingest.lexicon import institution_heads, pattern
from ingest.listed_names import names_listed, says_nothing
from ingest.person_names import PersonMention, find_persons
from ingest.tokens import PhraseIndex, Token, fold
from ingest.well_known_places import PlaceTest


@cache
def authority_names() -> "KnownNames":
    """Names, acronyms and aliases of the authority file. Ambiguous acronyms are left to the document."""
    from ontology.authority import institutions

    entries: list[tuple[str, Known]] = []
    for institution in institutions():
        known = Known(
            institution.name, institution.type, institution.country or None, institution.slug, acronym=False
        )
        ambiguous = {fold(a) for a in institution.ambiguous_acronyms}
        for name in dict.fromkeys([institution.name, *institution.aliases, *institution.names.values()]):
            entries.append((name, replace(known, acronym=len(name.split()) == 1)))
        entries += [
            (a, replace(known, acronym=True)) for a in institution.acronyms if fold(a) not in ambiguous
        ]
    whole = {fold(name) for name, _ in entries}
    bare = Counter(fold(s) for name, _ in entries if (s := _without_country(name)) != name)
    for name, entry in list(entries):
        short = _without_country(name)
        # "Autoridad de la Micro, Pequeña y Mediana Empresa" is said without its country
        # where no other has the name.
        if short != name and bare[fold(short)] == 1 and fold(short) not in whole and len(short.split()) >= 5:
            entries.append((short, entry))
    return KnownNames(entries)


def _without_country(name: str) -> str:
    """A name without its country."""
    match = re.fullmatch(
        r"(.+?) (?:de|del|de la|da|do|of)(?: República(?: \w+)? de)? ([A-ZÁÉÍÓÚ]\w+(?: \w+){0,2})", name
    )
    return match.group(1) if match and country_code(match.group(2)) else name


class KnownNames(PhraseIndex[Known]):
    """A phrase index that can be extended for one document without changing the shared one."""

    def __init__(self, entries: Iterable[tuple[str, Known]], base: "KnownNames | None" = None) -> None:
        super().__init__(entries)
        self._base = base

    def extended(self, entries: Iterable[tuple[str, Known]]) -> "KnownNames":
        """This index and more names on top."""
        return KnownNames(entries, base=self)

    def adds_to(self, tokens: Sequence[Token]) -> bool:
        """Whether a name of its own, which the index that it extends may not have, is in a text."""
        return any(
            super(KnownNames, self).match(tokens, at)
            for at, token in enumerate(tokens)
            if token.folded in self._root
        )

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, Known] | None:
        """Longest phrase at `at`, of the document's names or the shared ones."""
        own = super().match(tokens, at)
        shared = self._base.match(tokens, at) if self._base is not None else None
        if own is None or (shared is not None and shared[0] >= own[0]):
            return shared
        return own


_BEFORE_IN = re.compile(r"(.+?) (?:en|em|in|na|no|nas|nos) ")


def names_defined(
    texts: Sequence[str],
    found: Sequence[Sequence[InstitutionMention]],
    is_place: PlaceTest,
    items: Iterable[str] = (),
) -> list[tuple[str, Known]]:
    """Names that the document makes known: acronyms beside names, affiliations, unknown members of lists and
    the `items` under a label that asks for institutions.
    """
    defined: dict[str, tuple[str, Known]] = {}

    def add(name: str, known: Known) -> None:
        if not says_nothing(name):
            defined.setdefault(fold(name), (name, known))

    for mentions in found:
        for mention in mentions:
            if mention.acronym:
                add(
                    mention.acronym,
                    Known(mention.name, mention.type, mention.country, mention.authority, True),
                )
    whole = {fold(m.name): m for mentions in found for m in mentions}
    for mention in whole.copy().values():
        # "Red X en Y" is X at Y where the text names X alone
        lead = _BEFORE_IN.match(mention.name)
        alone = whole.get(fold(lead[1])) if lead else None
        if alone is not None and " " in alone.name:
            add(alone.name, Known(alone.name, alone.type, alone.country, alone.authority))
    counts: Counter[str] = Counter()
    for text, mentions in zip(texts, found, strict=True):
        taken = [(m.start, m.end) for m in mentions]
        starts = [m.start for m in mentions]
        reach = list(accumulate((m.end for m in mentions), max))  # the furthest end so far
        for person in find_persons(text, taken=taken, is_place=is_place):
            if person.organisation is None:
                continue
            start, end = person.organisation
            before = bisect_right(starts, start)
            if (before and reach[before - 1] > start) or _holds_office(person, text[start:end]):
                continue
            name = " ".join(text[start:end].split())
            add(name, Known(name, None, None, None, len(name.split()) == 1))
        for name in names_listed(text, mentions, is_place):
            counts[name] += 1
    counts.update(items)
    for name in counts:
        add(name, Known(name, None, None, None, len(name.split()) == 1))
    return list(defined.values())


def _holds_office(person: PersonMention, name: str) -> bool:
    """Whether a position is "of" a portfolio, a seat or a place: "secretário de Estado da Economia"."""
    position = fold(person.position or "")
    return bool(pattern("office").match(position)) and fold(name).split()[0] not in institution_heads()
