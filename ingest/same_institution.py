"""Which mentions mean the same institution: by authority, by name, by acronym, by name and country.

Mentions are joined by their index. Names are compared by their folded content words; ministries of the same
name are the same only in one country.
"""

from collections import defaultdict
from collections.abc import Sequence

from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import word_types, words
from ingest.tokens import tokenise
from ingest.well_known_places import CountryOf


def name_key(name: str) -> str:
    """Folded content words of a name."""
    return " ".join(
        t.folded for t in tokenise(name) if t.shape != "punct" and t.folded not in words("name_stop")
    )


def without_country(name: str, country_of: CountryOf) -> str:
    """A name without the country at its end: "Fundación Observatorio PYME de Argentina" → "Fundación
    Observatorio PYME".
    """
    tokens = tokenise(name)
    for at in range(len(tokens) - 1, 1, -1):
        if tokens[at - 1].folded in {"de", "del", "do", "da", "of", "la", "el"} and country_of(
            name[tokens[at].start :]
        ):
            end = at - 1
            while end > 0 and tokens[end].folded in {"de", "del", "do", "da", "of", "la", "el", "republica"}:
                end -= 1
            return name[: tokens[end].end]
    return name


class Groups:
    """Union-find over mention indices."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, at: int) -> int:
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at

    def join(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[max(a, b)] = min(a, b)


def join_same(mentions: Sequence[InstitutionMention], groups: Groups, country_of: CountryOf) -> None:
    """Join the groups of mentions (by index) that mean the same institution."""
    first: dict[tuple[str, str], int] = {}

    def join(kind: str, value: str, index: int) -> None:
        if not value:
            return
        key = (kind, value)
        if key in first:
            groups.join(first[key], index)
        else:
            first[key] = index

    countries: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.country:
            countries[name_key(without_country(mention.name, country_of))].add(mention.country)
    for index, mention in enumerate(mentions):
        if mention.authority:
            join("authority", mention.authority, index)
        key = name_key(mention.name)
        lone = " " not in key  # an acronym
        place = f"|{mention.country or ''}" if mention.type == "ministry" and not lone else ""
        if lone or mention.type != "ministry" or mention.country:
            join("name", key + place, index)
        bare = name_key(without_country(mention.name, country_of))
        if (
            bare != key
            and len(bare.split()) >= 2
            and len(countries[bare]) == 1
            and mention.type != "ministry"
        ):
            join("name", bare, index)
        if mention.acronym:
            join("name", name_key(mention.acronym), index)
    # a ministry without its country is the one of the same name that has it, when there is just one
    by_name: dict[str, set[int]] = defaultdict(set)
    for index, mention in enumerate(mentions):
        if mention.type == "ministry":
            by_name[name_key(without_country(mention.name, country_of))].add(index)
    for indices in by_name.values():
        with_country = {groups.find(i) for i in indices if mentions[i].country}
        if len(with_country) <= 1:
            ordered = sorted(indices)
            for other in ordered[1:]:
                groups.join(ordered[0], other)
    _join_beginnings(mentions, groups)
    # "Ethos" is "Ethos Laboratorio de Políticas Públicas" when no other name starts so;
    # "Programa IBERPYME" is "IBERPYME".
    starts: dict[str, set[int]] = defaultdict(set)
    for index, mention in enumerate(mentions):
        parts = name_key(mention.name).split()
        if len(parts) >= 2:
            if parts[0] not in word_types("types_by_context") and mention.type in {
                None,
                "company",
                "consultancy",
                "ngo-foundation",
            }:
                starts[parts[0]].add(groups.find(index))
            if parts[0] in words("before_short_names") and len(parts) == 2:
                starts[parts[1]].add(groups.find(index))
    for index, mention in enumerate(mentions):
        parts = name_key(mention.name).split()
        if len(parts) == 1 and len(starts.get(parts[0], set())) == 1:
            groups.join(next(iter(starts[parts[0]])), index)


def _join_beginnings(mentions: Sequence[InstitutionMention], groups: Groups) -> None:
    """Join a name with the only longer one of its type that begins with it ("Barrow Institute" and "Barrow
    Institute for Enterprise Research").
    """
    longer: dict[tuple[str | None, str], set[int]] = defaultdict(set)
    names = [name_key(mention.name).split() for mention in mentions]
    for index, name in enumerate(names):
        for count in range(2, len(name)):
            longer[mentions[index].type, " ".join(name[:count])].add(groups.find(index))
    for index, (mention, name) in enumerate(zip(mentions, names, strict=True)):
        if mention.type == "ministry" or mention.authority or len(name) < 2:
            continue
        if all(word in words("generic_tail") for word in name[1:]):
            continue
        others = {groups.find(root) for root in longer.get((mention.type, " ".join(name)), ())}
        others.discard(groups.find(index))
        other = mentions[next(iter(others))] if len(others) == 1 else None
        if other is not None and (
            None in {other.country, mention.country} or other.country == mention.country
        ):
            groups.join(index, next(iter(others)))
