"""The data as a whole: version, licence, what is in it, where to get it and how it came to be."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from graph.errors import SnapshotError
from graph.snapshots import MANIFEST, Manifest
from graph.workspace import Workspace
from ontology.namespaces import RP
from ontology.reference import reference
from search_api.http.site import Site
from search_api.resources.base import Resource
from search_api.resources.links import with_query
from search_api.served import Served
from search_api.wording.languages import gettext as _

#: Versions told of, the latest first.
VERSIONS = 20
#: What the whole graph can be had as: media type, by what `format` of `/graphs` calls it.
DOWNLOADS = {
    "turtle": "text/turtle",
    "n-triples": "application/n-triples",
    "json-ld": "application/ld+json",
    "rdf-xml": "application/rdf+xml",
}


class ClassCount(Resource):
    """How many resources of a class there are; `url` lists them."""

    id: str = Field(description="IRI of the class.")
    label: str
    count: int
    url: str


class Download(Resource):
    """A file with the whole graph."""

    format: str
    media_type: str
    url: str


class PastVersion(Resource):
    """A published snapshot; `created` is ISO 8601 in UTC."""

    number: int
    created: str
    documents: int
    decisions: int
    software: str
    current: bool


class DatasetDetail(Resource):
    """The data that are being served."""

    id: str
    url: str
    label: str
    version: int
    created: str = Field(description="When this version was published (ISO 8601, UTC).")
    licence: str | None = Field(default=None, description="Address of the licence, where one is declared.")
    documents: int
    statements: int
    resources: int
    classes: tuple[ClassCount, ...] = ()
    downloads: tuple[Download, ...] = ()
    versions: tuple[PastVersion, ...] = ()


def dataset_words() -> str:
    """The data in a sentence."""
    return _(
        "Grafo de las instituciones que apoyan a la micro, pequeña y mediana empresa en Iberoamérica, "
        "de los eventos que hicieron juntas y de las prácticas que contaron, leído de sus documentos: "
        "cada afirmación con la frase de la que sale."
    )


def dataset_detail(
    served: Served, workspace: Workspace, *, site: Site, licence: str, language: str
) -> DatasetDetail:
    """The dataset of the snapshot being served. Raises QueryError where its figures cannot be counted."""
    figures, manifest = served.queries.statistics, served.snapshot.manifest
    named = {term.iri: term.labels.get(language, term.name) for term in reference().terms}
    counts = sorted(
        ((iri, count) for iri, count in figures.classes.items() if iri.startswith(RP)),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return DatasetDetail(
        id=site.dataset.value,
        url="/dataset",
        label="redpyme",
        version=served.number,
        created=manifest.created,
        licence=licence or None,
        documents=len(manifest.documents),
        statements=figures.triples,
        resources=figures.entities,
        classes=tuple(
            ClassCount(id=iri, label=named.get(iri, iri.removeprefix(RP)), count=count, url=_members(iri))
            for iri, count in counts
        ),
        downloads=tuple(
            Download(
                format=name,
                media_type=media_type,
                url=f"/graphs?default&format={name}",
            )
            for name, media_type in DOWNLOADS.items()
        ),
        versions=versions(workspace, current=served.number),
    )


def versions(workspace: Workspace, *, current: int) -> tuple[PastVersion, ...]:
    """The published snapshots that still stand, the latest first; a damaged one is passed over."""
    found = []
    for number in sorted(workspace.numbers(), reverse=True)[:VERSIONS]:
        path = workspace.snapshots_path / str(number) / MANIFEST
        try:
            told = _told(path, path.stat().st_mtime_ns)
        except (SnapshotError, OSError):
            continue
        found.append(told.model_copy(update={"current": number == current}))
    return tuple(found)


@lru_cache(maxsize=2 * VERSIONS)  # a manifest never changes, and that of many documents is long
def _told(path: Path, changed: int) -> PastVersion:
    """What a manifest tells; `changed` is when its file did, in nanoseconds."""
    manifest = Manifest.from_json(path.read_text(encoding="utf-8"))
    return PastVersion(
        number=manifest.number,
        created=manifest.created,
        documents=len(manifest.documents),
        decisions=manifest.decisions,
        software=manifest.software,
        current=False,
    )


def _members(iri: str) -> str:
    query = f"SELECT ?recurso WHERE {{ ?recurso a rp:{iri.removeprefix(RP)} }}"
    return with_query("/sparql", {"query": query})
