"""The themes of what institutions offer or need: by words and, where those say none, by meaning.

As those of the title of an event, with the same weights and the same certainty (`ingest.settled_themes`); but
no new theme is proposed from what one institution wishes for.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.model import Declaration, Evidence, Span, ThemeAssignment
from ingest.settled_themes import SURE
from ingest.themes import TITLE, assign_themes
from ontology.vocabulary import themes

if TYPE_CHECKING:
    from ingest.theme_likeness import ThemeLikeness


def themes_by_words(text: str, span: Span) -> tuple[ThemeAssignment, ...]:
    """The themes whose terms a text has; `span` is where it stands."""
    return assign_themes([(text, TITLE, span)])


def settle_declarations(
    declared: Sequence[Declaration], *, likeness: "ThemeLikeness"
) -> tuple[Declaration, ...]:
    """What is declared, with the likely themes of each whose words name none of the nine."""
    silent = [n for n, one in enumerate(declared) if not any(t.theme.startswith("th-") for t in one.themes)]
    found = list(declared)
    for n, likely in zip(silent, likeness.of([declared[n].text for n in silent]), strict=True):
        span = declared[n].evidence.span
        sure = tuple(
            ThemeAssignment(
                like.theme,
                round(like.probability, 3),
                f"parecido a «{_label(like.theme)}» ({like.cosine:.2f})",
                (Evidence(span, "theme-likeness", round(like.probability, 3)),),
            )
            for like in likely
            if like.probability >= SURE
        )
        found[n] = replace(declared[n], themes=(*sure, *declared[n].themes))
    return tuple(found)


def _label(theme: str) -> str:
    return next((known.label("es") for known in themes() if known.notation == theme), theme)
