"""The pages of themes: their list, and one of each."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.paging import Pager
from search_api.resources.themes import ThemeDetail, ThemeSummary


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
