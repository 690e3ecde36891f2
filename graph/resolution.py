"""Which actors and events of a collection are one: sure pairs merge, doubtful ones wait for a person.

The graph of a document stays as the document said it, under the IRIs that its own names give. Resolution is a
function of all documents' records, the authority file and the log of decisions: it gives redirects, old IRI →
the IRI that stands for it, and the published graphs are the said ones with the redirects applied
(`graph.rewriting`). So

- the order of reading does not matter, and resolving twice changes nothing;
- a merge is undone by leaving it out: a curator's `Split` or `Distinct`, a better comparer, or a document
that is
  taken away; nothing has to be read again;
- a claim keeps its IRI and its verdict whichever way its subject goes, since it was named by what was said.

Which IRI stands for a cluster follows from its members alone: an entry of the authority file, else what a
curator merged into, else one that names its country, else the first in the alphabet. A new document can so
bring a better IRI; the old one then redirects.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.blocking import actor_keys, candidate_pairs, event_keys
from graph.comparison import ActorProfile, Comparison, Reason, compare, two_states
from graph.decisions import Apart, Decision, apart, merged
from graph.event_comparison import EventProfile, compare_events
from graph.naming import fold
from graph.records import SINGLE, Record
from ontology.authority import Institution
from ontology.namespaces import RP, SCHEMA, iri

_START, _END, _STATUS = SCHEMA + "startDate", SCHEMA + "endDate", RP + "status"
_COUNTRY_AT_END = re.compile(r"-[a-z]{2}$")
_TYPE, _EVENT_TYPE, _COUNTRY, _CITY = RP + "actorType", RP + "eventType", RP + "country", RP + "city"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two resources that may be one (IRIs in order), with the score from 0 to 1 and the reason in words."""

    one: str
    other: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who in a collection.

    `redirects`: old IRI → the IRI that stands for it. `values`: for a merged resource, the one value
    (N-Triples) of each property of `SINGLE`, None where the authority file speaks. `labels`: its labels as
    (text, language); other members' names become alternative labels. `candidates`: doubtful pairs, the
    likeliest first. `merges`: the pairs that the comparer was sure of, for who asks why.
    """

    redirects: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    labels: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    merges: tuple[Candidate, ...] = ()


def resolve_collection(
    documents: Mapping[str, Sequence[Record]],
    *,
    authority: Sequence[Institution],
    decisions: Sequence[Decision],
) -> Resolution:
    """Resolve the records of all documents (by slug). Deterministic; the order of the mapping does not
    matter."""
    told: dict[str, dict[str, Record]] = defaultdict(dict)
    for slug in sorted(documents):
        for record in documents[slug]:
            told[record.iri][slug] = record
    known = {institution.iri for institution in authority}
    clusters = _Clusters(merged(decisions), known=known, ruled=apart(decisions))

    actors = _actor_profiles(told, authority)
    ambiguous = {fold(text) for institution in authority for text in institution.ambiguous_acronyms}
    bearers = _Bearers(actors.values())
    compared: list[tuple[str, str, Comparison]] = []
    for one, other in candidate_pairs(actors.values(), actor_keys):
        a, b = actors[one], actors[other]
        if not (a.known and b.known) and not two_states(a, b):
            compared.append((one, other, compare(a, b, unique=bearers.unique(a, b), ambiguous=ambiguous)))
    clusters.add(compared, clash=lambda one, other: _actors_clash(actors.get(one), actors.get(other)))

    events = _event_profiles(told, clusters.redirects())
    compared = [
        (one, other, compare_events(events[one], events[other]))
        for one, other in candidate_pairs(events.values(), event_keys)
    ]
    clusters.add(compared, clash=lambda one, other: _events_clash(events.get(one), events.get(other)))
    return _settle(clusters, told, known)


class _Clusters:
    """Union-find over IRIs that never joins what must stay apart. Curators' merges are there from the
    start."""

    def __init__(self, curated: Mapping[str, str], *, known: Collection[str], ruled: Apart) -> None:
        self._known = known
        self._ruled = ruled
        self._curated = curated
        self._targets = frozenset(curated.values())
        self._members: dict[str, set[str]] = {}
        self._root: dict[str, str] = {}
        self.merges: list[Candidate] = []
        self.doubts: list[Candidate] = []
        for old, new in sorted(curated.items()):
            self._unite(old, new)

    def add(
        self, compared: Iterable[tuple[str, str, Comparison]], *, clash: Callable[[str, str], str | None]
    ) -> None:
        """Join what is sure, the surest first; keep what is doubtful as candidates.

        `clash` gives the reason why two members cannot be in one cluster, None where they can.
        """
        likeliest = sorted(compared, key=lambda item: (-item[2].score, item[0], item[1]))
        for one, other, comparison in likeliest:
            if comparison.verdict == "different" or self._kept_apart({one}, {other}):
                continue
            reason = comparison.explain()
            if comparison.verdict == "maybe":
                self.doubts.append(Candidate(one, other, comparison.score, reason))
                continue
            mine, theirs = self._of(one), self._of(other)
            if mine is theirs:
                continue
            against = self._against(mine, theirs, clash)
            if against is None:
                self._unite(one, other)
                self.merges.append(Candidate(one, other, comparison.score, reason))
            elif against:
                self.doubts.append(Candidate(one, other, comparison.score, f"{reason}; but {against}"))

    def _against(
        self, mine: Collection[str], theirs: Collection[str], clash: Callable[[str, str], str | None]
    ) -> str | None:
        """Why two clusters stay two; empty where a curator said so, None where nothing speaks against it."""
        if self._kept_apart(mine, theirs):
            return ""
        if sum(member in self._known for member in (*mine, *theirs)) > 1:
            return "two entries of the authority file would be one"
        # What a curator merged is what it was merged into, however different its name.
        for one in sorted({*mine} - self._curated.keys()):
            for other in sorted({*theirs} - self._curated.keys()):
                if reason := clash(one, other):
                    return reason
        return None

    def told_apart(self, one: str, other: str) -> bool:
        """Whether a curator said that the clusters of these two are two, be it of other members."""
        return self._are_two(self._of(one), self._of(other))

    def _kept_apart(self, mine: Collection[str], theirs: Collection[str]) -> bool:
        alone = self._ruled.alone
        return not (alone.isdisjoint(mine) and alone.isdisjoint(theirs)) or self._are_two(mine, theirs)

    def _are_two(self, mine: Collection[str], theirs: Collection[str]) -> bool:
        return any(len(pair & {*mine}) == 1 == len(pair & {*theirs}) for pair in self._ruled.pairs)

    def _of(self, iri: str) -> set[str]:
        return self._members.setdefault(self._root.setdefault(iri, iri), {iri})

    def _unite(self, one: str, other: str) -> None:
        mine, theirs = self._of(one), self._of(other)
        if mine is theirs:
            return
        root = self._root[one]
        del self._members[self._root[other]]
        mine |= theirs
        for member in theirs:
            self._root[member] = root

    def groups(self) -> Iterator[tuple[str, list[str]]]:
        """(the IRI that stands for it, all members in order) of each cluster of two or more."""
        for members in self._members.values():
            if len(members) > 1:
                yield min(members, key=self._rank), sorted(members)

    def redirects(self) -> dict[str, str]:
        """Old IRI → the IRI that stands for it."""
        return {member: chosen for chosen, members in self.groups() for member in members if member != chosen}

    def _rank(self, iri: str) -> tuple[bool, bool, bool, bool, str]:
        return (
            iri in self._curated,
            iri not in self._known,
            iri not in self._targets,
            _COUNTRY_AT_END.search(iri) is None,
            iri,
        )


class _Bearers:
    """Of which countries the bearers of each name and acronym are, and how many bodies bear an acronym."""

    def __init__(self, actors: Iterable[ActorProfile]) -> None:
        self._countries: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._bodies: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for actor in actors:
            for wording in actor.wordings:
                self._countries[wording.key] |= actor.countries
            for acronym in actor.all_acronyms:
                self._countries[(acronym.upper(),)] |= actor.countries
                if actor.spelt_out and actor.wordings:
                    self._bodies[acronym].add(actor.wordings[0].key)

    def unique(self, a: ActorProfile, b: ActorProfile) -> bool:
        """Whether all that bear a name or acronym of these two could be one body of one country."""
        shared = a.all_acronyms & b.all_acronyms
        keys = {wording.key for actor in (a, b) for wording in actor.wordings}
        keys |= {(acronym.upper(),) for acronym in shared}
        countries = set().union(*(self._countries[key] for key in keys))
        return len(countries) <= 1 and all(len(self._bodies[acronym]) <= 1 for acronym in shared)


def _actor_profiles(
    told: Mapping[str, Mapping[str, Record]], authority: Sequence[Institution]
) -> dict[str, ActorProfile]:
    """The entries of the authority file as they are, all other actors by what the documents say together."""
    found = {
        institution.iri: ActorProfile(
            iri=institution.iri,
            names=institution.forms(),
            acronyms=institution.acronyms,
            type=institution.type,
            country=institution.country or None,
            known=True,
            unit_of=iri("actor", institution.unit_of) if institution.unit_of else None,
        )
        for institution in authority
    }
    for own, by_document in told.items():
        said = list(by_document.values())
        if own in found or said[0].kind != "actor":
            continue
        country = _prevailing(record.value(_COUNTRY) for record in said)
        found[own] = ActorProfile(
            iri=own,
            names=_distinct(
                [text for record in said for text, _ in record.labels],
                [text for record in said for text in record.aliases],
            ),
            acronyms=_distinct([text for record in said for text in record.acronyms]),
            type=_prevailing(record.value(_TYPE) for record in said),
            country=country.upper() if country else None,
            unit_of=_prevailing(record.whole for record in said),
        )
    return found


def _event_profiles(
    told: Mapping[str, Mapping[str, Record]], who: Mapping[str, str]
) -> dict[str, EventProfile]:
    found = {}
    for own, by_document in told.items():
        said = list(by_document.values())
        if said[0].kind != "event":
            continue
        country = _prevailing(record.value(_COUNTRY) for record in said)
        found[own] = EventProfile(
            iri=own,
            titles=_distinct([text for record in said for text, _ in record.labels]),
            type=_prevailing(record.value(_EVENT_TYPE) for record in said),
            start=_most_precise(record.value(_START) for record in said),
            end=_most_precise(record.value(_END) for record in said),
            city=_prevailing(record.value(_CITY) for record in said),
            country=country.upper() if country else None,
            part_of=_prevailing(record.whole for record in said),
            actors=frozenset(who.get(actor, actor) for record in said for actor in record.actors),
            documents=frozenset(by_document),
        )
    return found


def _actors_clash(a: ActorProfile | None, b: ActorProfile | None) -> str | None:
    """Why two members of one cluster cannot be one body, though others link them.

    None is an IRI that a curator merged and no document tells any more; nothing speaks against it.
    """
    if a is None or b is None:
        return None
    states = a.several_states or b.several_states
    if a.countries and b.countries and not a.countries & b.countries and not states:
        return f"one is of {', '.join(sorted(a.countries))}, the other of {', '.join(sorted(b.countries))}"
    return _first_veto(compare(a, b).reasons)


def _events_clash(a: EventProfile | None, b: EventProfile | None) -> str | None:
    if a is None or b is None:
        return None
    if a.documents & b.documents:
        return "one document tells both"
    return _first_veto(compare_events(a, b).reasons)


def _first_veto(reasons: Iterable[Reason]) -> str | None:
    return next((reason.words for reason in reasons if reason.weight <= -1), None)


def _settle(
    clusters: _Clusters, told: Mapping[str, Mapping[str, Record]], known: Collection[str]
) -> Resolution:
    """Choose what a merged resource says of itself, and turn doubtful members into doubtful clusters."""
    redirects = clusters.redirects()
    values: dict[str, dict[str, str | None]] = {}
    labels: dict[str, frozenset[tuple[str, str]]] = {}
    for chosen, members in clusters.groups():
        own = list(told.get(chosen, {}).values())
        said = [record for member in members for record in told.get(member, {}).values()]
        if chosen in known:
            values[chosen] = dict.fromkeys((_TYPE, _COUNTRY))
            labels[chosen] = frozenset()
        else:
            values[chosen] = _values(own, said)
            labels[chosen] = _labels(own, said)
    doubts: dict[tuple[str, str], Candidate] = {}
    for doubt in clusters.doubts:  # the likeliest of two clusters comes first
        one, other = sorted(redirects.get(end, end) for end in (doubt.one, doubt.other))
        if one != other and not (one in known and other in known) and not clusters.told_apart(one, other):
            doubts.setdefault((one, other), Candidate(one, other, doubt.score, doubt.reason))
    return Resolution(
        redirects=dict(sorted(redirects.items())),
        values=values,
        labels=labels,
        candidates=tuple(sorted(doubts.values(), key=lambda c: (-c.score, c.one, c.other))),
        merges=tuple(clusters.merges),
    )


def _values(own: Sequence[Record], said: Sequence[Record]) -> dict[str, str | None]:
    """The value that stands for each single-valued property: the more precise date, "held" over "scheduled",
    else the most frequent, else the chosen IRI's own."""
    found: dict[str, str | None] = {}
    mine = {predicate: {record.values.get(predicate) for record in own} for predicate in SINGLE}
    for predicate in SINGLE:
        counts = Counter(record.values[predicate] for record in said if predicate in record.values)
        if not counts:
            continue
        dated = predicate in (_START, _END)

        def rank(
            value: str, counts: Counter[str] = counts, predicate: str = predicate, dated: bool = dated
        ) -> tuple[int, int, bool, str]:
            first = (
                -len(value.split('"')[1])
                if dated
                else int('"held"' not in value)
                if predicate == _STATUS
                else 0
            )
            return first, -counts[value], value not in mine[predicate], value

        found[predicate] = min(counts, key=rank)
    start, end = (_plain(found.get(predicate)) for predicate in (_START, _END))
    if start and end and end < start[: len(end)]:
        found[_END] = None  # from a document that tells another beginning
    return found


def _plain(literal: str | None) -> str:
    return literal.split('"')[1] if literal else ""


def _labels(own: Sequence[Record], said: Sequence[Record]) -> frozenset[tuple[str, str]]:
    """The chosen IRI's own labels, and one in each further language: the first that is not all capitals."""
    kept = {label for record in own for label in record.labels}
    others = sorted(
        {label for record in said for label in record.labels}, key=lambda label: (label[0].isupper(), label)
    )
    for label in others:
        if label[1] not in {language for _, language in kept}:
            kept.add(label)
    return frozenset(kept)


def _distinct(*groups: Iterable[str]) -> tuple[str, ...]:
    """Each text once, the groups in order, each in the alphabet."""
    return tuple(dict.fromkeys(text for group in groups for text in sorted(group)))


def _prevailing(values: Iterable[str | None]) -> str | None:
    """The most frequent value, the first in the alphabet of several."""
    told = [value for value in values if value]
    if len(told) < 2:  # so it is for most resources, of one document
        return told[0] if told else None
    counts = Counter(told)
    return min(counts, key=lambda value: (-counts[value], value))


def _most_precise(values: Iterable[str | None]) -> str | None:
    """The longest date, the most frequent of several."""
    told = [value for value in values if value]
    if len(told) < 2:
        return told[0] if told else None
    counts = Counter(told)
    return min(counts, key=lambda value: (-len(value), -counts[value], value))
