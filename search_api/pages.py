"""The pages: one typed context each, drawn by the template of the same name, complete without a script.

Templates see the fields of their context by name, plus the few helpers below, and nothing else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar, Protocol

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ontology.namespaces import ID
from search_api.actor_profile import Timeline
from search_api.citations import Citation
from search_api.facets import Facet
from search_api.filter_words import filter_name
from search_api.head import head_of
from search_api.languages import NAMES, gettext, language, message, ngettext, reader
from search_api.links import iri_path, resource_path, span_path, with_query
from search_api.localised import dates, decimal, language_name, number
from search_api.picture import Picture
from search_api.quotation import quoted
from search_api.resources import (
    ActorDetail,
    ActorSummary,
    Counted,
    DocumentDetail,
    DocumentSummary,
    EventDetail,
    EventSummary,
    Evidence,
    Participation,
    PeerList,
    PracticeDetail,
    PracticeSummary,
    Ref,
    SearchHit,
    SearchResults,
    SoughtList,
    SoughtPassage,
    ThemeDetail,
    ThemeSummary,
)
from search_api.source_text import Part

FOLDER = Path(__file__).parent
#: Where a page leads to an address of this server, but for files, which have no language.
_OWN_ADDRESS = re.compile(r'(\s(?:href|action)=")/(?![/]|static/|(?:es|pt|en)(?:/|"))')
#: What a whole list can be had as, by what it is called on a page.
FILES = {"CSV": "csv", "JSON": "json", "Turtle": "turtle"}
#: Scripts made from `search_api/web` where Node was there to do it.
BUILT = FOLDER / "static" / "built"
#: Statuses and properties in words, translated when they are shown.
STATUS_NAMES = {"held": message("realizado"), "scheduled": message("programado")}
REVIEW_NAMES = {
    "proposed": message("propuesto"),
    "accepted": message("aceptado"),
    "rejected": message("rechazado"),
    "corrected": message("corregido"),
}
#: What a result may be, in words.
RESULT_KINDS = {
    "passage": message("pasaje"),
    "event": message("evento"),
    "practice": message("práctica"),
    "actor": message("institución"),
}
#: The lenses of peers in words, and what each shows.
LENS_NAMES = {
    "alike": (message("parecidas"), message("los mismos temas, tipos de eventos, prácticas y papeles")),
    "connected": (message("conectadas"), message("eventos en los que coincidieron y socias en común")),
    "complementary": (
        message("complementarias"),
        message("con experiencia en lo que a esta le falta, o a lo que solo asiste"),
    ),
    "counterpart": (message("homólogas"), message("del mismo tipo en otro país")),
}
#: The value of each lens in words.
LENS_VALUES = {
    "alike": message("parecido"),
    "connected": message("conexión"),
    "complementary": message("complemento"),
    "counterpart": message("homología"),
}
#: Properties in words, for the statements that pages show with their evidence.
PROPERTY_NAMES = {
    "label": message("nombre"),
    "altLabel": message("otro nombre"),
    "acronym": message("sigla"),
    "eventType": message("tipo de evento"),
    "startDate": message("fecha de inicio"),
    "endDate": message("fecha de fin"),
    "city": message("ciudad"),
    "country": message("país"),
    "venue": message("lugar"),
    "status": message("estado"),
    "theme": message("tema"),
    "objective": message("objetivo"),
    "outcome": message("resultado"),
    "superEvent": message("forma parte de"),
    "practiceKind": message("tipo de práctica"),
    "event": message("evento"),
    "actor": message("institución"),
    "type": message("clase"),
    "text": message("texto"),
    "context": message("contexto"),
    "condition": message("condición"),
    "result": message("resultado"),
    "pitfall": message("dificultad"),
}


class Page(Protocol):
    """A context: a dataclass whose `template` draws it."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the home page with what it counts."""

    count: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a window of results stands; the addresses are None at either end. `files` have all results."""

    first: int
    last: int
    total: int
    previous: str | None
    next: str | None
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question to begin with, in its language, and the page that answers it."""

    question: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter at work: of what, its value in words, and the address without it."""

    title: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class YearBar:
    """A year of the results: `url` narrows to it or, when it is chosen, takes that back; `x` and `height` are
    in the units of the drawing."""

    year: int
    count: int
    url: str
    chosen: bool
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`kept` are the filters that a new question keeps, `kept_years` all but the years, `chosen` the filters
    at work."""

    template: ClassVar[str] = "search.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    kept_years: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    without_filters: str
    results: SearchResults | None
    facets: tuple[Facet, ...]
    years: tuple[YearBar, ...]
    year_from: str
    year_to: str
    pager: Pager | None
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class ActorsPage:
    template: ClassVar[str] = "actors.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    actors: tuple[ActorSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Activity:
    """An event with every part that an institution had in it."""

    event: Ref
    date: str | None
    parts: tuple[Participation, ...]


