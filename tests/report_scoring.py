"""Scoring of an extraction against the gold of one document: events, actors and who did what.

The gold is described in `tests/data/reports/README.md`; what is scored is the extraction
contract (`ingest.contract.to_contract`). Counts of several documents add up: the figures over all are micro
averages.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]

_STOP = frozenset(
    "a al ante con da das de del do dos e el em en entre for in la las le lo los na nas no nos o of on os"
    " para pela pelas pelo pelos por sobre su sus the to um uma un una y and at by com".split()
)
_ORDINALS = (
    "primer primero primera primeiro primeira first",
    "segundo segunda second",
    "tercer tercero tercera terceiro terceira third",
    "cuarto cuarta quarto quarta fourth",
    "quinto quinta fifth",
    "sexto sexta sixth",
    "septimo septima setimo setima seventh",
    "octavo octava oitavo oitava eighth",
    "noveno novena nono nona ninth",
    "decimo decima tenth",
)
_ORDINAL_WORDS = {word: str(n) for n, words in enumerate(_ORDINALS, 1) for word in words.split()}
_DIGIT_ORDINAL = re.compile(r"^(\d{1,3})(a|o|er|ero|era|ra|da|do|ta|to|na|no|ma|mo|va|vo|st|nd|rd|th)$")
_ROMAN = re.compile(r"^(x{0,3})(ix|iv|v?i{0,3})$")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_BRACKETS = re.compile(r"[(\[]([^()\[\]]+)[)\]]")

# The first word of an event type of the contract, and what the gold calls it.
_EVENT_TYPES = {
    "taller": "workshop",
    "seminario": "seminar",
    "curso": "course",
    "foro": "forum",
    "congreso": "conference",
    "conferencia": "conference",
    "jornada": "conference",
    "encuentro": "meeting",
    "reunion": "meeting",
    "asamblea": "meeting",
    "cumbre": "summit",
    "feria": "fair",
    "rueda": "business-round",
    "mision": "mission",
    "premio": "award",
    "mesa": "panel",
    "lanzamiento": "launch",
    "dialogo": "dialogue",
    "ciclo": "event-series",
    "conmemoracion": "observance",
    "otro": "other",
}
_ORGANISING = frozenset({"sponsor", "organiser", "host"})
_EVENT_FIELDS = ("type", "start_date", "end_date", "year", "city", "country")


def score(gold: Item, contract: Item) -> Counter[str]:
    """The counts of one document: `<what>.tp|fp|fn`, and for matched items `<what>.<field>.right|scored`.

    `gold` is a gold file, `contract` what `to_contract` gives. Counters of several documents add up.
    """
    counts: Counter[str] = Counter()
    actors, golds = list(contract["actors"]), list(gold["actors"])
    pairs = _match(golds, actors, [_actor_rank(g, p) for g in golds for p in actors])
    _count(counts, "actors", golds, actors, pairs)
    for g, p in pairs:
        if not golds[g].get("optional"):
            _check(counts, "actors.type", _accepted(golds[g], "type"), actors[p]["type"])
            countries = [golds[g]["country_iso2"], *golds[g].get("country_alt", [])]
            _check(counts, "actors.country", countries, actors[p]["country"])

    events, golds = list(contract["events"]), list(gold["events"])
    pairs = _match(golds, events, [title_rank(g, p) for g in golds for p in events])
    _count(counts, "events", golds, events, pairs)
    for g, p in pairs:
        if not golds[g].get("optional"):
            for field in _EVENT_FIELDS:
                _check(counts, f"events.{field}", *_answers(golds[g], events[p], field))
            _count_roles(counts, golds[g], gold["actors"], events[p], actors)
    return counts


def figures(counts: Mapping[str, int]) -> dict[str, float]:
    """Precision, recall and F1 of the matches, and the accuracy of fields; none where nothing is scored."""
    out = {}
    for what in ("actors", "events", "organisers", "participants"):
        tp, fp, fn = (counts.get(f"{what}.{kind}", 0) for kind in ("tp", "fp", "fn"))
        if tp + fp + fn:
            out[f"{what}.precision"] = tp / (tp + fp) if tp else 0.0
            out[f"{what}.recall"] = tp / (tp + fn) if tp else 0.0
            out[f"{what}.f1"] = 2 * tp / (2 * tp + fp + fn)
    for field in ("actors.type", "actors.country", *(f"events.{f}" for f in _EVENT_FIELDS)):
        if counts.get(f"{field}.scored"):
            out[field] = counts.get(f"{field}.right", 0) / counts[f"{field}.scored"]
    return out


def errors(gold: Item, contract: Item) -> list[str]:
    """What was missed and what was made up in one document, a line each."""
    lines = []
    for what, label, rank in (("events", "title", title_rank), ("actors", "name", _actor_rank)):
        golds, found = list(gold[what]), list(contract[what])
        pairs = _match(golds, found, [rank(g, p) for g in golds for p in found])
        hit, taken = {g for g, _ in pairs}, {p for _, p in pairs}
        for i, item in enumerate(golds):
            if i not in hit and not item.get("optional"):
                lines.append(f"{what} missed: {item.get('name') or ' / '.join(item['title_keywords'])}")
        lines += [f"{what} extra: {item[label]}" for i, item in enumerate(found) if i not in taken]
    return lines


def _count(
    counts: Counter[str], what: str, golds: list[Item], found: list[Item], pairs: list[tuple[int, int]]
) -> None:
    """Optional items are neither right when found nor wrong when missed."""
    right = sum(not golds[g].get("optional") for g, _ in pairs)
    counts[f"{what}.tp"] += right
    counts[f"{what}.fp"] += len(found) - len(pairs)
    counts[f"{what}.fn"] += sum(not g.get("optional") for g in golds) - right


def _check(counts: Counter[str], what: str, accepted: list[Any], answer: Any) -> None:
    """A field is scored where the gold has a value; `accepted` starts with it."""
    if accepted[0] is not None:
        counts[f"{what}.scored"] += 1
        counts[f"{what}.right"] += answer in accepted


def _accepted(item: Item, field: str) -> list[Any]:
    return [item.get(field), *item.get(f"{field}_alt", [])]


def _answers(gold: Item, event: Item, field: str) -> tuple[list[Any], Any]:
    """The accepted values of a field, in the gold's terms, and the value found."""
    starts = _accepted(gold, "start_date")
    match field:
        case "type":
            kind = _folded(event["type"])
            return _accepted(gold, "type"), _EVENT_TYPES.get(kind.split()[0], kind) if kind else None
        case "start_date":
            return starts, event["start_date"]
        case "year":
            return [start and start[:4] for start in starts], (event["start_date"] or "")[:4] or None
        case "end_date":
            ends = _accepted(gold, "end_date")
            return [*ends, None] if ends[0] == starts[0] else ends, event["end_date"]
        case "city":
            return [city and _key(city) for city in _accepted(gold, "city")], _key(event["city"] or "")
        case _:
            return [gold["country_iso2"], *gold.get("country_alt", [])], event["country"]


