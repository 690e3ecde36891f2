"""The page that lists documents."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.chips import Chip
from search_api.pages.facets import Facet
from search_api.pages.paging import Pager
from search_api.resources.documents import DocumentSummary


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    template: ClassVar[str] = "documents.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    documents: tuple[DocumentSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager
