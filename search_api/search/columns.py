"""The filters and facets of the index as columns: small arrays over all entries, one value list each.

A filter becomes a mask over the entries before anything is searched; a facet count is one pass over a column.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_api.search.entries import IndexEntry

Mask = NDArray[np.bool_]
Ints = NDArray[np.int32]
Ids = NDArray[np.int64]

FACETS = (
    *("type", "event_type", "practice_kind", "theme", "country", "place", "actor", "role", "year"),
    *("document", "language"),
)
_NO_YEAR = -1
_MOST_YEARS = 200
"""Years of one entry that the facet of years counts; a wider span is a slip of reading."""


@dataclass(frozen=True)
class Labels:
    """A column with any number of values an entry: those of entry i are `values[offsets[i]:offsets[i + 1]]`,
    as positions in `keys`. `labels` are the keys as people read them."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    values: Ints
    offsets: NDArray[np.int64]

    @classmethod
    def build(cls, rows: Sequence[Iterable[tuple[str, str]]]) -> "Labels":
        """From (key, label) pairs of each entry; keys keep the order in which they first occur."""
        numbers: dict[str, int] = {}
        labels: list[str] = []
        values: list[int] = []
        offsets = [0]
        for row in rows:
            for key, label in row:
                if key not in numbers:
                    numbers[key] = len(labels)
                    labels.append(label)
                values.append(numbers[key])
            offsets.append(len(values))
        return cls(tuple(numbers), tuple(labels), np.array(values, np.int32), np.array(offsets, np.int64))

    @cached_property
    def owners(self) -> Ints:
        """The entry of each value."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The position of each key."""
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def _places(self) -> tuple[Ids, Ids]:
        """The places in `values` by value: those of value v are slice v of the first by the second."""
        bounds = np.concatenate(([0], np.cumsum(np.bincount(self.values, minlength=len(self.keys)))))
        return np.argsort(self.values, kind="stable"), bounds

    @cached_property
    def _alphabetical(self) -> Ids:
        """The rank of each value by its label."""
        ranks = np.empty(len(self.keys), np.int64)
        ranks[sorted(range(len(self.keys)), key=self.labels.__getitem__)] = np.arange(len(self.keys))
        return ranks

    @cached_property
    def label_of(self) -> Mapping[str, str]:
        """The keys with their labels."""
        return dict(zip(self.keys, self.labels, strict=True))

    def having(self, wanted: Iterable[str]) -> Mask:
        """Which entries have any of the keys."""
        mask = np.zeros(len(self.offsets) - 1, np.bool_)
        mask[self.owners[self._places_of(wanted)]] = True
        return mask

    def chosen(self, wanted: Iterable[str]) -> Mask:
        """Which values of the column are among the keys."""
        mask = np.zeros(len(self.values), np.bool_)
        mask[self._places_of(wanted)] = True
        return mask

    def _places_of(self, wanted: Iterable[str]) -> Ids:
        places, bounds = self._places
        numbers = [self.numbers[key] for key in wanted if key in self.numbers]
        return np.concatenate([places[:0], *(places[bounds[n] : bounds[n + 1]] for n in numbers)])

    def with_values(self, chosen: Mask) -> Mask:
        """Which entries have any of the chosen values."""
        mask = np.zeros(len(self.offsets) - 1, np.bool_)
        mask[self.owners[chosen]] = True
        return mask

    def places_in(self, entries: Ids) -> tuple[Ids, Ids]:
        """The places in `values` of all the values of some entries, and whose of `entries` each is."""
        first = self.offsets[entries]
        counts = self.offsets[entries + 1] - first
        owners = np.repeat(np.arange(len(entries)), counts)
        return np.arange(len(owners)) + (first - np.cumsum(counts) + counts)[owners], owners

    def of(self, entry: int) -> Ints:
        """The values of an entry, as positions in `keys`."""
        return self.values[self.offsets[entry] : self.offsets[entry + 1]]

    def counts(
        self, entries: Ids, units: Ints, *, among: Mask | None = None, most: int | None = None
    ) -> list[tuple[str, str, int]]:
        """(key, label, number of distinct units of `entries`), the most frequent first and at most `most`.

        `units` has that of every entry. `among` says which values of the column count, all by default.
        """
        places, owners = self.places_in(entries)
        if among is not None:
            kept = among[places]
            places, owners = places[kept], owners[kept]
        span = len(self.offsets)
        pairs = self.values[places].astype(np.int64) * span + units[entries[owners]]
        pairs.sort()
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        numbers = np.bincount(pairs // span, minlength=len(self.keys))
        found = np.flatnonzero(numbers)
        order = found[np.lexsort((self._alphabetical[found], -numbers[found]))][:most]
        return [(self.keys[n], self.labels[n], int(numbers[n])) for n in order]


@dataclass(frozen=True)
class Filters:
    """What a search is narrowed to. Values within one field are alternatives; fields must all hold.

    `types` are kinds ("passage", "event", "practice", "actor"), practice kinds or event types; with
    `event_types` an entry is of an event of the type, with `practice_kinds` a practice of the kind; `themes`
    theme ids or slugs, each with its narrower themes; `countries` ISO 3166-1 alpha-2; `places` slugs of
    cities; `actors` slugs; `roles` role slugs, which bind to `actors` where both are given; `documents`
    slugs; years are inclusive and leave out what has no year.
    """

    types: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    practice_kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None

    @property
    def single(self) -> bool:
        """Whether each entry is a result of its own: who asks for practices wants both of one passage."""
        return bool(self.types or self.practice_kinds)


@dataclass(frozen=True)
class Columns:
    """The columns of all entries. `kind` is the position in `KINDS`, `unit` and `event` number the units and
    events (-1: none), `labels` holds a column for each facet; `actor` and `role` run in parallel."""

    kind: NDArray[np.int8]
    unit: Ints
    event: Ints
    year_from: Ints
    year_to: Ints
    labels: Mapping[str, Labels]

    KINDS = ("passage", "practice", "event", "actor")

    @classmethod
    def build(cls, entries: Sequence[IndexEntry]) -> "Columns":
        """Columns of `entries` in their order."""
        units: dict[str, int] = {}
        events: dict[str, int] = {}
        rows: dict[str, list[list[tuple[str, str]]]] = {name: [] for name in FACETS}
        for entry in entries:
            detail = entry.practice_kind if entry.kind == "practice" else None
            detail = entry.event_type if entry.kind == "event" else detail
            rows["type"].append([(name, name) for name in (entry.kind, detail) if name])
            rows["event_type"].append([(entry.event_type, entry.event_type)] if entry.event_type else [])
            rows["practice_kind"].append(
                [(entry.practice_kind, entry.practice_kind)] if entry.practice_kind else []
            )
            # What deals with a narrower theme deals with the broader ones too: the graph has inferred it.
            rows["theme"].append([(theme.slug, theme.label) for theme in entry.themes])
            rows["country"].append([(code, code) for code in entry.countries])
            rows["place"].append([(place.slug, place.label) for place in entry.places])
            rows["actor"].append([(actor.slug, actor.name) for actor in entry.actors])
            rows["role"].append([(actor.role, actor.role) for actor in entry.actors])
            rows["year"].append([(str(year), str(year)) for year in _years(entry)])
            rows["document"].append([(entry.document.slug, entry.document.label)] if entry.document else [])
            rows["language"].append([(entry.language, entry.language)])

        def column(value: Callable[[IndexEntry], int]) -> Ints:
            return np.array([value(entry) for entry in entries], np.int32)

        return cls(
            kind=column(lambda e: cls.KINDS.index(e.kind)).astype(np.int8),
            unit=column(lambda e: units.setdefault(e.unit or e.iri, len(units))),
            event=column(lambda e: events.setdefault(e.event.iri, len(events)) if e.event else -1),
            year_from=column(lambda e: e.year_from or _NO_YEAR),
            year_to=column(lambda e: e.year_to or e.year_from or _NO_YEAR),
            labels={name: Labels.build(values) for name, values in rows.items()},
        )

    @staticmethod
    def theme_slug(theme: str) -> str:
        """The slug of a theme given by id, slug or IRI."""
        return theme.rpartition("/")[2].removeprefix("th-").removeprefix("xt-")

    def of_kind(self, *kinds: str) -> Mask:
        """Which entries are of the kinds."""
        return np.asarray(np.isin(self.kind, [self.KINDS.index(kind) for kind in kinds]), np.bool_)

    def in_years(self, year_from: int | None, year_to: int | None) -> Mask:
        """Which entries have a year in the inclusive interval."""
        mask: Mask = self.year_from != _NO_YEAR
        if year_from is not None:
            mask = mask & (self.year_to >= year_from)
        if year_to is not None:
            mask = mask & (self.year_from <= year_to)
        return mask

    def masks(self, filters: Filters) -> dict[str, Mask]:
        """The mask of each filter that is set, by facet name ("year" for both years)."""
        wanted: dict[str, Iterable[str]] = {
            "type": filters.types,
            "event_type": filters.event_types,
            "practice_kind": filters.practice_kinds,
            "theme": [self.theme_slug(theme) for theme in filters.themes],
            "country": [country.upper() for country in filters.countries],
            "place": filters.places,
            "document": filters.documents,
            "language": filters.languages,
        }
        masks = {name: self.labels[name].having(values) for name, values in wanted.items() if values}
        if filters.year_from is not None or filters.year_to is not None:
            masks["year"] = self.in_years(filters.year_from, filters.year_to)
        actors, roles = self.labels["actor"], self.labels["role"]
        if filters.actors and filters.roles:
            masks["actor"] = self.in_role(filters.actors, filters.roles)
        elif filters.actors:
            masks["actor"] = actors.having(filters.actors)
        elif filters.roles:
            masks["role"] = roles.having(filters.roles)
        return masks

    def facet(
        self, name: str, entries: Ids, units: Ints, filters: Filters, *, most: int
    ) -> list[tuple[str, str, int]]:
        """The counts of a facet over some entries, in whose choice the filter of its name has no part.

        An actor and its role are chosen together, so under a filter of one the other counts what is bound to
        it. Years come all and in their order, of the others the `most` frequent.
        """
        among = None
        if name == "role" and filters.actors:
            among = self.labels["actor"].chosen(filters.actors)
        elif name == "actor" and filters.roles:
            among = self.labels["role"].chosen(filters.roles)
        if name == "year":
            return sorted(self.labels[name].counts(entries, units))
        return self.labels[name].counts(entries, units, among=among, most=most)

    def in_role(self, actors: Iterable[str], roles: Iterable[str]) -> Mask:
        """Which entries have any of the actors in any of the roles."""
        actor, role = self.labels["actor"], self.labels["role"]
        return actor.with_values(actor.chosen(actors) & role.chosen(roles))

    def save(self, folder: Path) -> None:
        """Write the columns into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        names: dict[str, Any] = {}
        arrays = {name: getattr(self, name) for name in ("kind", "unit", "event", "year_from", "year_to")}
        for name, column in self.labels.items():
            arrays[f"{name}.values"], arrays[f"{name}.offsets"] = column.values, column.offsets
            names[name] = {"keys": column.keys, "labels": column.labels}
        np.savez(folder / "columns.npz", **arrays)
        (folder / "columns.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Columns":
        """Read what `save` wrote."""
        names = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
        # Opened here: given a path, numpy leaves the file open where it is damaged.
        with (folder / "columns.npz").open("rb") as file, np.load(file) as arrays:
            labels = {
                name: Labels(
                    tuple(column["keys"]),
                    tuple(column["labels"]),
                    arrays[f"{name}.values"],
                    arrays[f"{name}.offsets"],
                )
                for name, column in names.items()
            }
            plain = {name: arrays[name] for name in ("kind", "unit", "event", "year_from", "year_to")}
        return cls(labels=labels, **plain)


def _years(entry: IndexEntry) -> range:
    """The years of an entry."""
    if entry.year_from is None:
        return range(0)
    last = max(entry.year_from, entry.year_to or entry.year_from)
    return range(entry.year_from, min(last, entry.year_from + _MOST_YEARS - 1) + 1)
