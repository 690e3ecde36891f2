"""The pages of documents: their list, and the text of each."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.catalogue.source_text import Part
from search_api.pages.facets import Facet
from search_api.pages.paging import Pager
from search_api.resources.documents import DocumentDetail, DocumentSummary


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
