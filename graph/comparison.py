"""Are two actors one institution? A score from 0 to 1, its reasons, and a verdict.

In the manner of nomenklatura: each feature (name, acronym, country, type, unit) says what it found and what
that weighs; some veto, some only forbid to be sure. "same" is meant to be certain, since it merges without
a person: what rests on thin evidence is "maybe" and waits for one. Names compare through `graph.wording`, so
word order, accents, translations, legal endings and small typing errors do not matter.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

from graph.naming import fold
from graph.wording import Overlap, Word, Wording, bracketed, initials, overlap, wording

Verdict = Literal["same", "maybe", "different"]

# Set on the labelled pairs (tests/data/identity_pairs.csv): no pair of two institutions reaches SAME, and
# what a person should look at reaches MAYBE.
SAME, MAYBE = 0.92, 0.72

# Bodies of one State: of two in different countries none is the other, whatever their names.
_NATIONAL = frozenset(
    {"ministry", "government-agency", "chamber-or-business-association", "university", "fund", "programme"}
    | {"research-or-training-centre", "development-bank"}
)
_NATIONAL_HEADS = frozenset(
    f"head:{head}"
    for head in (
        "ministry secretariat agency chamber university institute council "
        "superintendence authority municipality government presidency parliament embassy consulate service"
    ).split()
)
# Types that readers take for one another, each set for one kind of confusion.
_NEAR_TYPES = (
    {"ministry", "government-agency"},
    {"government-agency", "programme", "fund", "research-or-training-centre", "development-bank"},
    {"multilateral", "development-bank", "network", "programme", "government-agency"},
    {"company", "consultancy", "media", "development-bank"},
    {
        "ngo-foundation",
        "research-or-training-centre",
        "network",
        "consultancy",
        "chamber-or-business-association",
    },
    {"university", "research-or-training-centre"},
    {"chamber-or-business-association", "network", "government-agency"},
)
_MOST_NAMES = 12  # of one actor; more are spellings of spellings
_SHORT_ACRONYM = 3  # letters or fewer: many bodies share them
_NAMELIKE = 5  # letters from which on an acronym is compared as a name too
# Heads that governments change for one another when they rename a body.
_RENAMED = frozenset({"head:ministry", "head:secretariat", "head:agency"})


@dataclass(frozen=True)
class ActorProfile:
    """What is known of an actor: `names` (the label first), `acronyms`, `type` (slug), `country` (ISO
    3166-1).

    `known` are entries of the authority file; one without a country is a body of several States. `unit_of` is
    the IRI of the larger body.
    """

    iri: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...] = ()
    type: str | None = None
    country: str | None = None
    known: bool = False
    unit_of: str | None = None

    @cached_property
    def several_states(self) -> bool:
        """Whether it is a body of several States, so that no country speaks against it."""
        return self.type == "multilateral" or (self.known and not self.country)

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Its names as words, each once, the label first; of acronyms those long enough to be names
        (IBERPYME)."""
        found = (wording(name) for name in self.names if not is_acronym(name) or len(name) >= _NAMELIKE)
        return tuple(dict.fromkeys(w for w in found if w.words))[:_MOST_NAMES]

    @cached_property
    def spelt_out(self) -> bool:
        """Whether one of its names is more than an acronym."""
        acronyms = self.all_acronyms
        return any(
            not is_acronym(name) and fold(name).replace(" ", "") not in acronyms for name in self.names
        )

    @cached_property
    def all_acronyms(self) -> frozenset[str]:
        """Its acronyms, folded: stated ones, names that are nothing else, and those that a name has in
        brackets."""
        texts = (*self.acronyms, *self.names, *(text for name in self.names for text in bracketed(name)))
        return frozenset(
            folded
            for text in texts
            if (text in self.acronyms or is_acronym(text)) and (folded := fold(text).replace(" ", ""))
        )

    @cached_property
    def initials(self) -> frozenset[str]:
        """Acronyms that its names may form."""
        return frozenset(
            letters for name in self.names[:_MOST_NAMES] if not is_acronym(name) for letters in initials(name)
        )

    @cached_property
    def countries(self) -> frozenset[str]:
        """The country stated, else those that its label names ("Cámara de Industrias del Uruguay")."""
        if self.country:
            return frozenset({self.country})
        return wording(self.names[0]).countries if self.names else frozenset()

    @cached_property
    def national(self) -> bool:
        """Whether it is a body of one State, by its type or, where that is not known, by its name."""
        if self.several_states:
            return False
        if self.type:
            return self.type in _NATIONAL
        return any(word.key in _NATIONAL_HEADS for w in self.wordings for word in w.words)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature found, in words, and what it weighs (negative against, a veto −1)."""

    name: str
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How likely two resources are one (0 to 1), why, and what to do about it."""

    score: float
    reasons: tuple[Reason, ...]
    verdict: Verdict

    def explain(self) -> str:
        """The reasons as one sentence."""
        return "; ".join(reason.words for reason in self.reasons)


