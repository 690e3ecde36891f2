"""From mentions to actors: which names mean one institution, what kind it is and of which country."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graph.model import Actor, Evidence
from ingest.gazetteer import country_code
from ingest.institutions import InstitutionMention, Known, acronym_fits, is_acronym
from ingest.reading import Reading
from ingest.tokens import fold, tokenise
from ontology.namespaces import slugify

_SMALL = set("de del la las los el y e en a da do das dos o os as of the and para".split())
_CONTEXT_TYPES = {
    "consultora": "consultancy",
    "consultoria": "consultancy",
    "consultores": "consultancy",
    "empresa": "company",
    "compania": "company",
    "fundacion": "ngo-foundation",
    "ong": "ngo-foundation",
    "organizacion": "ngo-foundation",
    "universidad": "university",
    "red": "network",
    "banco": "development-bank",
    "ministerio": "ministry",
    "agencia": "government-agency",
    "programa": "programme",
    "plataforma": "network",
    "diario": "media",
    "revista": "media",
    "radio": "media",
}


@dataclass(frozen=True, slots=True)
class ActorIndex:
    """The actors of a document and, for each mention (by its index), the actor it means (or None)."""

    actors: tuple[Actor, ...]
    of_mention: tuple[str | None, ...]


def name_key(name: str) -> str:
    """Folded content words of a name."""
    return " ".join(t.folded for t in tokenise(name) if t.shape != "punct" and t.folded not in _SMALL)


class _Groups:
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


def gather_actors(
    reading: Reading,
    *,
    country_of: Callable[[str], str | None],
    keep: Callable[[int], bool],
) -> ActorIndex:
    """Group the mentions of a reading into actors. `keep` tells whether a mention that only its form names stays."""
    mentions = reading.mentions
    groups = _Groups(len(mentions))
    _join_same(mentions, groups, country_of)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(mentions)):
        members[groups.find(index)].append(index)
    countries = _countries(reading, members, groups, country_of)
    actors: list[Actor] = []
    of_mention: list[str | None] = [None] * len(mentions)
    used: Counter[str] = Counter()
    ids: dict[int, str] = {}
    kept = {
        root: indices for root, indices in members.items()
        if any(mentions[i].rule not in {"acronym", "camel-case"} for i in indices) or any(keep(i) for i in indices)
    }  # fmt: skip
    for root, indices in kept.items():
        name = _canonical([mentions[i] for i in indices], country_of)
        slug = slugify(name) or "actor"
        used[slug] += 1
        ids[root] = slug if used[slug] == 1 else f"{slug}-{used[slug]}"
        for i in indices:
            of_mention[i] = ids[root]
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
                type=_type(reading, indices),
                country=countries.get(root),
                mentions=tuple(Evidence(reading.source(m.start, m.end), m.rule, m.confidence) for m in mine),
                acronyms=_acronyms(mine),
                variants=_variants([*mine, *_joined_with_body(reading, indices)], name, country_of),
                authority=next((m.authority for m in mine if m.authority), None),
                part_of=parents.most_common(1)[0][0] if parents else None,
            )
        )
    return ActorIndex(tuple(actors), tuple(of_mention))


def _join_same(
    mentions: Sequence[InstitutionMention], groups: _Groups, country_of: Callable[[str], str | None]
) -> None:
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
            countries[name_key(_without_country(mention.name, country_of))].add(mention.country)
    for index, mention in enumerate(mentions):
        if mention.authority:
            join("authority", mention.authority, index)
        key = name_key(mention.name)
        place = f"|{mention.country or ''}" if mention.type == "ministry" else ""
        if not (mention.type == "ministry" and not mention.country):
            join("name", key + place, index)
        bare = name_key(_without_country(mention.name, country_of))
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
            by_name[name_key(_without_country(mention.name, country_of))].add(index)
    for indices in by_name.values():
        with_country = {groups.find(i) for i in indices if mentions[i].country}
        if len(with_country) <= 1:
            ordered = sorted(indices)
            for other in ordered[1:]:
                groups.join(ordered[0], other)
    # "Ethos" is "Ethos Laboratorio de Políticas Públicas" when no other name starts so; "Programa IBERPYME" is "IBERPYME"
    starts: dict[str, set[int]] = defaultdict(set)
    for index, mention in enumerate(mentions):
        words = name_key(mention.name).split()
        if len(words) >= 2:
            if words[0] not in _CONTEXT_TYPES and mention.type in {
                None,
                "company",
                "consultancy",
                "ngo-foundation",
            }:
                starts[words[0]].add(groups.find(index))
            if (
                words[0]
                in {"programa", "programme", "program", "proyecto", "projeto", "red", "rede", "grupo"}
                and len(words) == 2
            ):
                starts[words[1]].add(groups.find(index))
    for index, mention in enumerate(mentions):
        words = name_key(mention.name).split()
        if len(words) == 1 and len(starts.get(words[0], set())) == 1:
            groups.join(next(iter(starts[words[0]])), index)


def _without_country(name: str, country_of: Callable[[str], str | None]) -> str:
    """ "Fundación Observatorio PYME de Argentina" → "Fundación Observatorio PYME"."""
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


def _canonical(mentions: Sequence[InstitutionMention], country_of: Callable[[str], str | None]) -> str:
    """The fullest name used: the most frequent of the longest kind (a name rather than an acronym)."""

    def rank(item: tuple[str, int]) -> tuple[int, int, int]:
        name, count = item
        words = len(name.split())
        return (words > 1, min(words, 12), count)

    counts = Counter(m.name for m in mentions)
    name = max(counts.items(), key=rank)[0]
    kinds = {m.type for m in mentions}
    if kinds & {"consultancy", "company"}:
        name = _without_country(name, country_of)
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


def _variants(
    mentions: Sequence[InstitutionMention], name: str, country_of: Callable[[str], str | None]
) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for mention in mentions:
        names[mention.name] = None
        bare = _without_country(mention.name, country_of)
        if len(bare.split()) >= 2 and mention.type not in {"ministry"}:
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


def _type(reading: Reading, indices: Sequence[int]) -> str | None:
    mentions = [reading.mentions[i] for i in indices]
    for mention in mentions:
        if mention.authority and mention.type:
            return mention.type
    counts = Counter(m.type for m in mentions if m.type)
    if counts:
        return counts.most_common(1)[0][0]
    for mention in mentions:
        before = reading.clean.text[max(0, mention.start - 40) : mention.start]
        words = [t.folded for t in tokenise(before)][-3:]
        for word in reversed(words):
            if word in _CONTEXT_TYPES:
                return _CONTEXT_TYPES[word]
    return None


def _countries(
    reading: Reading, members: dict[int, list[int]], groups: _Groups, country_of: Callable[[str], str | None]
) -> dict[int, str]:
    """Country of each group: its names, the words beside them, its body, the list it stands in."""
    mentions = reading.mentions
    places = _places_inside(reading)
    told: dict[int, str] = {}
    for root, indices in members.items():
        votes: Counter[str] = Counter()
        for i in indices:
            mention = mentions[i]
            if mention.authority:
                if mention.country:
                    votes[mention.country] += 10
                continue
            if mention.country:
                votes[mention.country] += 3
            elif inside := places.get(i):
                votes[inside] += 3
            elif beside := _beside(reading.clean.text, mention, country_of):
                votes[beside] += 2
        if votes:
            told[root] = votes.most_common(1)[0][0]
    for index, mention in enumerate(mentions):
        root = groups.find(index)
        if root not in told and mention.unit_of is not None and not mention.authority:
            larger = told.get(groups.find(mention.unit_of))
            if larger:
                told[root] = larger
    # "el Ministerio de A y el Ministerio de B de Venezuela" share the country
    for index in range(len(mentions) - 1):
        one, two = mentions[index], mentions[index + 1]
        root = groups.find(index)
        if (
            root in told
            or one.type != two.type
            or one.type not in {"ministry", "government-agency"}
            or one.authority
        ):
            continue
        between = fold(reading.clean.text[one.end : two.start]).strip(" ,")
        if (
            between in {"y el", "y la", "e o", "e a", "and the", "y", "e", "and"}
            and groups.find(index + 1) in told
        ):
            told[root] = told[groups.find(index + 1)]
    return told


def _places_inside(reading: Reading) -> dict[int, str]:
    """Country of the last place inside a mention's name, decided in its context ("Ayuntamiento de León")."""
    found: dict[int, str] = {}
    for sentence in reading.sentences:
        for offset, mention in enumerate(sentence.mentions):
            inside = [
                p
                for p in sentence.places
                if mention.start < p.span.start and p.span.end <= mention.end and p.country
            ]
            if inside and inside[-1].span.end >= mention.end - 1:
                found[sentence.first_mention + offset] = inside[-1].country or ""
    return found


