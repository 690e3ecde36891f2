"""Names as words that compare across es, pt and en: folded, translated to concepts, weighed.

The lexicon is `ontology/authority/name_words.csv`: a concept a row, its words in each language, and a kind:

    head       what sort of body it is (ministry, bank); says little of which one
    field      what it is about (development, commerce)
    region     where several countries are meant (Ibero-American, Andean)
    qualifier  national, federal, central: often left out
    optional   programme, project, group: "Programa X" is X
    unit       faculty, department, office: a part of a body is not the body
    event      workshop, forum, fair: only in titles of events, where they go before the other kinds
    country    adjectives and variants of a country (its names come from Unicode CLDR)
    state      "República de …", and legal, "S.A.": left out

A word that the lexicon does not have is a name, and weighs most.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from graph.naming import country_labels, fold
from ontology.authority import AUTHORITY_FILE
from ontology.namespaces import LANGUAGES

LEXICON_FILE = AUTHORITY_FILE.with_name("name_words.csv")

# How much a word of each kind says of which body or event is meant; set on the labelled pairs.
WEIGHTS: Mapping[str, float] = {
    "name": 1.3,
    "number": 1.3,
    "field": 1.0,
    "region": 1.0,
    "country": 1.0,
    "event": 0.5,
    "head": 0.5,
    "unit": 0.5,
    "qualifier": 0.4,
    "optional": 0.2,
}
_EMPTY = frozenset(
    {"a", "al", "and", "ao", "aos", "as", "at", "com", "con", "d", "da", "das", "de", "del", "do", "dos", "e"}
    | {
        "el",
        "em",
        "en",
        "for",
        "from",
        "in",
        "la",
        "las",
        "lo",
        "los",
        "na",
        "nas",
        "no",
        "nos",
        "o",
        "of",
        "on",
    }
    | {"os", "para", "pela", "pelo", "por", "s", "the", "to", "y", "sobre", "about", "with"}
)
_LONGEST_PHRASE = 7  # words, "micro small and medium sized enterprises" and one more
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_BEFORE = re.compile(r"\s*(?P<acronym>[^\W\d_]{3,12})\s*[-–—:]\s+(?P<name>\S.*)")
_AFTER = re.compile(r"(?P<name>.*\S)\s+[-–—]\s*(?P<acronym>[^\W\d_]{3,12})\s*")
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "primer primero primera primeiro primeira first 1st",
            "segundo segunda second 2nd",
            "tercer tercero tercera terceiro terceira third 3rd",
            "cuarto cuarta quarto quarta fourth 4th",
            "quinto quinta fifth 5th",
            "sexto sexta sixth 6th",
            "septimo septima setimo setima seventh 7th",
            "octavo octava oitavo oitava eighth 8th",
            "noveno novena nono nona ninth 9th",
            "decimo decima tenth 10th",
            "undecimo undecima decimoprimeiro eleventh 11th",
            "duodecimo duodecima twelfth 12th",
        ),
        start=1,
    )
    for word in words.split()
}
_NUMERAL = re.compile(r"(\d{1,3})(?:a|o|er|ra|da|do|ta|to|va|vo|ma|mo|th|st|nd|rd)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a name. `key` is its concept, or itself where the lexicon has none; `form` as
    folded."""

    key: str
    kind: str
    form: str

    @property
    def weight(self) -> float:
        """How much it says of which body or event is meant."""
        return WEIGHTS[self.kind]


@dataclass(frozen=True, slots=True)
class Wording:
    """A name taken apart. `edition` and `years` are read from titles of events only."""

    words: tuple[Word, ...]
    countries: frozenset[str]
    edition: int | None = None
    years: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, ...]:
        """The name without word order, language, country and what may be left out."""
        return tuple(sorted({word.key for word in self.words if word.kind not in ("optional", "country")}))

    @property
    def distinctive(self) -> bool:
        """Whether a word of it is a name of its own, such as "IBERPYME" or "Bogotá"."""
        return any(word.kind == "name" and len(word.form) > 2 for word in self.words)