def is_acronym(text: str) -> bool:
    """Whether a name is nothing but an acronym: one word of 2 to 12 letters, mostly capitals ("BID",
    "CAFi")."""
    word = text.strip().strip(".")
    if " " in word:
        return False
    letters = [c for c in word if c.isalpha()]
    return 2 <= len(letters) <= 12 and sum(c.isupper() for c in letters) / len(letters) > 0.6


def compare(
    a: ActorProfile, b: ActorProfile, *, unique: bool = False, ambiguous: Collection[str] = ()
) -> Comparison:
    """Compare two actors. Symmetric: `compare(a, b)` and `compare(b, a)` agree in score and verdict.

    `unique` says that in the collection all bearers of their name or acronym could be one body, so that a
    missing country does not matter. `ambiguous` are folded acronyms that are known to mean several things.
    """
    if a.unit_of == b.iri or b.unit_of == a.iri:
        return _veto("unit", "one is a unit of the other")
    if two_states(a, b):  # most pairs of a large collection end here
        told = [", ".join(sorted(actor.countries)) for actor in (a, b)]
        return _veto("country", f"one is of {told[0]}, the other of {told[1]}")
    named = _compare_names(a, b)
    shared = a.all_acronyms & b.all_acronyms
    clear = {acronym for acronym in shared if len(acronym) > _SHORT_ACRONYM and acronym not in ambiguous}
    reasons: list[Reason] = []
    if named is None or (shared and (named.overlap.score < MAYBE or named.parted)):
        found = _by_acronym(a, b, shared, clear, unique=unique)
        if found is None:
            return Comparison(0.0, (Reason("name", 0.0, "they share no name"),), "different")
        score, sure, reason = found
        if named is not None and a.spelt_out and b.spelt_out:
            sure = False
            reasons.append(Reason("name", named.overlap.score - 1, f"their names differ: {named.words()}"))
            if named.parted and not clear and named.other_names:
                return Comparison(min(score, MAYBE - 0.01), (*reasons, reason), "different")
        reasons.append(reason)
    else:
        score, sure = named.judge()
        reasons.append(Reason("name", score, named.words()))
        if shared:
            weight = 0.05 if clear else 0.03
            score += weight
            reasons.append(Reason("acronym", weight, f"both are called {_upper(clear or shared)}"))
        if named.parted:
            return Comparison(
                min(score, MAYBE - 0.01), (*reasons, Reason("name", -1.0, named.parted)), "different"
            )
    country = _compare_countries(a, b, named, unique=unique, acronym=bool(clear))
    if country.weight <= -1:
        return Comparison(0.0, (*reasons, country), "different")
    sure &= country.weight >= 0
    score += country.weight
    reasons.append(country)
    if not _types_agree(a.type, b.type):
        identical = (
            named is not None and named.overlap.score == 1.0 and a.countries == b.countries != frozenset()
        )
        sure &= identical and named is not None and named.distinctive
        score -= 0.05
        reasons.append(Reason("type", -0.05, f"one is a {a.type}, the other a {b.type}"))
    score = round(max(0.0, min(1.0, score)), 3)
    if score < MAYBE:
        verdict: Verdict = "different"
    elif sure and score >= SAME:
        verdict = "same"
    else:
        verdict = "maybe"
        score = min(score, 0.99)
    return Comparison(score, tuple(reasons), verdict)


def two_states(a: ActorProfile, b: ActorProfile) -> bool:
    """Whether they are of different countries and at least one is a body of one State."""
    return bool(
        a.countries
        and b.countries
        and a.countries.isdisjoint(b.countries)
        and not (a.several_states or b.several_states)
        and (a.national or b.national)
    )


@dataclass(frozen=True)
class _Names:
    """The two names that agree best, and how."""

    a: Wording
    b: Wording
    overlap: Overlap

    @property
    def distinctive(self) -> bool:
        return self.a.distinctive and self.b.distinctive

    @property
    def other_names(self) -> bool:
        """Whether each side has a name of its own that the other has not: Bogotá, Barranquilla."""
        return all(any(w.kind == "name" for w in side) for side in (self.overlap.left, self.overlap.right))

    @cached_property
    def parted(self) -> str | None:
        """Why these are two names whatever they share; None where they may be one."""
        left, right = (
            [w for w in side if w.kind != "optional"] for side in (self.overlap.left, self.overlap.right)
        )
        for side in (left, right):
            if any(w.kind == "unit" for w in side):
                return "one is a part of the other"
            if any(w.kind == "number" for w in side):
                return "their numbers differ"
        if left and right and self.overlap.score < 0.9:
            mine, theirs = ({w.kind for w in side} for side in (left, right))
            if not (mine | theirs) <= {"head", "qualifier"}:
                return f"one says {_forms(left)} where the other says {_forms(right)}"
        heads = [w for side in (left, right) for w in side if w.kind == "head"]
        other_side = self.b if left else self.a
        if heads and bool(left) != bool(right) and any(w.kind == "head" for w in other_side.words):
            return f"{_forms(heads)} makes another body of it"
        return None

    def judge(self) -> tuple[float, bool]:
        """Score of the names and whether it may be certain."""
        rest = [w for w in (*self.overlap.left, *self.overlap.right) if w.kind != "optional"]
        if not rest:
            score = 1.0 if not self.overlap.typos else max(0.93, self.overlap.score)
            optional = self.overlap.left or self.overlap.right
            # "Programa Nacional" is not "Nacional": what is left must be a name of its own.
            certain = self.overlap.sure and (not optional or self.distinctive)
            return score, certain
        if self.overlap.typos and not self.overlap.sure:
            # "Red Telar" and "Télam": a word too many, and the one they share is not spelt alike.
            return min(self.overlap.score, MAYBE - 0.01), False
        if len(rest) == 2 and {w.key for w in rest} <= _RENAMED:
            return max(self.overlap.score, MAYBE + 0.03), False
        return self.overlap.score, False

    def words(self) -> str:
        parts = []
        if not (self.overlap.left or self.overlap.right or self.overlap.typos):
            return "their names say the same"
        if self.overlap.typos:
            parts.append(
                "spelt differently: " + ", ".join(f"{one}/{other}" for one, other in self.overlap.typos)
            )
        for side in (self.overlap.left, self.overlap.right):
            if side:
                parts.append(f"only one says {_forms(side)}")
        return "their names agree but for " + "; ".join(parts)