def _count_roles(
    counts: Counter[str], gold: Item, gold_actors: list[Item], event: Item, actors: list[Item]
) -> None:
    """Who organised (sponsors and hosts count as organisers) and who took part."""
    found: dict[str, dict[str, set[str]]] = {"organisers": {}, "participants": {}}
    for actor in event["actors"]:
        group = found["organisers" if actor["role"] in _ORGANISING else "participants"]
        group.setdefault(_key(actor["name"]), _resolved(actor["name"], actors))
    for role, given in found.items():
        wanted = [_resolved(name, gold_actors) for name in gold[role]]
        allowed = [
            *gold.get(f"{role}_optional", []),
            *(gold.get("sponsors", []) if role == "organisers" else []),
        ]
        tolerated = set().union(*(_resolved(name, gold_actors) for name in allowed))
        open_ = list(range(len(wanted)))
        for keys in given.values():
            hit = next((i for i in open_ if wanted[i] & keys), None)
            if hit is not None:
                open_.remove(hit)
            elif not keys & tolerated:
                counts[f"{role}.fp"] += 1
        counts[f"{role}.tp"] += len(wanted) - len(open_)
        counts[f"{role}.fn"] += len(open_)


def _resolved(name: str, actors: Iterable[Item]) -> set[str]:
    """All keys of the actor that bears this name, by its main name first, else those of the name itself."""
    keys, candidates = _keys(name), [_actor_keys(actor) for actor in actors]
    for own in (0, 1):
        for candidate in candidates:
            if keys & candidate[own]:
                return keys | candidate[1]
    return keys


