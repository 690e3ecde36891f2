"""The concept schemes as typed values: themes, the small lists and the lexicon of firm size.

The Turtle files beside this module are the source. They are read with pyoxigraph, which imports in 5 ms
where rdflib takes 200 ms, so readers may use this module freely; only `ontology_graph` needs rdflib.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.namespaces import ID, LANGUAGES, RP, SKOS

if TYPE_CHECKING:
    from rdflib import Graph

FOLDER = Path(__file__).parent
ONTOLOGY_FILES = ("redpyme.ttl", "themes.ttl", "lists.ttl", "graphs.ttl")


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept. `notation` is the value an extraction carries; mappings go from language to text.

    `broader`, `narrower` and `related` hold notations of concepts of the same scheme, `close_match` IRIs
    elsewhere. `status` is the slug of the review status that themes carry.
    """

    slug: str
    iri: str
    notation: str
    labels: Mapping[str, str] = field(hash=False)
    alt_labels: Mapping[str, tuple[str, ...]] = field(hash=False)
    definition: Mapping[str, str] = field(hash=False)
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    close_match: tuple[str, ...] = ()
    status: str | None = None

    def label(self, language: str = "es") -> str:
        """The preferred label in `language`, or in Spanish where there is none."""
        return self.labels.get(language) or self.labels["es"]

    def terms(self, language: str | None = None) -> tuple[str, ...]:
        """Preferred and alternative labels in one language or in all, each once, in the file's order."""
        languages = LANGUAGES if language is None else (language,)
        found: list[str] = []
        for lang in languages:
            if lang in self.labels:
                found.append(self.labels[lang])
            found.extend(self.alt_labels.get(lang, ()))
        return tuple(dict.fromkeys(found))


def themes() -> tuple[Concept, ...]:
    """The nine themes ("th-…") first, then the proposed ones ("xt-…")."""
    return _scheme("themes")


def main_themes() -> tuple[Concept, ...]:
    """The nine themes that the programme names."""
    return tuple(theme for theme in themes() if theme.notation.startswith("th-"))


def event_types() -> tuple[Concept, ...]:
    """Types of event; the notation is the Spanish noun ("taller", "rueda de negocios")."""
    return _scheme("event-types")


def actor_types() -> tuple[Concept, ...]:
    """Types of actor ("ministry", "development-bank", …)."""
    return _scheme("actor-types")


def roles() -> tuple[Concept, ...]:
    """Roles of an actor in an event ("sponsor", …)."""
    return _scheme("roles")


def practice_kinds() -> tuple[Concept, ...]:
    """Kinds of practice ("good-practice", …)."""
    return _scheme("practice-kinds")


def review_statuses() -> tuple[Concept, ...]:
    """States of review of a claim ("proposed", "accepted", "rejected", "corrected")."""
    return _scheme("review-status")


def lexicon() -> tuple[Concept, ...]:
    """Words of the whole field that query expansion may swap ("msme": PYME, MIPYME, SME, …)."""
    return _scheme("lexicon")


def main_theme_ids(notation: str) -> tuple[str, ...]:
    """The nine themes that `notation` is or falls under, nearest first; empty for a topic outside the nine.

    Raises KeyError where no theme has this notation.
    """
    by_notation = {theme.notation: theme for theme in themes()}
    found: dict[str, None] = {}
    queue = [by_notation[notation]]
    while queue:
        theme = queue.pop(0)
        if theme.notation.startswith("th-"):
            found[theme.notation] = None
        queue.extend(by_notation[parent] for parent in theme.broader)
    return tuple(found)


def ontology_graph() -> Graph:
    """Everything that goes into the named graph of the ontology, as a new rdflib graph."""
    from rdflib import Graph

    from ontology.namespaces import PREFIXES

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for name in ONTOLOGY_FILES:
        graph.parse(FOLDER / name, format="turtle")
    return graph


@cache
def _statements() -> Mapping[str, Mapping[str, tuple[tuple[str, str | None], ...]]]:
    """Subject → predicate → (object, language) of the files of concepts."""
    import pyoxigraph as ox

    found: dict[str, dict[str, list[tuple[str, str | None]]]] = {}
    for name in ("themes.ttl", "lists.ttl"):
        for quad in ox.parse(path=str(FOLDER / name), format=ox.RdfFormat.TURTLE):
            value = quad.object
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
                raise ValueError(f"{name}: a concept has a blank node ({quad})")
            language = value.language if isinstance(value, ox.Literal) else None
            found.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(
                (value.value, language)
            )
    return {subject: {p: tuple(values) for p, values in about.items()} for subject, about in found.items()}


@cache
def _scheme(slug: str) -> tuple[Concept, ...]:
    """The concepts of one scheme in the order of the file."""
    return tuple(_concepts(ID + "scheme/" + slug))


def _concepts(scheme: str) -> Iterator[Concept]:
    statements = _statements()

    def values(subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(value for value, _ in statements.get(subject, {}).get(predicate, ()))

    def by_language(subject: str, predicate: str) -> dict[str, tuple[str, ...]]:
        tagged: dict[str, list[str]] = {}
        for value, language in statements[subject].get(predicate, ()):
            tagged.setdefault(language or "", []).append(value)
        return {language: tuple(texts) for language, texts in tagged.items()}

    def notations(subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(values(other, SKOS + "notation")[0] for other in values(subject, predicate))

    for subject in statements:
        if scheme not in values(subject, SKOS + "inScheme"):
            continue
        status = values(subject, RP + "reviewStatus")
        yield Concept(
            slug=subject.rsplit("/", 1)[1],
            iri=subject,
            notation=values(subject, SKOS + "notation")[0],
            labels={
                language: texts[0] for language, texts in by_language(subject, SKOS + "prefLabel").items()
            },
            alt_labels=by_language(subject, SKOS + "altLabel"),
            definition={language: t[0] for language, t in by_language(subject, SKOS + "definition").items()},
            broader=notations(subject, SKOS + "broader"),
            narrower=notations(subject, SKOS + "narrower"),
            related=notations(subject, SKOS + "related"),
            close_match=values(subject, SKOS + "closeMatch"),
            status=status[0].rsplit("/", 1)[1] if status else None,
        )
