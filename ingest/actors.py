"""The institutions of a document: mentions that mean the same one become one actor.

In: a reading, and which mentions told by their form alone count. Out: the actors with their names, type,
country and body, and the actor that each mention means.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.model import Actor, Evidence
from ingest.acronym_types import type_of_acronym
from ingest.acronyms import is_acronym
from ingest.actor_countries import countries_told
from ingest.bare_names import BY_FORM
from ingest.grammar import AND
from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import type_forms, word_types
from ingest.name_lists import chains, kinds_above
from ingest.reading import Reading
from ingest.same_institution import Groups, join_same, without_country
from ingest.tokens import fold, tokenise, unaccented
from ingest.well_known_places import CountryOf
from ontology.namespaces import slugify


@dataclass(frozen=True, slots=True)
class ActorIndex:
    """The actors of a document and, for each mention (by its index), the actor it means (or None)."""

    actors: tuple[Actor, ...]
    of_mention: tuple[str | None, ...]


def gather_actors(
    reading: Reading,
    *,
    country_of: CountryOf,
    bare: Collection[int],
) -> ActorIndex:
    """Group the mentions of a reading into actors.

    `bare` are the mentions (by index) that only their form tells and that count all the same.
    """
    mentions = reading.mentions
    groups = Groups(len(mentions))
    join_same(mentions, groups, country_of)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(mentions)):
        members[groups.find(index)].append(index)
    lists = list(chains(reading))
    above = kinds_above(reading)
    countries = countries_told(reading, members, groups, country_of, lists)
    actors: list[Actor] = []
    of_mention: list[str | None] = [None] * len(mentions)
    used: Counter[str] = Counter()
    ids: dict[int, str] = {}
    kept = {
        root: indices
        for root, indices in members.items()
        if any(mentions[i].rule not in BY_FORM for i in indices) or any(i in bare for i in indices)
    }
    for root, indices in kept.items():
        name = _canonical([mentions[i] for i in indices], country_of)
        slug = slugify(name) or "actor"
        used[slug] += 1
        ids[root] = slug if used[slug] == 1 else f"{slug}-{used[slug]}"
        for i in indices:
            of_mention[i] = ids[root]
    leads = {index: chain[0] for chain in lists for index in chain}
    listed = {index: chain for chain in lists for index in chain}
    for root, indices in kept.items():
        mine = [mentions[i] for i in indices]
        name = _canonical(mine, country_of)
        parents = Counter(
            of_mention[m.unit_of]
            for m in mine
            if m.unit_of is not None and of_mention[m.unit_of] not in {None, ids[root]}
        )
        actors.append(
            Actor(
                id=ids[root],
                name=name,
                type=_type(reading, indices, leads)
                or next((above[i] for i in indices if i in above), None)
                or _type_of_list(reading, indices, listed),
                country=countries.get(root),
                mentions=tuple(Evidence(reading.source(m.start, m.end), m.rule, m.confidence) for m in mine),
                acronyms=_acronyms(mine),
                variants=_variants([*mine, *_joined_with_body(reading, indices)], name, country_of),
                authority=next((m.authority for m in mine if m.authority), None),
                part_of=parents.most_common(1)[0][0] if parents else None,
            )
        )
    return ActorIndex(tuple(actors), tuple(of_mention))


def _canonical(mentions: Sequence[InstitutionMention], country_of: CountryOf) -> str:
    """The fullest name used: the most frequent of the longest kind (a name rather than an acronym)."""

    def rank(item: tuple[str, int]) -> tuple[int, int, int]:
        name, count = item
        words = len(name.split())
        return (words > 1, min(words, 12), count)

    counts = Counter(m.name for m in mentions)
    name = max(counts.items(), key=rank)[0]
    kinds = {m.type for m in mentions}
    if kinds & {"consultancy", "company"}:
        name = without_country(name, country_of)
    return name


def _acronyms(mentions: Sequence[InstitutionMention]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for mention in mentions:
        if mention.acronym:
            found.setdefault(fold(mention.acronym), mention.acronym)
        tokens = tokenise(mention.name)
        if len(tokens) == 1 and is_acronym(tokens[0]):
            found.setdefault(tokens[0].folded, mention.name)
    return tuple(found.values())


def _variants(mentions: Sequence[InstitutionMention], name: str, country_of: CountryOf) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for mention in mentions:
        names[mention.name] = None
        bare = without_country(mention.name, country_of)
        if len(bare.split()) >= 2 and mention.type != "ministry":
            names[bare] = None
    names.pop(name, None)
    return tuple(names)


def _joined_with_body(reading: Reading, indices: Sequence[int]) -> list[InstitutionMention]:
    """The unit's name with that of its body behind it, as the text joins them."""
    joined = []
    for index in indices:
        mention = reading.mentions[index]
        if mention.unit_of is None:
            continue
        body = reading.mentions[mention.unit_of]
        between = reading.clean.text[mention.end : body.start]
        if len(between) <= 8 and between.isprintable() and "," not in between and "(" not in between:
            joined.append(replace(mention, name=reading.clean.text[mention.start : body.end]))
    return joined


def _type_of_short_name(name: str) -> str | None:
    """The type that a name without a head noun tells by its form ("UFOP", "Fedetextil", "Radio Loma")."""
    last = unaccented(name.rpartition("/")[2])
    return next((kind for kind, form in type_forms() if form.search(last)), None)


def _type(reading: Reading, indices: Sequence[int], leads: Mapping[int, int]) -> str | None:
    """The type that the names tell, else the noun before them or before the list (its first, of `leads`),
    else the first letters of an acronym.
    """
    mentions = [reading.mentions[i] for i in indices]
    for mention in mentions:
        if mention.authority and mention.type:
            return mention.type
    counts = Counter(m.type for m in mentions if m.type)
    if counts:
        return counts.most_common(1)[0][0]
    for mention in mentions:
        if kind := _type_of_short_name(mention.name):
            return kind
    for mention in mentions:
        first, _, rest = fold(mention.name).partition(" ")
        if rest and first in word_types("types_by_context"):
            return word_types("types_by_context")[first]  # "Redes da Maré"
    if kind := _type_before(reading, indices, leads):
        return kind
    for name in (name for m in mentions for name in (m.name, m.acronym) if name):
        if kind := type_of_acronym(name.partition(" ")[0].rpartition("/")[2]):
            return kind
    return None


_LEAST_TYPED, _SHARE_TYPED = 3, 0.75
"""Members of a list whose type is known, and the share of them that lends its type to the others (ours)."""


def _type_of_list(
    reading: Reading, indices: Sequence[int], listed: Mapping[int, Sequence[int]]
) -> str | None:
    """The type of most members of a list that it stands in; ministries count as public bodies."""
    for index in indices:
        kinds = [reading.mentions[i].type for i in listed[index]]
        known = Counter("government-agency" if kind == "ministry" else kind for kind in kinds if kind)
        kind, count = next(iter(known.most_common(1)), (None, 0))
        if known.total() >= _LEAST_TYPED and count >= _SHARE_TYPED * known.total():
            return kind
    return None


def _type_before(reading: Reading, indices: Sequence[int], leads: Mapping[int, int]) -> str | None:
    """The type that the noun before one of the names, or before its list, tells."""
    for mention in (reading.mentions[leads[i]] for i in indices):
        before = reading.clean.text[max(0, mention.start - 40) : mention.start]
        words = [t.folded for t in tokenise(before)][-3:]
        for word in reversed(words):
            if word in AND:
                break  # "sindicatos y X": X is something else
            if word in word_types("types_by_context"):
                return word_types("types_by_context")[word]
    return None
