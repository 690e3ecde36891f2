"""The pages of practices: their list, and one of each."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.chips import Chip
from search_api.pages.facets import Facet
from search_api.pages.facts import Fact
from search_api.pages.paging import Pager
from search_api.resources.practices import PracticeDetail, PracticeSummary


@dataclass(frozen=True, slots=True)
class PracticesPage:
    template: ClassVar[str] = "practices.html"
    q: str
    kept: tuple[tuple[str, str], ...]
    chosen: tuple[Chip, ...]
    practices: tuple[PracticeSummary, ...]
    facets: tuple[Facet, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PracticePage:
    template: ClassVar[str] = "practice.html"
    practice: PracticeDetail
    facts: tuple[Fact, ...]