def _beside(text: str, mention: InstitutionMention, country_of: Callable[[str], str | None]) -> str | None:
    """Country right after the name: "(México)", "de España"; or a demonym right before it."""
    end = (
        mention.acronym_span[1] + 1
        if mention.acronym_span and mention.acronym_span[1] > mention.end
        else mention.end
    )
    tokens = tokenise(text[end : end + 60])
    if tokens and tokens[0].text == "(":
        closing = next((i for i, t in enumerate(tokens[:7]) if t.text == ")"), None)
        if closing:
            inside = text[end + tokens[1].start : end + tokens[closing - 1].end] if closing > 1 else ""
            return country_of(inside.split(",")[-1].strip()) if inside else None
    skip = 1 if len(tokens) > 1 and tokens[0].text == "," else 0
    if len(tokens) > skip and tokens[skip].folded in {"de", "del", "do", "da", "of"}:
        first = skip + 1
        while first < len(tokens) and tokens[first].folded in {"la", "el", "los", "the", "a", "o"}:
            first += 1
        for length in (4, 3, 2, 1):
            words = tokens[first : first + length]
            if len(words) == length and words[0].shape in {"Capital", "ACRONYM"}:
                code = country_of(text[end + words[0].start : end + words[-1].end])
                if code and not (skip and length == 1 and country_code(words[0].text) is None):
                    return code
    before = [t for t in tokenise(text[max(0, mention.start - 30) : mention.start])][-2:]
    if before and before[-1].shape == "Capital":
        return country_of(before[-1].text)
    return None


__all__ = ["ActorIndex", "Known", "acronym_fits", "gather_actors", "name_key"]