@lru_cache(maxsize=1 << 17)
def wording(name: str) -> Wording:
    """The words of an institution's name; what stands in parentheses is left out, a country is set apart.

    So is the acronym of the name that stands beside it: "UPF – Universidad de Prueba Ficticia".
    """
    name = beside(name)[0]
    folded = fold(_PARENTHESES.sub(" ", name)) or fold(name)
    words = [word for word in _words(folded, events=False) if word.kind not in ("state", "legal")]
    countries = frozenset(word.key for word in words if word.kind == "country")
    return Wording(tuple(dict.fromkeys(words)), countries)


@lru_cache(maxsize=1 << 16)
def title_wording(title: str) -> Wording:
    """The words of an event's title: its edition and its years set apart, countries kept among the words."""
    tokens = fold(title).split()
    edition, rest = None, []
    for at, token in enumerate(tokens):
        number = _edition(token) if edition is None and at < 3 else None
        # A numeral counts editions where a word follows it; "v" or "i" alone at the end is no numeral.
        if number and at + 1 < len(tokens) and tokens[at + 1] not in _EMPTY and not _YEAR.fullmatch(token):
            edition = number
        else:
            rest.append(token)
    years = frozenset(token for token in rest if _YEAR.fullmatch(token))
    kept = " ".join(token for token in rest if token not in years)
    words = [word for word in _words(kept, events=True) if word.kind not in ("state", "legal")]
    countries = frozenset(word.key for word in words if word.kind == "country")
    return Wording(tuple(dict.fromkeys(words)), countries, edition, years)


def initials(name: str) -> frozenset[str]:
    """Acronyms that the words of a name may form, folded: with and without its small words; 3 letters at
    least.

    "Inter-American Development Bank" gives idb and iadb.
    """
    plain = _PARENTHESES.sub(" ", name)
    found = set()
    for text in (plain, re.sub(r"(?<=\w)[-‐–](?=\w)", "", plain)):
        words = fold(text).split()
        found.add("".join(word[0] for word in words))
        found.add("".join(word[0] for word in words if word not in _EMPTY))
    return frozenset(text for text in found if len(text) >= 3)


def beside(name: str) -> tuple[str, str | None]:
    """A name without the acronym before or after it and a dash, and that acronym, where its initials fit."""
    match = _BEFORE.fullmatch(name) or _AFTER.fullmatch(name)
    if match and fold(match["acronym"]) in initials(match["name"]):
        return match["name"], match["acronym"]
    return name, None


