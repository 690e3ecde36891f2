"""The pages of the vocabulary, from its reference: all terms at a glance, one term, the closed lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from ontology.namespaces import LANGUAGES, RP
from ontology.reference import Constraint, NamedGraph, Term, reference
from search_api.catalogue.triples import shorten
from search_api.pages.cells import Cell
from search_api.resources.links import iri_path, term_path
from search_api.wording.languages import Language, language, message
from search_api.wording.languages import gettext as _

#: Kinds of term in the order of the page, with the anchor and the heading of their section.
_SECTIONS = {
    "class": ("classes", message("Clases")),
    "object-property": ("object-properties", message("Propiedades entre recursos")),
    "datatype-property": ("datatype-properties", message("Propiedades con valores")),
    "function": ("functions", message("Funciones")),
}
_SEVERITIES = {"required": message("se exige"), "recommended": message("se recomienda")}


@dataclass(frozen=True, slots=True)
class Said:
    """Name and definition in one language."""

    language: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class ConstraintRow:
    """What a shape asks: of a property, or of the resource itself where there is no `path`."""

    path: Cell | None
    severity: str
    count: str
    message: str


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A term; its `name` is the anchor, as it is the fragment of its IRI."""

    name: str
    iri: str
    said: tuple[Said, ...]
    facts: tuple[tuple[str, tuple[Cell, ...]], ...]
    constraints: tuple[ConstraintRow, ...]


@dataclass(frozen=True, slots=True)
class TermSection:
    """The terms of one kind."""

    anchor: str
    heading: str
    entries: tuple[TermEntry, ...]


@dataclass(frozen=True, slots=True)
class ListedValue:
    """A concept of a closed list."""

    notation: str
    url: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ListSection:
    """A closed list with its concepts."""

    anchor: str
    iri: str
    said: tuple[Said, ...]
    values: tuple[ListedValue, ...]


@dataclass(frozen=True, slots=True)
class ReusedRow:
    """A public vocabulary and what it is used for."""

    prefix: str
    link: Cell
    purpose: str


@dataclass(frozen=True, slots=True)
class GraphRow:
    """A named graph, or a collection of them."""

    iri: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of inference in words and as a query."""

    words: str
    text: str


@dataclass(frozen=True, slots=True)
class TermPage:
    """One term; `heading` says of what kind it is."""

    template: ClassVar[str] = "term.html"
    heading: str
    entry: TermEntry


@dataclass(frozen=True, slots=True)
class ConceptListsPage:
    template: ClassVar[str] = "lists.html"
    lists: tuple[ListSection, ...]


@dataclass(frozen=True, slots=True)
class OntologyPage:
    template: ClassVar[str] = "ontology.html"
    iri: str
    version: str
    version_iri: str
    license: Cell
    title: str
    definition: str
    description: str
    sections: tuple[TermSection, ...]
    reused: tuple[ReusedRow, ...]
    lists: tuple[ListSection, ...]
    graphs: tuple[GraphRow, ...]
    rules: tuple[RuleRow, ...]


def ontology_page() -> OntologyPage:
    """The reference of the vocabulary, in the language of the reader first."""
    return _page_in(language())


def term_page(name: str) -> TermPage | None:
    """The page of a term by its name; None where there is none."""
    term = next((term for term in reference().terms if term.name == name), None)
    return TermPage(_(_SECTIONS[term.kind][1]), _entry(term)) if term else None


def lists_page() -> ConceptListsPage:
    """The page of the closed lists: types of institution, roles, kinds of practice and so on."""
    return ConceptListsPage(_lists())


@cache
def _page_in(first: Language) -> OntologyPage:
    # Made once for each language, since the vocabulary comes with the program.
    about = reference()
    return OntologyPage(
        iri=about.iri,
        version=about.version,
        version_iri=about.version_iri,
        license=Cell(about.license.rpartition("/")[2], about.license),
        title=about.titles[language()],
        definition=about.definitions[language()],
        description=about.descriptions[language()],
        sections=tuple(
            TermSection(anchor, _(heading), entries)
            for kind, (anchor, heading) in _SECTIONS.items()
            if (entries := tuple(_entry(term) for term in about.terms if term.kind == kind))
        ),
        reused=tuple(ReusedRow(v.prefix, Cell(v.title, v.iri), v.purpose[language()]) for v in about.reused),
        lists=_lists(),
        graphs=tuple(GraphRow(_graph_iri(g), _said(g.labels, g.definitions)) for g in about.graphs),
        rules=tuple(RuleRow(r.said[language()], r.text) for r in about.rules),
    )


def _lists() -> tuple[ListSection, ...]:
    return tuple(
        ListSection(
            anchor=f"list-{listed.name}",
            iri=listed.iri,
            said=_said(listed.labels, listed.definitions),
            values=tuple(
                ListedValue(c.notation, iri_path(c.iri), _said(c.labels, c.definitions))
                for c in listed.concepts
            ),
        )
        for listed in reference().lists
    )


def _entry(term: Term) -> TermEntry:
    links = (
        (_("Es un caso de"), term.under),
        (_("Casos"), term.over),
        (_("De"), term.domain),
        (_("A"), term.range),
        (_("Inversa"), term.inverse),
        (_("Papel"), (term.role,) if term.role else ()),
        (_("Sus propiedades"), term.used_by),
        (_("Es valor de"), term.values),
    )
    return TermEntry(
        name=term.name,
        iri=term.iri,
        said=_said(term.labels, term.definitions),
        facts=tuple((name, tuple(map(_link, iris))) for name, iris in links if iris),
        constraints=tuple(map(_row, term.constraints)),
    )


def _said(labels: Mapping[str, str], definitions: Mapping[str, str]) -> tuple[Said, ...]:
    """Label and definition in each language, that of the reader first."""
    ordered = sorted(LANGUAGES, key=lambda code: code != language())
    return tuple(Said(code, labels[code], definitions[code]) for code in ordered)


def _row(constraint: Constraint) -> ConstraintRow:
    least, most = constraint.least, constraint.most
    count = "" if least is None and most is None else f"{least or 0}..{'*' if most is None else most}"
    return ConstraintRow(
        path=_link(constraint.path) if constraint.path else None,
        severity=_(_SEVERITIES[constraint.severity]),
        count=count,
        message=constraint.message[language()],
    )


def _link(iri: str) -> Cell:
    return Cell(shorten(iri), term_path(iri) if iri.startswith(RP) else iri_path(iri))


def _graph_iri(graph: NamedGraph) -> str:
    return graph.iri + ("/…" if graph.collection else "")