Rank = tuple[float, ...] | None


def _match(golds: list[Item], found: list[Item], ranks: list[Rank]) -> list[tuple[int, int]]:
    """One-to-one pairs (gold, found), best rank first; `ranks` row by row, None for no match."""
    width = len(found)
    candidates = [(rank, i // width, i % width) for i, rank in enumerate(ranks) if rank is not None]
    pairs: list[tuple[int, int]] = []
    for _, g, p in sorted(candidates, key=lambda c: (tuple(-v for v in c[0]), c[1], c[2])):
        if all(g != other_g and p != other_p for other_g, other_p in pairs):
            pairs.append((g, p))
    return pairs


def _actor_rank(gold: Item, actor: Item) -> Rank:
    """Any name in common matches; the main names weigh most."""
    (gold_name, gold_all), (name, every) = _actor_keys(gold), _actor_keys(actor)
    if not gold_all & every:
        return None
    return (
        2 if gold_name & name else 1 if gold_all & name else 0,
        not gold.get("optional"),
        len(gold_all & every),
    )


def title_rank(gold: Item, event: Item) -> Rank:
    """Half of the title's keywords, or the same date and city; two years keep editions of a series apart."""
    words = _ordinal_words(event["title"])
    keywords = [_ordinal_words(k) for k in gold["title_keywords"]]
    overlap = sum(_contains(k, words) for k in keywords) / len(keywords)
    date, city = event["start_date"], _key(event["city"] or "")
    dates = _accepted(gold, "start_date")
    dated = any(
        d is date if d is None or date is None else d.startswith(date) or date.startswith(d) for d in dates
    )
    placed = bool(city) and city in {_key(c) for c in _accepted(gold, "city") if c}
    years = {d[:4] for d in dates if d}
    clash = bool(years) and date is not None and date[:4] not in years
    by_title = overlap >= 0.5 and not (clash and overlap < 1)
    if not by_title and (gold.get("optional") or not (dated and placed)):
        return None
    close = overlap + 0.5 * (dated and date is not None) + 0.25 * placed - 0.5 * clash
    return by_title, close, not gold.get("optional")


def _actor_keys(actor: Item) -> tuple[set[str], set[str]]:
    """(keys of the main name, keys of every name)."""
    name = _keys(actor["name"])
    others = [
        *actor.get("variants", []),
        *actor.get("aliases", []),
        *actor.get("acronyms", []),
        actor.get("acronym"),
    ]
    return name, name.union(*(_keys(other) for other in others if other))


def _keys(name: str) -> set[str]:
    """The name, what is in brackets, and what is outside them."""
    inside = _BRACKETS.findall(name)
    parts = [name, *inside, _BRACKETS.sub(" ", name)] if inside else [name]
    return {key for key in map(_key, parts) if key}


def _key(name: str) -> str:
    return " ".join(_words(name)) or _folded(name)


def _words(text: str) -> list[str]:
    return [word for word in _folded(text).split() if word not in _STOP]


def _folded(text: str) -> str:
    """Lower case without accents; punctuation becomes blanks."""
    decomposed = unicodedata.normalize("NFKD", text or "").casefold()
    return " ".join(re.sub(r"[^0-9a-z]+", " ", re.sub(r"[\u0300-\u036f]", "", decomposed)).split())


def _ordinal_words(text: str) -> list[str]:
    return [_ordinal(word) for word in _words(text)]


def _ordinal(word: str) -> str:
    """ "III", "3ª" and "tercera" are all "3"."""
    if digits := _DIGIT_ORDINAL.match(word):
        return digits.group(1)
    if (len(word) > 1 or word == "v") and (roman := _ROMAN.match(word)):
        return str(10 * len(roman.group(1)) + _UNITS[roman.group(2)])
    return _ORDINAL_WORDS.get(word, word)


def _contains(phrase: list[str], words: list[str]) -> bool:
    n = len(phrase)
    return n > 0 and any(words[i : i + n] == phrase for i in range(len(words) - n + 1))
