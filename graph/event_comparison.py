"""Are two events one event, told by two documents, perhaps in two languages?

As in `graph.comparison`, with other features: when, where, which edition, what the titles say, who took part.
A day and a city rarely hold two events of one title; a year easily does. "same" merges without a person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from graph.comparison import MAYBE, SAME, Comparison, Reason, Verdict
from graph.wording import Overlap, Wording, overlap, title_wording

# Kinds of event that writers use for one another.
_NEAR_TYPES = (
    {"taller", "taller-seminario", "seminario", "curso", "jornada"},
    {"foro", "congreso", "conferencia", "encuentro", "reunion", "cumbre", "jornada", "convencion", "dialogo"},
    {"feria", "rueda-de-negocios", "mision", "encuentro", "festival", "convencion"},
    {"premio", "jurado"},
    {"panel", "mesa-redonda", "dialogo", "webinar", "seminario", "conferencia", "foro"},
)


@dataclass(frozen=True)
class EventProfile:
    """What is known of an event.

    `start` and `end` are ISO 8601 days, year-months or years; `city` is the slug of the city's place,
    `country` ISO 3166-1; `actors` are IRIs of those who took part, `documents` the slugs of those that tell
    it.
    """

    iri: str
    titles: tuple[str, ...]
    type: str | None = None
    start: str | None = None
    end: str | None = None
    city: str | None = None
    country: str | None = None
    part_of: str | None = None
    actors: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Its titles as words."""
        return tuple(dict.fromkeys(title_wording(title) for title in self.titles))

    @cached_property
    def edition(self) -> int | None:
        """The number in its title: "VIII Foro", "8th Forum"."""
        return next((w.edition for w in self.wordings if w.edition), None)

    @cached_property
    def since(self) -> str | None:
        """Its date, or the one year that its title gives."""
        years = {year for w in self.wordings for year in w.years}
        return self.start or (years.pop() if len(years) == 1 else None)


def compare_events(a: EventProfile, b: EventProfile) -> Comparison:
    """Compare two events. Symmetric.

    Two events of one document are never "same": its reader had both before it and told them apart.
    """
    if a.part_of == b.iri or b.part_of == a.iri:
        return _veto("part", "one is a part of the other")
    if a.edition and b.edition and a.edition != b.edition:
        return _veto("edition", f"edition {a.edition} and edition {b.edition}")
    date = _dates(a, b)
    if date.weight <= -1:
        return Comparison(0.0, (date,), "different")
    place = _places(a, b)
    if place.weight <= -1:
        return Comparison(0.0, (date, place), "different")
    title, words = _titles(a, b)
    reasons = [date, place, words]
    score = 0.55 * title.score + date.weight + place.weight
    if a.edition and a.edition == b.edition:
        score += 0.12
        reasons.append(Reason("edition", 0.12, f"both are edition {a.edition}"))
    shared = a.actors & b.actors
    if shared:
        weight = min(0.12, 0.06 * len(shared))
        score += weight
        reasons.append(Reason("actors", weight, f"{len(shared)} took part in both"))
    near = _types_near(a.type, b.type)
    if not near:
        score -= 0.1
        reasons.append(Reason("type", -0.1, f"one is a {a.type}, the other a {b.type}"))
    score = round(max(0.0, min(1.0, score)), 3)
    verdict: Verdict = "different" if score < MAYBE or title.score < 0.35 else "maybe"
    if verdict == "maybe" and score >= SAME and near and _certain(a, b, title, date, place, shared):
        verdict = "same"
    if a.documents & b.documents and verdict == "same":
        verdict = "maybe"
        reasons.append(Reason("document", 0.0, "one document tells them as two"))
    return Comparison(score, tuple(reasons), verdict)


