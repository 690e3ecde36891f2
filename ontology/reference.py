"""The vocabulary as typed values, for its reference: terms, lists, reuse, named graphs, rules and shapes.

Read from the same files that the graph is made of, with pyoxigraph, so that what is shown is what is used.
Texts are mappings from language to text; all of them are there in es, pt and en, as the house rules hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import pyoxigraph as ox

from ontology.files import Rule, Severity, inference_rules, shapes
from ontology.namespaces import DCTERMS, ID, LANGUAGES, ONTOLOGY, OWL, PREFIXES, RDF, RDFS, RP, SH, SKOS
from ontology.vocabulary import FOLDER, ONTOLOGY_FILES

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
VANN: Final = "http://purl.org/vocab/vann/"
TermKind = Literal["class", "object-property", "datatype-property", "function"]
_KINDS: Final[dict[str, TermKind]] = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object-property",
    OWL + "DatatypeProperty": "datatype-property",
    SD + "Function": "function",
}
Texts = Mapping[str, str]
_Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a shape asks of one property of a resource; `path` is an IRI, "" for the resource itself."""

    path: str
    severity: Severity
    message: Texts
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or function of the vocabulary. `name` is the end of its IRI, all others are IRIs.

    `under` are what it specialises, `over` our terms that specialise it, `used_by` our properties with the
    class as domain, `values` those with it as range.
    """

    name: str
    iri: str
    kind: TermKind
    labels: Texts
    definitions: Texts
    under: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    role: str | None = None
    used_by: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedConcept:
    """A concept of a list; `notation` is the value that an extraction carries."""

    iri: str
    notation: str
    labels: Texts
    definitions: Texts


@dataclass(frozen=True, slots=True)
class ConceptList:
    """A concept scheme with its concepts, in the order of their notations."""

    name: str
    iri: str
    labels: Texts
    definitions: Texts
    concepts: tuple[ListedConcept, ...]


@dataclass(frozen=True, slots=True)
class Reused:
    """A public vocabulary that ours builds on, and what for."""

    prefix: str
    iri: str
    title: str
    purpose: Texts


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """A named graph of a snapshot; `collection` where it stands for many, of which it begins the IRI."""

    iri: str
    labels: Texts
    definitions: Texts
    collection: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """All that the reference of the vocabulary shows."""

    iri: str
    version: str
    version_iri: str
    license: str
    titles: Texts
    definitions: Texts
    descriptions: Texts
    terms: tuple[Term, ...]
    lists: tuple[ConceptList, ...]
    reused: tuple[Reused, ...]
    graphs: tuple[NamedGraph, ...]
    rules: tuple[Rule, ...]


@cache
def ontology_triples() -> tuple[ox.Triple, ...]:
    """Everything in the named graph of the ontology, in the order of its files."""
    return tuple(
        quad.triple
        for name in ONTOLOGY_FILES
        for quad in ox.parse(path=str(FOLDER / name), format=ox.RdfFormat.TURTLE)
    )


@cache
def reference() -> Reference:
    """The reference of the vocabulary, read once."""
    about = _Statements(ontology_triples())
    return Reference(
        iri=ONTOLOGY,
        version=about.one(ONTOLOGY, OWL + "versionInfo"),
        version_iri=about.one(ONTOLOGY, OWL + "versionIRI"),
        license=about.one(ONTOLOGY, DCTERMS + "license"),
        titles=about.texts(ONTOLOGY, DCTERMS + "title"),
        definitions=about.texts(ONTOLOGY, SKOS + "definition"),
        descriptions=about.texts(ONTOLOGY, DCTERMS + "description"),
        terms=_terms(about),
        lists=tuple(_list(about, iri) for iri in about.of_type(SKOS + "ConceptScheme")),
        reused=tuple(
            Reused(
                prefix=next((prefix for prefix, base in PREFIXES.items() if base == iri), ""),
                iri=iri,
                title=about.one(iri, DCTERMS + "title"),
                purpose=about.texts(iri, SKOS + "scopeNote"),
            )
            for iri in about.values(ONTOLOGY, DCTERMS + "references")
        ),
        graphs=tuple(
            NamedGraph(
                iri=iri,
                labels=about.texts(iri, RDFS + "label"),
                definitions=about.texts(iri, SKOS + "definition"),
                collection=kind == "GraphCollection",
            )
            for kind in ("GraphCollection", "NamedGraph")
            for iri in about.of_type(SD + kind)
        ),
        rules=inference_rules(),
    )


class _Statements:
    """What is said of each subject, in the order it was said."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[str, dict[str, list[_Node | ox.Literal]]] = {}
        for triple in triples:
            if isinstance(triple.object, _Node | ox.Literal) and isinstance(triple.subject, _Node):
                about = self._about.setdefault(triple.subject.value, {})
                about.setdefault(triple.predicate.value, []).append(triple.object)

    def of_type(self, kind: str) -> tuple[str, ...]:
        return tuple(iri for iri in self._about if kind in self.values(iri, RDF + "type"))

    def values(self, subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(term.value for term in self._about.get(subject, {}).get(predicate, ()))

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        terms = self._about.get(subject, {}).get(predicate, ())
        found = {t.language: t.value for t in terms if isinstance(t, ox.Literal) and t.language}
        return {language: found[language] for language in LANGUAGES if language in found}

    def subjects(self, predicate: str, value: str) -> tuple[str, ...]:
        return tuple(iri for iri in self._about if value in self.values(iri, predicate))

    def is_blank(self, subject: str, predicate: str) -> bool:
        return any(isinstance(term, ox.BlankNode) for term in self._about[subject].get(predicate, ()))


def _terms(about: _Statements) -> tuple[Term, ...]:
    constraints = _constraints()
    found = [
        Term(
            name=iri.removeprefix(RP),
            iri=iri,
            kind=kind,
            labels=about.texts(iri, RDFS + "label"),
            definitions=about.texts(iri, SKOS + "definition"),
            under=(*about.values(iri, RDFS + "subClassOf"), *about.values(iri, RDFS + "subPropertyOf")),
            over=(
                *about.subjects(RDFS + "subClassOf", iri),
                *about.subjects(RDFS + "subPropertyOf", iri),
            ),
            domain=about.values(iri, RDFS + "domain"),
            range=about.values(iri, RDFS + "range"),
            inverse=(*about.values(iri, OWL + "inverseOf"), *about.subjects(OWL + "inverseOf", iri)),
            role=about.one(iri, RP + "role") or None,
            used_by=about.subjects(RDFS + "domain", iri),
            values=about.subjects(RDFS + "range", iri),
            constraints=constraints.get(iri, ()),
        )
        for class_iri, kind in _KINDS.items()
        for iri in about.of_type(class_iri)
        if iri.startswith(RP)
    ]
    return tuple(sorted(found, key=lambda term: (list(_KINDS.values()).index(term.kind), term.name.lower())))


def _list(about: _Statements, iri: str) -> ConceptList:
    concepts = [
        ListedConcept(
            iri=concept,
            notation=about.one(concept, SKOS + "notation"),
            labels=about.texts(concept, SKOS + "prefLabel"),
            definitions=about.texts(concept, SKOS + "definition"),
        )
        for concept in about.subjects(SKOS + "inScheme", iri)
    ]
    return ConceptList(
        name=iri.removeprefix(ID + "scheme/"),
        iri=iri,
        labels=about.texts(iri, RDFS + "label"),
        definitions=about.texts(iri, SKOS + "definition"),
        concepts=tuple(sorted(concepts, key=lambda concept: concept.notation)),
    )


def _constraints() -> dict[str, tuple[Constraint, ...]]:
    """What the shapes ask of the instances of each class, the required first."""
    found: dict[str, list[Constraint]] = {}
    severities: tuple[Severity, ...] = ("required", "recommended")
    for severity in severities:
        triples = [quad.triple for quad in ox.parse(shapes(severity), format=ox.RdfFormat.TURTLE)]
        about = _Statements(triples)
        for shape in about.of_type(SH + "NodeShape"):
            properties = [
                Constraint(
                    # A path that is no single property (an inverse, a sequence) is told by its message alone.
                    path="" if about.is_blank(node, SH + "path") else about.one(node, SH + "path"),
                    severity=severity,
                    message=about.texts(node, SH + "message"),
                    least=_number(about.one(node, SH + "minCount")),
                    most=_number(about.one(node, SH + "maxCount")),
                )
                for node in about.values(shape, SH + "property")
            ]
            for target in about.values(shape, SH + "targetClass"):
                found.setdefault(target, []).extend(properties)
            for predicate in ("targetSubjectsOf", "targetObjectsOf"):
                for target in about.values(shape, SH + predicate):
                    message = about.texts(shape, SH + "message")
                    found.setdefault(target, []).append(Constraint("", severity, message))
    return {target: tuple(constraints) for target, constraints in found.items()}


def _number(text: str) -> int | None:
    return int(text) if text else None