def _compare_names(a: ActorProfile, b: ActorProfile) -> _Names | None:
    """The pair of names that agrees best; None where one side has no name but an acronym."""
    best: _Names | None = None
    for one, other in product(a.wordings, b.wordings):
        mine, theirs = ([w for w in side.words if w.kind != "country"] for side in (one, other))
        if not mine or not theirs:
            continue
        # "Ministerio", "Universidad de Chile": little is left without the country; it must be the same.
        little = min(sum(w.weight for w in side) for side in (mine, theirs)) < 1
        if little and (one.countries, {w.key for w in mine}) != (other.countries, {w.key for w in theirs}):
            continue
        if one.countries and other.countries and one.countries != other.countries:
            continue
        if _spelt_alike(mine, theirs):
            return _Names(one, other, Overlap(1.0, True, (), (), ()))
        candidate = _Names(one, other, overlap(mine, theirs))
        if best is None or _fit(candidate) > _fit(best):
            best = candidate
    return best


def _fit(names: _Names) -> tuple[bool, float]:
    return names.parted is None, names.overlap.score


def _spelt_alike(mine: Iterable[Word], theirs: Iterable[Word]) -> bool:
    """Whether only blanks differ: "Con Industria", "Conindustria"."""
    one, other = ("".join(w.form for w in side).replace(" ", "") for side in (mine, theirs))
    return one == other


def _by_acronym(
    a: ActorProfile, b: ActorProfile, shared: Collection[str], clear: Collection[str], *, unique: bool
) -> tuple[float, bool, Reason] | None:
    """Score, certainty and reason where no name decides."""
    if shared:
        same_country = bool(a.countries & b.countries)
        sure = unique and (bool(clear) or same_country)
        score = 0.92 if clear else 0.85 if same_country else 0.75
        score = max(score, SAME) if sure else score
        return score, sure, Reason("acronym", score, f"both are called {_upper(clear or shared)}")
    for one, other in ((a, b), (b, a)):
        fitting = one.all_acronyms & other.initials
        if fitting and not one.spelt_out:
            return (
                0.75,
                False,
                Reason("acronym", 0.75, f"{_upper(fitting)} fits the initials of the other's name"),
            )
    return None


def _compare_countries(
    a: ActorProfile, b: ActorProfile, named: _Names | None, *, unique: bool, acronym: bool
) -> Reason:
    mine, theirs = a.countries, b.countries
    told = sorted(mine), sorted(theirs)
    if mine and theirs:
        if mine & theirs:
            return Reason("country", 0.02, f"both are of {', '.join(sorted(mine & theirs))}")
        if a.several_states or b.several_states:
            return Reason("country", 0.0, "a body of several States may be placed in any of them")
        if named is None or not named.distinctive:
            return Reason(
                "country", -1.0, f"one is of {', '.join(told[0])}, the other of {', '.join(told[1])}"
            )
        return Reason(
            "country", -0.1, f"one is placed in {', '.join(told[0])}, the other in {', '.join(told[1])}"
        )
    if not mine and not theirs:
        return Reason("country", 0.0, "no country is told")
    if a.several_states or b.several_states:
        placed = b if a.several_states else a
        if placed.national and placed.type != "development-bank":
            return Reason("country", -0.1, "one is a body of several States, the other of one")
        return Reason("country", 0.0, "one is a body of several States")
    if unique and (acronym or (named is not None and named.distinctive) or not (a.national or b.national)):
        return Reason("country", 0.0, "one has no country, but no other bears the name")
    return Reason("country", -0.03, "one has no country")


def _types_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other or any({one, other} <= near for near in _NEAR_TYPES)


def _veto(name: str, words: str) -> Comparison:
    return Comparison(0.0, (Reason(name, -1.0, words),), "different")


def _forms(words: Iterable[Word]) -> str:
    return ", ".join(f"“{word.form}”" for word in words)


def _upper(acronyms: Iterable[str]) -> str:
    return ", ".join(sorted(acronym.upper() for acronym in acronyms))