def _certain(
    a: EventProfile,
    b: EventProfile,
    title: Overlap,
    date: Reason,
    place: Reason,
    shared: Collection[str],
) -> bool:
    """Whether a person need not look: the title says the same, and day and place pin it down."""
    if not title.sure or any(w.kind == "number" for w in (*title.left, *title.right)):
        return False
    rest = [w for w in (*title.left, *title.right) if w.kind not in _SORT_OF_EVENT]
    day, city = date.weight >= _SAME_DAY, place.weight >= _SAME_CITY
    if not rest:
        numbered = bool(a.edition and a.edition == b.edition)
        if day and city:
            return numbered or min(_says(a), _says(b)) >= 1 or len(shared) >= 2
        if day:
            return numbered or min(_says(a), _says(b)) >= _TELLING
        return city and date.weight >= _SAME_MONTH and (numbered or min(_says(a), _says(b)) >= _TELLING)
    # One title goes on where the other stops, and nothing else differs.
    one_sided = not (
        [w for w in title.left if w.kind != "event"] and [w for w in title.right if w.kind != "event"]
    )
    return (
        day and city and one_sided and title.score >= 0.7 and (bool(shared) or bool(a.edition and b.edition))
    )


def _says(event: EventProfile) -> float:
    """How much its title says beyond what sort of event it is (weights of `graph.wording`)."""
    return max(
        (sum(word.weight for word in w.words if word.kind not in _SORT_OF_EVENT) for w in event.wordings),
        default=0.0,
    )


_SORT_OF_EVENT = frozenset({"event", "optional", "qualifier"})
_TELLING = 1.9  # two fields, or a field and a name
_SAME_MONTH = 0.2
_SAME_DAY, _SAME_CITY = 0.3, 0.15


def _dates(a: EventProfile, b: EventProfile) -> Reason:
    one, other = a.since, b.since
    if not one or not other:
        return Reason("date", 0.05, "a date is missing")
    if len(one) == len(other) == 10:
        if one == other:
            ends = a.end == b.end or not a.end or not b.end or one in (a.end, b.end)
            return Reason("date", _SAME_DAY + (0.02 if ends else 0.0), f"both began on {one}")
        first, last = sorted((a, b), key=lambda event: event.since or "")
        if first.end and len(first.end) == 10 and (last.since or "") <= first.end:
            return Reason("date", 0.1, "their days overlap")
        if one[:8] == other[:8] and OSA.distance(one, other) == 1 and abs(int(one[8:]) - int(other[8:])) <= 1:
            return Reason("date", 0.05, "their days differ by one")
        return Reason("date", -1.0, f"one began on {one}, the other on {other}")
    length = min(len(one), len(other))
    if one[:length] != other[:length]:
        return Reason("date", -1.0, f"one is of {one}, the other of {other}")
    if length == 7:
        return Reason("date", 0.22, f"both are of {one[:7]}")
    return Reason("date", 0.14, f"both are of {one[:4]}")


def _places(a: EventProfile, b: EventProfile) -> Reason:
    if a.country and b.country and a.country != b.country:
        return Reason("place", -1.0, f"one was in {a.country}, the other in {b.country}")
    if a.city and b.city:
        if _same_city(a.city, b.city):
            return Reason("place", _SAME_CITY, "both were in one city")
        return Reason("place", -1.0, f"one was in {a.city}, the other in {b.city}")
    if a.country and b.country:
        return Reason("place", 0.07, f"both were in {a.country}")
    return Reason("place", 0.05, "a place is missing")


def _same_city(one: str, other: str) -> bool:
    """Slugs such as "cl-santiago" and "cl-santiago-de-chile", or with one letter different ("be-brussel")."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter + "-") or (len(shorter) > 7 and OSA.distance(one, other) <= 1)


def _titles(a: EventProfile, b: EventProfile) -> tuple[Overlap, Reason]:
    found = [overlap(one.words, other.words) for one in a.wordings for other in b.wordings]
    best = max(found, key=lambda o: (o.score, o.sure), default=Overlap(0.0, False, (), (), ()))
    left = [w.form for w in (*best.left, *best.right)]
    words = f"their titles agree but for {', '.join(f'“{form}”' for form in left)}" if left else ""
    return best, Reason("title", round(0.55 * best.score, 3), words or "their titles say the same")


def _types_near(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other or "otro" in (one, other):
        return True
    return any({one, other} <= near for near in _NEAR_TYPES)


def _veto(name: str, words: str) -> Comparison:
    return Comparison(0.0, (Reason(name, -1.0, words),), "different")
