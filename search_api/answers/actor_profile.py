"""What the deeds of an institution add up to: roles over the years, themes, partners and countries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search_api.catalogue.catalogue import ROLES, Catalogue
from search_api.peers.activity import row_of
from search_api.peers.lenses import met
from search_api.peers.profiles import Profiles
from search_api.resources.actors import ActorProfile, RoleYear, ThemeStrength
from search_api.resources.base import Counted, Ref

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from search_api.peers.profiles import Floats

PARTNERS = 10
#: Most years drawn, the latest.
YEARS = 20
#: Units of the drawing: the column of roles, a year, a row, and the largest dot.
LABELS, YEAR, ROW, DOT = 120, 56, 34, 13


def profile_of(catalogue: Catalogue, profiles: Profiles, actor: str) -> ActorProfile:
    """The profile of an actor (IRI)."""
    events = {event.id: event for event in catalogue.gathered.events_of.get(actor, ())}
    dates = (
        (t.role, events[t.event].start_date) for t in catalogue.takings_of.get(actor, ()) if t.event in events
    )
    years = Counter((role, int(date[:4])) for role, date in dates if date and date[:4].isdigit())
    countries = Counter(event.country.id for event in events.values() if event.country)
    row = profiles.activity.row.get(actor)
    return ActorProfile(
        roles=tuple(
            RoleYear(role=catalogue.concept("role", role), year=year, events=count)
            for (role, year), count in sorted(
                years.items(), key=lambda item: (item[0][1], ROLES.index(item[0][0]))
            )
        ),
        themes=_themes(catalogue, profiles, row) if row is not None else (),
        partners=_partners(catalogue, profiles, row) if row is not None else (),
        countries=_counted(catalogue, countries),
        documents=_documents(catalogue, profiles, row) if row is not None else (),
    )


def _themes(catalogue: Catalogue, profiles: Profiles, row: int) -> tuple[ThemeStrength, ...]:
    activity = profiles.activity
    active, attended = (
        np.asarray(activity.event_themes.T @ _cells(matrix, row, len(activity.events))).ravel()
        for matrix in (profiles.active, profiles.attended)
    )
    practices = Counter(
        int(theme)
        for practice in row_of(activity.practice_actors, row)
        for theme in row_of(activity.practice_themes, int(practice))
    )
    strength = profiles.specialty[row]
    found = [
        ThemeStrength(
            theme=catalogue.ref(iri),
            active=int(active[n]),
            attended=int(attended[n]),
            practices=practices[n],
            strength=round(float(strength[n]), 3),
        )
        for n, iri in enumerate(activity.themes)
        if active[n] or attended[n] or practices[n]
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, -one.attended, one.theme.label)))


def _cells(matrix: "csr_array", row: int, width: int) -> "Floats":
    """1 where a row of the matrix has a value over 0."""
    cells = np.zeros(width)
    at = slice(matrix.indptr[row], matrix.indptr[row + 1])
    cells[matrix.indices[at]] = matrix.data[at] > 0
    return cells


def _partners(catalogue: Catalogue, profiles: Profiles, row: int) -> tuple[Counted, ...]:
    activity = profiles.activity
    mass = np.zeros(len(activity.actors))
    mass[row] = 1.0
    near = met(profiles, mass)
    near[list(activity.own(row))] = 0.0
    order = np.argsort(-near, kind="stable")[:PARTNERS]
    mine = row_of(activity.parts, row)
    return tuple(
        Counted(
            resource=catalogue.ref(activity.actors[other]),
            count=len(np.intersect1d(mine, row_of(activity.parts, int(other)), assume_unique=True)),
        )
        for other in order
        if near[other] > 0
    )


def _documents(catalogue: Catalogue, profiles: Profiles, row: int) -> tuple[Ref, ...]:
    activity = profiles.activity
    told = {
        int(document)
        for matrix, deeds in (
            (activity.event_documents, row_of(activity.parts, row)),
            (activity.practice_documents, row_of(activity.practice_actors, row)),
        )
        for deed in deeds
        for document in row_of(matrix, int(deed))
    }
    return catalogue.refs(activity.documents[document] for document in told)


def _counted(catalogue: Catalogue, counts: Mapping[str, int]) -> tuple[Counted, ...]:
    found = [Counted(resource=catalogue.ref(iri), count=count) for iri, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.resource.label)))


@dataclass(frozen=True, slots=True)
class Dot:
    """So many events of a year in a role, as a disc whose area is their number."""

    x: int
    y: int
    r: float
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Roles over the years as a drawing: rows of roles, columns of years."""

    width: int
    height: int
    rows: tuple[tuple[int, str], ...]
    columns: tuple[tuple[int, int], ...]
    dots: tuple[Dot, ...]


def timeline(profile: ActorProfile) -> Timeline | None:
    """The drawing of a profile; None where no event has a date."""
    if not profile.roles:
        return None
    last = max(one.year for one in profile.roles)
    drawn = [one for one in profile.roles if one.year > last - YEARS]
    slugs = sorted({one.role.slug for one in drawn}, key=ROLES.index)
    labels = {one.role.slug: one.role.label for one in drawn}
    years = range(min(one.year for one in drawn), last + 1)
    y_of = {slug: ROW * n + ROW // 2 for n, slug in enumerate(slugs)}
    x_of = {year: LABELS + YEAR * n + YEAR // 2 for n, year in enumerate(years)}
    most = max(one.events for one in drawn)
    return Timeline(
        width=LABELS + YEAR * len(years),
        height=ROW * len(slugs) + 20,
        rows=tuple((y_of[slug], labels[slug]) for slug in slugs),
        columns=tuple((x_of[year], year) for year in years),
        dots=tuple(
            Dot(
                x_of[one.year],
                y_of[one.role.slug],
                round(max(3.0, DOT * float(np.sqrt(one.events / most))), 1),
                f"{one.role.label}, {one.year}: {one.events}",
            )
            for one in drawn
        ),
    )