@dataclass(frozen=True, slots=True)
class LensLink:
    """A lens in words, and the page of the peers seen through it."""

    label: str
    explanation: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ActorPage:
    template: ClassVar[str] = "actor.html"
    actor: ActorDetail
    activities: tuple[Activity, ...]
    timeline: Timeline | None
    peers: PeerList
    lenses: tuple[LensLink, ...]
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class SeekPage:
    template: ClassVar[str] = "seek.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    found: SoughtList | None
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class PeersPage:
    template: ClassVar[str] = "peers.html"
    actor: ActorSummary
    lenses: tuple[LensLink, ...]
    found: PeerList
    pager: Pager


@dataclass(frozen=True, slots=True)
class EventsPage:
    template: ClassVar[str] = "events.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    events: tuple[EventSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Value:
    """A value that claims state, in words, in which language where that is known, with those claims."""

    text: str
    language: str | None
    claims: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A property in words with its values."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class EventPage:
    template: ClassVar[str] = "event.html"
    event: EventDetail
    roles: tuple[tuple[Ref, tuple[Participation, ...]], ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PracticesPage:
    template: ClassVar[str] = "practices.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    practices: tuple[PracticeSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PracticePage:
    template: ClassVar[str] = "practice.html"
    practice: PracticeDetail
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ThemesPage:
    template: ClassVar[str] = "themes.html"
    q: str
    accepted: tuple[ThemeSummary, ...]
    proposed: tuple[ThemeSummary, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class ThemePage:
    template: ClassVar[str] = "theme.html"
    theme: ThemeDetail


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    template: ClassVar[str] = "documents.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    documents: tuple[DocumentSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class DocumentPage:
    template: ClassVar[str] = "document.html"
    document: DocumentDetail
    part: Part
    parts: tuple[tuple[int, str], ...]
    missing: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table of results; `url` where it can be followed, `language` where it has one."""

    text: str
    url: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a query: a table of which `rows` are the first of `total`, a verdict, or a graph."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    verdict: bool | None
    graph: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SparqlPage:
    template: ClassVar[str] = "sparql.html"
    query: str
    examples: tuple[tuple[str, str], ...]
    result: Result | None
    problem: str
    error: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: `hint` says what it takes, `choices` are all there is where that is a list."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryPage:
    template: ClassVar[str] = "query.html"
    name: str
    question: str
    text: str
    fields: tuple[Field, ...]
    example: str
    formats: tuple[tuple[str, str], ...]
    result: Result | None
    problem: str
    error: str


@dataclass(frozen=True, slots=True)
class Question:
    """A stored query in the list of them."""

    question: str
    url: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueriesPage:
    template: ClassVar[str] = "queries.html"
    groups: tuple[tuple[str, tuple[Question, ...]], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a resource in words, and its values."""

    name: str
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ResourcePage:
    template: ClassVar[str] = "resource.html"
    iri: str
    label: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation of the interface."""

    name: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the interface, from the OpenAPI document."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    template: ClassVar[str] = "api.html"
    operations: tuple[Operation, ...]
    problems: tuple[tuple[str, int, str], ...]
    formats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    template: ClassVar[str] = "problem.html"
    status: int
    heading: str
    advice: str
    detail: str


class Pages:
    """Draws pages. Everything that enters a template is escaped there."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            auto_reload=False,  # the templates of the code that runs, also where the package is replaced
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.policies["ext.i18n.trimmed"] = True
        self.environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        self.environment.globals |= {
            "resource_path": resource_path,
            "iri_path": iri_path,
            "span_path": span_path,
            "with_query": with_query,
            "refs": refs,
            "lang": lang,
            "fallback": fallback,
            "marked": marked,
            "script": script,
            "reader": reader,
            "language_links": language_links,
            "any_language_link": any_language_link,
        }
        self.environment.filters |= {
            "dates": dates,
            "number": number,
            "decimal": decimal,
            "language": language_name,
            "quoted": lambda text: quoted(text, language()),
            "status": lambda code: named(STATUS_NAMES, code),
            "review": lambda code: named(REVIEW_NAMES, code),
            "filter_kind": filter_name,
            "result_kind": lambda kind: named(RESULT_KINDS, kind),
            "capital": capital,
            "lens_value": lambda name: gettext(LENS_VALUES[name]),
            "excerpt": excerpt,
        }

    def draw(self, page: Page, *, status: int = 200, citation: Citation | None = None) -> HTMLResponse:
        """The page as a response; `citation` is how to cite what it shows."""
        context = {f.name: getattr(page, f.name) for f in fields(page)}  # type: ignore[arg-type]
        head = head_of(context.values(), root=reader().root)
        html = self.environment.get_template(page.template).render(context, head=head, citation=citation)
        if reader().prefix:
            html = _OWN_ADDRESS.sub(rf"\1{reader().prefix}/", html)
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)


def language_links() -> tuple[tuple[str, str, str], ...]:
    """This page in each language: code, name and address."""
    here = any_language_link()
    return tuple((code, name, f"/{code}{here}") for code, name in NAMES.items())


def any_language_link() -> str:
    """This page in whichever language the browser prefers."""
    here = reader()
    kept = "&".join(part for part in here.query.split("&") if part and not part.startswith("lang="))
    return f"{here.path}?{kept}" if kept else here.path


def script(name: str) -> Markup:
    """The elements that load a style and a script by name; nothing where `make web` did not build them."""
    elements = {
        ".css": '<link rel="stylesheet" href="/static/built/{}.css">',
        ".js": '<script type="module" src="/static/built/{}.js"></script>',
    }
    built = (
        Markup(element).format(name) for end, element in elements.items() if (BUILT / (name + end)).exists()
    )
    return Markup("").join(built)


def named(names: Mapping[str, str], code: str) -> str:
    """The name of a code in the language of the reader; the code itself where it has none."""
    return gettext(names[code]) if code in names else code


def facts(claims: Sequence[Evidence]) -> tuple[Fact, ...]:
    """Claims about one resource by property and value, the properties in the order of `PROPERTY_NAMES`."""
    order = list(PROPERTY_NAMES)
    found: dict[str, dict[str, list[Evidence]]] = {}
    for claim in sorted(claims, key=lambda c: order.index(c.property) if c.property in order else len(order)):
        found.setdefault(claim.property, {}).setdefault(claim.value, []).append(claim)
    return tuple(
        Fact(
            name=named(PROPERTY_NAMES, name),
            values=tuple(
                Value(_in_words(name, text), said[0].language, tuple(said)) for text, said in values.items()
            ),
        )
        for name, values in found.items()
    )


def _in_words(name: str, value: str) -> str:
    if name in ("startDate", "endDate"):
        return dates(value)
    return named(STATUS_NAMES, value) if name == "status" else value


def by_role(participations: Sequence[Participation]) -> tuple[tuple[Ref, tuple[Participation, ...]], ...]:
    """Participations by role, in the order in which the roles first come."""
    found: dict[str, list[Participation]] = {}
    for part in participations:
        found.setdefault(part.role.id, []).append(part)
    return tuple((parts[0].role, tuple(parts)) for parts in found.values())


def activities(participations: Sequence[Participation]) -> tuple[Activity, ...]:
    """Participations by event, in the order in which the events first come."""
    found: dict[str, list[Participation]] = {}
    for part in participations:
        found.setdefault(part.event.id, []).append(part)
    return tuple(Activity(parts[0].event, parts[0].date, tuple(parts)) for parts in found.values())


def pager(
    *, path: str, parameters: Mapping[str, object], total: int, k: int, offset: int, files: bool = False
) -> Pager:
    """The window `offset` to `offset + k` of `total` results on the page `path`, and `files` of all."""
    last = min(offset + k, total)
    kept = {key: value for key, value in parameters.items() if key != "offset"}
    # From beyond the last results back to them.
    before, after = max(0, min(offset - k, (total - 1) // k * k)), offset + k
    return Pager(
        first=min(offset + 1, total),
        last=last,
        total=total,
        previous=with_query(path, {**kept, "offset": before or None}) if offset > 0 else None,
        next=with_query(path, {**kept, "offset": after}) if after < total else None,
        files=list_files(path, kept) if files else (),
    )


def list_files(path: str, parameters: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The files that a whole list can be had as: name and address."""
    kept = {**parameters, "k": None}
    return tuple((name, with_query(path, {**kept, "format": format})) for name, format in FILES.items())


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of a text, cut at a word."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def refs(links: Sequence[Ref | Counted]) -> Markup:
    """Links to resources, one after the other, with their counts where they have one."""
    parts = []
    for link in links:
        ref, count = (link.resource, link.count) if isinstance(link, Counted) else (link, None)
        tail = (
            Markup(' <span class="count">{}</span>').format(number(count))
            if count is not None
            else Markup("")
        )
        link_itself = Markup('<a href="{}"{}>{}</a>').format(ref.url, lang(ref.label_language), ref.label)
        parts.append(link_itself + fallback(ref) + tail)
    return Markup(", ").join(parts) if parts else escape("")


def lang(code: str | None) -> Markup:
    """The attribute `lang` of a text that is in another language than the page: screen readers need it."""
    return Markup(' lang="{}"').format(code) if code and code != reader().language else Markup("")


def fallback(of: Ref | ThemeSummary) -> Markup:
    """A small mark beside the label of a concept that has none in the language of the reader. Names of
    institutions and titles have one language, and need no mark."""
    if not of.label_language or not of.id.startswith(f"{ID}theme/"):
        return Markup("")
    said = gettext("solo en %(language)s") % {"language": language_name(of.label_language)}
    return Markup(' <abbr class="fallback" title="{}">{}</abbr>').format(said, of.label_language)


def marked(hit: SearchHit | SoughtPassage) -> Markup:
    """The text of a hit with its highlights marked."""
    parts, at = [], 0
    for start, end in sorted(hit.highlights):
        if at <= start < end <= len(hit.text):
            parts += [escape(hit.text[at:start]), Markup("<mark>{}</mark>").format(hit.text[start:end])]
            at = end
    return Markup("").join([*parts, escape(hit.text[at:])])
