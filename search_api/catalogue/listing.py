"""Filters over the lists of a catalogue. A filter names a slug, in any case (country: ISO alpha-2)."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from search_api.catalogue.catalogue import Catalogue, matcher, select
from search_api.catalogue.gathered import Groups, theme_iris
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.links import resource_iri
from search_api.resources.practices import PracticeSummary
from search_api.resources.themes import ThemeSummary

T = TypeVar("T", EventSummary, PracticeSummary)


def actors_where(
    catalogue: Catalogue,
    *,
    q: str | None = None,
    type: str | None = None,
    country: str | None = None,
    theme: str | None = None,
    role: str | None = None,
) -> tuple[ActorSummary, ...]:
    """Actors by name, type, country, theme of the events they take part in, and role in any event."""
    taking = None
    if theme or role:
        takings = (
            (t for event in events_on(catalogue, theme) for t in catalogue.takings_at.get(event.id, ()))
            if theme
            else catalogue.takings
        )
        taking = {t.actor for t in takings if not role or t.role == role}

    def takes_part(actor: ActorSummary) -> bool:
        return taking is None or actor.id in taking

    return select(
        catalogue.told_actors,
        named(catalogue, q),
        (lambda a: is_slug(a.type, type)) if type else None,
        (lambda a: is_slug(a.country, country)) if country else None,
        takes_part,
    )


def events_where(
    catalogue: Catalogue,
    *,
    q: str | None = None,
    type: str | None = None,
    status: str | None = None,
    theme: str | None = None,
    country: str | None = None,
    city: str | None = None,
    actor: str | None = None,
    role: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    month: int | None = None,
) -> tuple[EventSummary, ...]:
    """Events by name, type, status, theme (with its narrower themes), place, actor in a role, years, and the
    month they begin in (0: those that tell none)."""
    among: Iterable[EventSummary] = catalogue.events.values()
    taken = None
    if theme:
        among = events_on(catalogue, theme)
    elif country:
        among = catalogue.gathered.events_in.get(country.lower(), ())
    if actor or role:
        wanted = catalogue.actors[actor].id if actor and actor in catalogue.actors else actor
        takings = catalogue.takings_of.get(wanted, ()) if wanted else catalogue.takings
        taken = {t.event for t in takings if not role or t.role == role}
        if wanted and not (theme or country):
            among = catalogue.gathered.events_of.get(wanted, ())

    def in_years(event: EventSummary) -> bool:
        first, last = years(event)
        if first is None or last is None:
            return False
        return (year_from is None or last >= year_from) and (year_to is None or first <= year_to)

    return select(
        among,
        named(catalogue, q),
        (lambda e: is_slug(e.type, type)) if type else None,
        (lambda e: e.status == status) if status else None,
        (lambda e: is_slug(e.country, country)) if country else None,
        (lambda e: is_slug(e.city, city)) if city else None,
        (lambda e: e.id in taken) if taken is not None else None,
        (lambda e: first_month(e) == month) if month is not None else None,
        in_years if year_from is not None or year_to is not None else None,
    )


def practices_where(
    catalogue: Catalogue,
    *,
    q: str | None = None,
    kind: str | None = None,
    theme: str | None = None,
    event: str | None = None,
    actor: str | None = None,
    country: str | None = None,
) -> tuple[PracticeSummary, ...]:
    """Practices by their words, kind, theme, event, actor, and the country of their event."""
    matches = matcher(q) if q else None
    words = catalogue.practice_words if q else {}
    gathered = catalogue.gathered
    among: Iterable[PracticeSummary] = catalogue.practices.values()
    if theme:
        among = _of_theme(gathered.practices_on, theme, catalogue.practices_by_iri)
    elif actor:
        among = gathered.practices_of.get(resource_iri("actor", actor.lower()), ())
    elif country:
        among = gathered.practices_in.get(country.lower(), ())
    held = {p.id for p in gathered.practices_in.get(country.lower(), ())} if country else None

    return select(
        among,
        (lambda p: matches(words[p.id])) if matches else None,
        (lambda p: is_slug(p.kind, kind)) if kind else None,
        (lambda p: is_slug(p.event, event)) if event else None,
        (lambda p: any(is_slug(ref, actor) for ref in p.actors)) if actor else None,
        (lambda p: p.id in held) if held is not None else None,
    )


def themes_where(
    catalogue: Catalogue, *, q: str | None = None, status: str | None = None
) -> tuple[ThemeSummary, ...]:
    """Themes by any of their labels, and status (`proposed` for those no curator has accepted)."""
    return select(
        catalogue.themes.values(),
        named(catalogue, q),
        (lambda t: t.status == status) if status else None,
    )


def documents_where(
    catalogue: Catalogue,
    *,
    q: str | None = None,
    language: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
) -> tuple[DocumentSummary, ...]:
    """Documents by title or reference, language and the year they report on."""

    def in_years(document: DocumentSummary) -> bool:
        if document.year is None:
            return year_from is None and year_to is None
        return (year_from or 0) <= document.year <= (year_to or 9999)

    return select(
        catalogue.documents.values(),
        named(catalogue, q),
        (lambda d: d.language == language) if language else None,
        in_years,
    )


def named(
    catalogue: Catalogue, q: str | None
) -> Callable[[ActorSummary | EventSummary | ThemeSummary | DocumentSummary], bool] | None:
    """A test for resources one of whose names has every word of `q`."""
    if not q:
        return None
    found = catalogue.name_index.having(q)
    return lambda item: item.id in found


def is_slug(ref: Ref | None, slug: str | None) -> bool:
    """Is it the resource of that slug, in any case?"""
    return ref is not None and slug is not None and ref.slug.casefold() == slug.casefold()


def events_on(catalogue: Catalogue, slug: str) -> tuple[EventSummary, ...]:
    """The events of a theme, by its slug or its notation, and of its narrower themes."""
    return _of_theme(catalogue.gathered.events_on, slug, catalogue.events_by_iri)


def _of_theme(groups: Groups[T], slug: str, order: Iterable[str]) -> tuple[T, ...]:
    """The items of a theme in the order of all of them, which their IRIs have in `order`."""
    named = [groups[iri] for iri in theme_iris(slug) if iri in groups]
    if len(named) <= 1:
        return named[0] if named else ()
    found = {item.id: item for group in named for item in group}
    return tuple(found[iri] for iri in order if iri in found)


def has_theme(catalogue: Catalogue, themes: tuple[Ref, ...], slug: str) -> bool:
    """Is one of the themes the one of that slug (or of that notation), or narrower than it?"""
    wanted = theme_iris(slug)
    return any(up in wanted for theme in themes for up in catalogue.theme_and_broader(theme.id))


def years(event: EventSummary) -> tuple[int | None, int | None]:
    """First and last year of an event."""
    first = event.start_date or event.end_date
    last = event.end_date or event.start_date
    return (
        int(first[:4]) if first and first[:4].isdigit() else None,
        int(last[:4]) if last and last[:4].isdigit() else None,
    )


def first_month(event: EventSummary) -> int:
    """The month that an event begins in, 1 to 12; 0 where its date tells none."""
    return month_of(event.start_date or event.end_date or "")


def month_of(date: str) -> int:
    """The month of an ISO date, 1 to 12; 0 where it tells none."""
    month = date[5:7]
    return int(month) if month.isdigit() and 1 <= int(month) <= 12 else 0
