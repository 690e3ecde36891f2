"""The pages of peers of an institution, and of institutions for a need in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.paging import Pager
from search_api.resources.actors import ActorSummary
from search_api.resources.links import with_query
from search_api.resources.peers import PeerList, SoughtList
from search_api.wording.codes import LENS_NAMES
from search_api.wording.languages import gettext


@dataclass(frozen=True, slots=True)
class LensLink:
    """A lens in words, and the page of the peers seen through it."""

    label: str
    explanation: str
    url: str
    chosen: bool


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


def lens_links(path: str, parameters: Mapping[str, object], *, chosen: str | None) -> tuple[LensLink, ...]:
    """The lenses to choose from on a page of peers, all of them together first."""
    others = {key: value for key, value in parameters.items() if key not in ("lens", "weights")}
    together = LensLink(
        gettext("todas"), gettext("las cuatro juntas"), with_query(path, others), chosen is None
    )
    return (
        together,
        *(
            LensLink(
                gettext(label),
                gettext(explanation),
                with_query(path, {**others, "lens": lens}),
                chosen == lens,
            )
            for lens, (label, explanation) in LENS_NAMES.items()
        ),
    )
