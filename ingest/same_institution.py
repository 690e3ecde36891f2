"""Which mentions mean the same institution: by authority, by name, by acronym, by name and country.

Mentions are joined by their index. Names are compared by their folded content words; ministries of the same
name are the same only in one country.
"""

from collections import defaultdict
from collections.abc import Sequence

from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import institution_heads, pattern, word_types, words
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
    _join_initials(mentions, groups)
    _join_short_forms(mentions, groups, country_of)
    _join_shortened(mentions, groups)
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


_LEAST_INITIALS = 3  # letters of an acronym that initials alone explain


def _join_initials(mentions: Sequence[InstitutionMention], groups: Groups) -> None:
    """Join an acronym that nothing expands with the only name whose words begin with its letters: "la UTB"
    and "Universidad Técnica de Babahoyo"; a unit counts with its body ("Secretaría Técnica del Sistema …").
    """
    spelt: dict[str, set[int]] = defaultdict(set)
    for index, mention in enumerate(mentions):
        key = name_key(mention.name)
        if " " not in key or mention.acronym or mention.authority:
            continue
        if mention.unit_of is not None:
            spelt[_initials(f"{key} {name_key(mentions[mention.unit_of].name)}")].add(index)
        spelt[_initials(key)].add(index)
    expanded = {name_key(m.acronym) for m in mentions if m.acronym}
    for index, mention in enumerate(mentions):
        key = name_key(mention.name)
        if " " in key or len(key) < _LEAST_INITIALS or key in expanded or mention.authority:
            continue
        if len({groups.find(i) for i in spelt.get(key, ())}) == 1:
            groups.join(index, next(iter(spelt[key])))


def _initials(key: str) -> str:
    return "".join(word[0] for word in key.split())


def _join_short_forms(mentions: Sequence[InstitutionMention], groups: Groups, country_of: CountryOf) -> None:
    """Join a name with the only longer one that says the same: "Iniciativa ABC" (its head noun and its
    acronym), "Hilos Vivos" ("Programa Hilos Vivos"), "Sebrae" ("Sebrae Pernambuco"), "Escola Ana Lima"
    ("Escola Municipal Ana Lima").
    """
    longer: dict[str, set[int]] = defaultdict(set)
    for index, mention in enumerate(mentions):
        key = name_key(mention.name)
        parts = key.split()
        if mention.acronym and parts:
            longer[f"{parts[0]} {name_key(mention.acronym)}"].add(index)
        if len(parts) < 2:
            continue
        if parts[0] in words("before_short_names"):
            longer[" ".join(parts[1:])].add(index)
        if mention.rule in _CHAPTERS and country_of(mention.name.partition(" ")[2]):
            longer[parts[0]].add(index)
        if parts[0] in institution_heads() and (bare := _without_qualifiers(parts, country_of)) != key:
            longer[bare].add(index)
    for index, mention in enumerate(mentions):
        others = {groups.find(i) for i in longer.get(name_key(mention.name), ()) if i != index}
        others.discard(groups.find(index))
        if len(others) != 1:
            continue
        other = mentions[next(iter(others))]
        if None in {other.country, mention.country} or other.country == mention.country:
            groups.join(index, next(iter(others)))


def _join_shortened(mentions: Sequence[InstitutionMention], groups: Groups) -> None:
    """Join a name with the only longer one that begins and ends as it does and has its words in order, where
    its end tells which: "Clube da FEP" ("Clube de Debates da FEP"), "Proyecto Mesoamérica" ("Proyecto de
    Integración y Desarrollo de Mesoamérica").
    """
    by_ends: dict[tuple[str, str], list[tuple[list[str], int]]] = defaultdict(list)
    seen: set[str] = set()
    for index, mention in enumerate(mentions):
        key = name_key(mention.name)
        parts = key.split()
        if key not in seen and len(parts) > 1 and parts[0] in institution_heads():
            seen.add(key)
            by_ends[parts[0], parts[-1]].append((parts, index))
    for alike in by_ends.values():
        for parts, index in alike:
            mention = mentions[index]
            if len(parts) > _SHORTENED or mention.authority:
                continue
            last = mention.name.rpartition(" ")[2]
            if not (mention.type == "programme" or (last.isupper() and len(last) > 1)):
                continue
            longer = {
                groups.find(i) for other, i in alike if len(other) > len(parts) and _in_order(parts, other)
            }
            if len(longer) == 1:
                groups.join(index, longer.pop())


_SHORTENED = 3  # words of a shortened name


def _in_order(words_: Sequence[str], others: Sequence[str]) -> bool:
    rest = iter(others)
    return all(word in rest for word in words_)


_CHAPTERS = frozenset({"known-name", "acronym", "camel-case"})


def _without_qualifiers(parts: Sequence[str], country_of: CountryOf) -> str:
    """The words of a name without those that many have ("municipal", "técnica"), where two of its own are
    left behind the head noun; else all.
    """
    own = [word for word in parts[1:] if word not in words("qualifiers") | words("generic_tail")]
    telling = [
        word
        for word in own
        if word not in words("portfolio")
        and not pattern("abstract_noun").search(word)
        and country_of(word.capitalize()) is None
    ]
    return " ".join([parts[0], *own] if len(telling) > 1 else parts)


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
