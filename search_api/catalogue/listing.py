"""Filters over the lists of a catalogue. A filter names a slug, in any case (country: ISO alpha-2)."""

from collections.abc import Callable

from search_api.catalogue.catalogue import Catalogue, matcher, select
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Ref
from search_api.resources.documents import DocumentSummary
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary
from search_api.resources.themes import ThemeSummary
from search_api.search.lexical import fold


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
        events = {
            e.id for e in catalogue.events.values() if not theme or has_theme(catalogue, e.themes, theme)
        }
        taking = {t.actor for t in catalogue.takings if t.event in events and (not role or t.role == role)}

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
    taken = None
    if actor or role:
        wanted = catalogue.actors[actor].id if actor and actor in catalogue.actors else actor
        taken = {
            t.event
            for t in catalogue.takings
            if (not wanted or t.actor == wanted) and (not role or t.role == role)
        }

    def in_years(event: EventSummary) -> bool:
        first, last = years(event)
        if first is None or last is None:
            return False
        return (year_from is None or last >= year_from) and (year_to is None or first <= year_to)

    return select(
        catalogue.events.values(),
        named(catalogue, q),
        (lambda e: is_slug(e.type, type)) if type else None,
        (lambda e: e.status == status) if status else None,
        (lambda e: has_theme(catalogue, e.themes, theme or "")) if theme else None,
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
    countries = {e.id: e.country for e in catalogue.events.values()}

    return select(
        catalogue.practices.values(),
        (lambda p: matches(fold(f"{p.label} {p.text}"))) if matches else None,
        (lambda p: is_slug(p.kind, kind)) if kind else None,
        (lambda p: has_theme(catalogue, p.themes, theme or "")) if theme else None,
        (lambda p: is_slug(p.event, event)) if event else None,
        (lambda p: any(is_slug(ref, actor) for ref in p.actors)) if actor else None,
        (lambda p: p.event is not None and is_slug(countries.get(p.event.id), country)) if country else None,
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


def has_theme(catalogue: Catalogue, themes: tuple[Ref, ...], slug: str) -> bool:
    """Is one of the themes the one of that slug (or of that notation), or narrower than it?"""
    bare = slug.removeprefix("th-").removeprefix("xt-")
    return any(
        up.rsplit("/", 1)[-1] in (slug, bare)
        for theme in themes
        for up in catalogue.theme_and_broader(theme.id)
    )


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
