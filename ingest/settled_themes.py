"""The themes of events by words and by meaning together, and the subjects that none of them covers.

Words decide where they speak, since a term of a theme in a title or an objective is hardly ever wrong; where
they say nothing of the nine themes, the embedding of title and objectives does, if it is sure; and where
neither knows a theme, the subject that the title names is proposed as a new one. Practices keep the themes
of their words or of their event: on those of the 2007 report, F1 0.82 by words fell to 0.79 with embeddings.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.model import Event, Evidence, Extraction, Practice, Span, ThemeAssignment
from graph.proposed_themes import ProposedTheme
from ingest.subjects import Subject, content_words, subject_of, told_of
from ingest.themes import FROM_EVENT, find_theme_terms, of_event
from ingest.tokens import tokenise
from ontology.namespaces import slugify
from ontology.vocabulary import themes

if TYPE_CHECKING:
    from ingest.theme_likeness import Likeness, ThemeLikeness

SURE = 0.65
"""Least probability of a theme that no word names. On the dev half of tests/data/themes.csv, 0.5, 0.6 and
0.65 gave an F1 of 0.98, 0.98 and 0.97 with objectives, and of 0.88, 0.86 and 0.87 by titles alone, where they
gave three, two and one false themes."""

UNSEEN = 0.5
"""Confidence of a proposal that was compared with the themes by words alone."""

_LONGEST = 600
"""Characters of objectives that are embedded beside a title: about a hundred words."""


def settle_themes(extraction: Extraction, *, likeness: "ThemeLikeness | None" = None) -> Extraction:
    """The extraction with the themes of its events settled, by words alone where there is no `likeness`.

    Settling again, with or without likeness, starts from the words anew.
    """
    events = [_by_words(event) for event in extraction.events]
    likely = _likely(events, likeness)
    settled = tuple(
        replace(event, themes=_themes(event, likely[n], extraction.document.language))
        for n, event in enumerate(events)
    )
    by_id = {event.id: event for event in settled}
    practices = tuple(_practice(practice, by_id) for practice in extraction.practices)
    return replace(extraction, events=settled, practices=practices)


def _by_words(event: Event) -> Event:
    """The event with the themes that words gave it."""
    kept = [
        theme
        for theme in event.themes
        if not isinstance(theme, ProposedTheme) and any(e.rule != "theme-likeness" for e in theme.evidence)
    ]
    return replace(event, themes=tuple(kept))


def _likely(events: Sequence[Event], likeness: "ThemeLikeness | None") -> "list[tuple[Likeness, ...] | None]":
    """The likely themes of each event that tells what it is about; None where no meaning was compared."""
    found: list[tuple[Likeness, ...] | None] = [None] * len(events)
    if likeness is None:
        return found
    silent = [
        n for n, event in enumerate(events) if not _main(event.themes) and content_words(told_of(event.title))
    ]
    texts = [_text(events[n]) for n in silent]
    for n, likely in zip(silent, likeness.of(texts), strict=True):
        found[n] = likely
    return found


def _text(event: Event) -> str:
    objectives = " ".join(objective.text for objective in event.objectives)[:_LONGEST]
    return f"{told_of(event.title)}. {objectives}".strip()


def _main(assigned: Sequence[ThemeAssignment]) -> list[ThemeAssignment]:
    return [theme for theme in assigned if theme.theme.startswith("th-")]


def _themes(
    event: Event, likely: "tuple[Likeness, ...] | None", language: str
) -> tuple[ThemeAssignment, ...]:
    if _main(event.themes):
        return event.themes
    alike = tuple(_alike(event, found) for found in likely or () if found.probability >= SURE)
    if alike:
        return (*alike, *event.themes)
    subject = subject_of(event.title)
    if subject is None or _covered(subject):
        return event.themes
    return (*event.themes, _proposed(event, subject, likely, language))


def _alike(event: Event, found: "Likeness") -> ThemeAssignment:
    label = next(theme.label("es") for theme in themes() if theme.notation == found.theme)
    confidence = round(found.probability, 3)
    spans = dict.fromkeys((_title_span(event), *(o.span for o in event.objectives[:2])))
    return ThemeAssignment(
        found.theme,
        confidence,
        f"parecido a «{label}» ({found.cosine:.2f})",
        tuple(Evidence(span, "theme-likeness", confidence) for span in spans),
    )


def _title_span(event: Event) -> Span:
    return event.evidence[0].span if event.evidence else event.span


def _covered(subject: Subject) -> bool:
    """Whether the vocabulary has the subject, or what it is about first ("calidad" of "calidad del agua")."""
    taken = {theme.slug for theme in themes()}
    if slugify("-".join(subject.key)) in taken:
        return True
    first = tokenise(subject.label)[0]
    return any(term.start <= first.start < term.end for term in find_theme_terms(subject.label))


def _proposed(
    event: Event, subject: Subject, likely: "tuple[Likeness, ...] | None", language: str
) -> ProposedTheme:
    title = _title_span(event)
    # The span of the title is that of its words only where nothing was mended in it.
    exact = title.end - title.start == len(event.title)
    span = Span(title.start + subject.start, title.start + subject.end) if exact else title
    nearest = likely[0] if likely else None
    confidence = round(1 - nearest.probability, 3) if nearest else UNSEEN
    label = next((t.label("es") for t in themes() if nearest and t.notation == nearest.theme), "")
    compared = (
        f"ningún tema es parecido (el más próximo, «{label}»: {nearest.cosine:.2f})"
        if nearest
        else "ninguna palabra de los temas; sin comparar por significado"
    )
    return ProposedTheme(
        theme=f"xt-{slugify('-'.join(subject.key))}",
        confidence=confidence,
        reason=f"asunto del título: «{subject.label}»; {compared}",
        evidence=(Evidence(span, "theme-subject", confidence),),
        label=subject.label,
        language=language,
    )


def _practice(practice: Practice, events: dict[str, Event]) -> Practice:
    """A practice without a theme of its own words has those of its event."""
    event = events.get(practice.event or "")
    if event is None or not all(theme.reason.endswith(FROM_EVENT) for theme in practice.themes):
        return practice
    return replace(practice, themes=of_event(event.themes))