def bracketed(name: str) -> tuple[str, ...]:
    """What a name gives in parentheses, or beside it, such as its acronym or country."""
    texts = (*_PARENTHESES.findall(name), beside(name)[1] or "")
    return tuple(text.strip() for text in texts if text.strip())


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two wordings agree: `score` is a weighted Dice coefficient, 0 to 1.

    `sure` is False where a pair of words was taken for a typing error on thin evidence; `left` and `right`
    are the words of each side that the other does not have, `typos` the pairs that differ by letters.
    """

    score: float
    sure: bool
    left: tuple[Word, ...]
    right: tuple[Word, ...]
    typos: tuple[tuple[str, str], ...]


def overlap(one: Sequence[Word], other: Sequence[Word]) -> Overlap:
    """Match the words of two names: the same concept first, then names that differ by typing errors."""
    keys = {word.key for word in one} & {word.key for word in other}
    left = [word for word in one if word.key not in keys]
    right = [word for word in other if word.key not in keys]
    shared = sum(2 * word.weight for word in {w.key: w for w in one if w.key in keys}.values())
    total = sum(word.weight for word in (*one, *other))
    sure, typos = True, []
    for word in tuple(left):
        for twin in tuple(right):
            closeness, certain = _typing_error(word, twin)
            if closeness:
                left.remove(word)
                right.remove(twin)
                shared += closeness * (word.weight + twin.weight)
                sure &= certain
                typos.append((word.form, twin.form))
                break
    return Overlap(shared / total if total else 0.0, sure, tuple(left), tuple(right), tuple(typos))


def _typing_error(one: Word, other: Word) -> tuple[float, bool]:
    """(closeness 0 to 1, whether that is certain) of two different words, by optimal string alignment.

    Two words of the lexicon are never taken for one another, nor numbers. Certain is one edit in a word of
    seven letters or two in eleven, the first letter kept: "Valencia" and "Palencia" are two cities.
    """
    known = {one.kind, other.kind} - {"name"}
    if (one.kind != "name" and other.kind != "name") or known & {"number", "country", "optional"}:
        return 0.0, False
    if one.form == other.form:  # a word of the lexicon against the same word in a title's lexicon
        return 1.0, True
    shorter, longer = sorted((len(one.form), len(other.form)))
    if shorter < 4 or longer - shorter > 2 or any(map(str.isdigit, one.form + other.form)):
        return 0.0, False
    edits = OSA.distance(one.form, other.form, score_cutoff=2)
    if edits > (2 if longer >= 9 else 1):
        return 0.0, False
    certain = one.form[0] == other.form[0] and ((edits == 1 and shorter >= 7) or shorter >= 11)
    return 1.0 - 0.05 * edits, certain


def _edition(token: str) -> int | None:
    if token in _ORDINALS:
        return _ORDINALS[token]
    if match := _NUMERAL.fullmatch(token):
        return int(match[1])
    if len(token) <= 6 and _ROMAN.fullmatch(token):
        return _roman(token)
    return None


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _words(folded: str, *, events: bool) -> Iterator[Word]:
    """Longest phrases of the lexicon first, then single words; empty words are left out."""
    lexicon = _lexicon(events=events)
    tokens = folded.split()
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            form = " ".join(tokens[at : at + length])
            if length == 1 and form in _EMPTY:
                break
            found = lexicon.get(form)
            if found:
                yield Word(found[0], found[1], form)
                break
            if length == 1:
                yield Word(form, "number", form) if form.isdigit() else _misspelt(form, events)
        at += length


@lru_cache(maxsize=1 << 16)
def _misspelt(form: str, events: bool) -> Word:
    """The word of the lexicon that `form` is one edit away from, or a name where there is none, or several.

    From eight letters on and with the first letter kept: shorter names are too often one edit from a word
    (FUNDES, "fundos").
    """
    if len(form) >= 8:
        lexicon = _lexicon(events=events)
        near = {
            lexicon[known]
            for known in _by_initial(events)[form[0]]
            if abs(len(known) - len(form)) <= 1 and OSA.distance(form, known, score_cutoff=1) <= 1
        }
        if len(near) == 1:
            key, kind = near.pop()
            return Word(key, kind, form)
    return Word(form, "name", form)


@cache
def _by_initial(events: bool) -> Mapping[str, tuple[str, ...]]:
    """Single words of the lexicon by their first letter."""
    found: dict[str, list[str]] = defaultdict(list)
    for form in _lexicon(events=events):
        if " " not in form and len(form) >= 7:
            found[form[0]].append(form)
    return defaultdict(tuple, {letter: tuple(forms) for letter, forms in found.items()})


@cache
def _lexicon(*, events: bool) -> Mapping[str, tuple[str, str]]:
    """Folded word or phrase → (concept, kind); in titles of events their own words go first."""
    found: dict[str, tuple[str, str]] = {}
    with LEXICON_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # A later row does not take a word from an earlier one, but events come first in titles.
    rows.sort(key=lambda row: row["kind"] != "event")
    for row in rows:
        if row["kind"] == "event" and not events:
            continue
        key = row["concept"] if row["kind"] == "country" else f"{row['kind']}:{row['concept']}"
        for form in _forms(row[language] for language in LANGUAGES):
            found.setdefault(form, (key, row["kind"]))
        if row["kind"] == "country":
            for _, name in country_labels(row["concept"]):
                found.setdefault(fold(name), (key, "country"))
    return found


def _forms(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        for form in cell.split("|"):
            if folded := fold(form):
                yield folded
