"""The country of an institution: told by its names, by the words beside them, by its body or by the list it
is in; else inferred, for what works in one country, from the places around it and in the whole document.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from ingest.gazetteer import country_code, demonym_country, load_gazetteer
from ingest.gazetteer_extract import IBERO_AMERICA
from ingest.grammar import IN, NAME_SHAPES, OF, SMALL
from ingest.institution_mentions import InstitutionMention
from ingest.lexicon import pattern, rows, words
from ingest.names_and_places import in_landscape
from ingest.reading import Reading, Sentence
from ingest.same_institution import Groups
from ingest.tokens import fold, last_token, tokenise
from ingest.well_known_places import CountryOf


def countries_told(
    reading: Reading,
    members: dict[int, list[int]],
    groups: Groups,
    country_of: CountryOf,
    lists: Iterable[Sequence[int]],
) -> dict[int, str]:
    """Country of each group: its names, the words beside them, its body, its list, what is around it.

    `lists` are the mentions (by index) of each list of the text.
    """
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
            elif region := _region_in(mention.name):
                votes[region] += 3
            elif inside := places.get(i):
                votes[inside] += 3
            elif beside := _beside(reading.clean.text, mention, country_of):
                votes[beside] += 2
        if votes:
            told[root] = votes.most_common(1)[0][0]
    for index, country in _labelled(reading, country_of):
        if not mentions[index].authority:
            told.setdefault(groups.find(index), country)
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
    _infer(reading, members, groups, told, lists)
    return told


_LABEL = re.compile(r"[\W_]{0,4}(?P<place>[^\W\d_][^:\n]{2,29}):\s")


def _labelled(reading: Reading, country_of: CountryOf) -> Iterator[tuple[int, str]]:
    """The mentions (by index) behind the country that opens their line ("Chile: Hilo Rojo, Telar Vivo"), and
    that country.
    """
    for unit in reading.units:
        label = _LABEL.match(unit.text)
        country = country_of(label["place"].strip(" *_")) if label else None
        if country is None:
            continue
        for sentence in unit.sentences:
            for offset in range(len(sentence.mentions)):
                yield sentence.first_mention + offset, country


_OF_ONE_COUNTRY = frozenset({
    "ministry", "government-agency", "chamber-or-business-association", "university", "company",
    "consultancy", "research-or-training-centre", "development-bank", "ngo-foundation", "media", "fund",
})  # fmt: skip
"""Types of institutions that mostly are of the country that the text is about."""

_COUNTRY, _CITY = 2, 1
"""What a country, a demonym or an internet domain counts as a sign, and what a city, whose name is shared."""

_NAMED_OFTEN = 4
"""Mentions of an institution from which on its country counts twice: the text is about where it is (ours)."""

_LEAST_HOME, _LEAST_HERE, _LEAST_SHARE = 4, 1, 0.75
"""Signs of one country that make it the one that a text, and a paragraph, is about, and their share of all
signs in the text (ours)."""


def _infer(
    reading: Reading,
    members: dict[int, list[int]],
    groups: Groups,
    told: dict[int, str],
    lists: Iterable[Sequence[int]],
) -> None:
    """Add the countries that nothing says and all around agrees on."""
    open_ = {root for root in members if root not in told and _is_of_one_country(reading, members[root])}
    if not open_:
        return
    for chain in lists:
        roots = {groups.find(index) for index in chain}
        countries = Counter(told[root] for root in roots if root in told)
        if len(countries) == 1 and countries.total() > 1:
            told.update(dict.fromkeys(roots & open_, next(iter(countries))))
    signs = _signs(reading)
    counted: Counter[str] = Counter()
    for root, code in told.items():
        counted[code] += _COUNTRY * (2 if len(members[root]) >= _NAMED_OFTEN else 1)
    home = _agreed(sum(signs, counted), _LEAST_HOME)
    units = _units_of_mentions(reading)
    for root in open_ - told.keys():
        around = sum((signs[units[i]] for i in members[root] if i in units), Counter[str]())
        here = _agreed(around, _LEAST_HERE, 1.0)
        country = home if here in {None, home} else here if home is None else None
        if country is not None:
            told[root] = country


def _is_of_one_country(reading: Reading, indices: list[int]) -> bool:
    """Whether nothing known or said of the institution makes it work in several countries."""
    mentions = [reading.mentions[i] for i in indices]
    return not any(m.authority for m in mentions) and all(
        (m.type is None or m.type in _OF_ONE_COUNTRY)
        and not pattern("several_countries").search(fold(m.name))
        for m in mentions
    )


def _agreed(signs: Counter[str], least: int, share: float = _LEAST_SHARE) -> str | None:
    """The country that enough signs tell."""
    country, count = next(iter(signs.most_common(1)), ("", 0))
    return country if count >= least and count >= share * signs.total() else None


def _signs(reading: Reading) -> list[Counter[str]]:
    """How much each unit says each country: by places, demonyms and internet domains."""
    return [
        sum((_signs_of(sentence) for sentence in unit.sentences), Counter[str]()) for unit in reading.units
    ]


def _ends_a_name(text: str, start: int) -> bool:
    """Whether a word with a capital stands right before the place, as before a surname ("João Lima")."""
    before = last_token(text[max(0, start - 30) : start])
    return before is not None and before.shape == "Capital" and before.folded not in SMALL


_MANY_COUNTRIES = 4
"""Countries of one sentence from which on it lists them and tells of none (ours)."""


def _signs_of(sentence: Sentence) -> Counter[str]:
    signs: Counter[str] = Counter()
    for place in sentence.places:
        if place.country and not place.embedded and not _ends_a_name(sentence.text, place.span.start):
            signs[place.country] += _COUNTRY if place.kind == "country" else _CITY
    languages = words("languages")
    for token in tokenise(sentence.text):
        if len(token.text) > 3 and token.folded not in languages:
            code = demonym_country(token.text)
            if code is not None:
                signs[code] += _COUNTRY
    if len(signs) >= _MANY_COUNTRIES:
        return Counter()
    if "." in sentence.text:
        for match in pattern("national_domain").finditer(sentence.text.lower()):
            signs[match[1].upper().replace("UK", "GB")] += _COUNTRY
    return signs


def _units_of_mentions(reading: Reading) -> dict[int, int]:
    """The unit that each mention (by its index) stands in."""
    return {
        sentence.first_mention + offset: sentence.unit
        for sentence in reading.sentences
        for offset in range(len(sentence.mentions))
    }


@lru_cache(maxsize=4096)
def _region_in(name: str) -> str | None:
    """Country of the state, province or department that ends a name, or whose demonym is in it."""
    tokens = tokenise(name)
    for token in tokens:
        if token.shape == "Capital" and (code := _regional_demonyms().get(token.folded)):
            return code
    for length in (4, 3, 2, 1):
        region = tokens[-length:]
        before = tokens[-length - 1] if len(tokens) > length else None
        if before is None or before.folded not in OF | IN | {"/"} or region[0].shape not in NAME_SHAPES:
            continue
        if in_landscape(tokens, len(tokens) - length):
            continue
        countries = load_gazetteer().subdivisions.get(" ".join(t.folded for t in region), frozenset())
        if len(countries) == 1 and countries <= IBERO_AMERICA:
            return next(iter(countries))
    return None


@cache
def _regional_demonyms() -> Mapping[str, str]:
    """Folded demonym of a part of a country ("antioqueña") → ISO 3166-1 alpha-2 code of the country."""
    return {
        fold(form): row["country"]
        for row in rows("regional_demonyms.csv")
        for form in row["forms"].split("|")
    }


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
                before = tokenise(sentence.text[mention.start : inside[-1].span.end])
                if in_landscape(before, len(before) - len(tokenise(inside[-1].name))):
                    continue
                found[sentence.first_mention + offset] = inside[-1].country or ""
    return found


_CODE_IN_BRACKETS = re.compile(r"\((?:AR|BR|CL|CO|CR|CU|EC|GT|HN|MX|NI|PT|PY|UY|VE)\)")
_ALSO_STATES = frozenset({"ES", "PA", "PE"})
"""Codes of countries that are those of Brazilian states too."""


def _country_of_code(code: str, text: str) -> str | None:
    """The country that a code of two letters in brackets tells ("(CO)")."""
    if len(code) != 2 or code not in IBERO_AMERICA:
        return None
    return code if code not in _ALSO_STATES or _has_codes(text) else None


@lru_cache(maxsize=4)
def _has_codes(text: str) -> bool:
    """Whether a text has codes in brackets that are those of countries only; asked once a text."""
    return _CODE_IN_BRACKETS.search(text) is not None


# How "(México)", ", de España" and "of Chile" begin, with one of the connectors in `_beside`.
_SAYS_WHERE = re.compile(r"[^\S\n]*(?:\(|,?[^\S\n]*[do])", re.IGNORECASE)


def _beside(text: str, mention: InstitutionMention, country_of: CountryOf) -> str | None:
    """Country right after the name: "(México)", "de España"; or a demonym right before it."""
    end = (
        mention.acronym_span[1] + 1
        if mention.acronym_span and mention.acronym_span[1] > mention.end
        else mention.end
    )
    tokens = tokenise(text[end : end + 60]) if _SAYS_WHERE.match(text, end) else ()
    if tokens and tokens[0].text == "(":
        closing = next((i for i, t in enumerate(tokens[:7]) if t.text == ")"), None)
        if closing:
            inside = text[end + tokens[1].start : end + tokens[closing - 1].end] if closing > 1 else ""
            last = inside.split(",")[-1].strip()
            return (country_of(last) or _country_of_code(last, text)) if inside else None
    skip = 1 if len(tokens) > 1 and tokens[0].text == "," else 0
    if len(tokens) > skip and tokens[skip].folded in {"de", "del", "do", "da", "of"}:
        first = skip + 1
        while first < len(tokens) and tokens[first].folded in {"la", "el", "los", "the", "a", "o"}:
            first += 1
        for length in (4, 3, 2, 1):
            named = tokens[first : first + length]
            if len(named) == length and named[0].shape in {"Capital", "ACRONYM"}:
                code = country_of(text[end + named[0].start : end + named[-1].end])
                if code and not (skip and length == 1 and country_code(named[0].text) is None):
                    return code
    before = last_token(text[max(0, mention.start - 30) : mention.start])
    return country_of(before.text) if before is not None and before.shape == "Capital" else None
