"""All events of a document as drafts: first the announced ones, then those told in prose, each event once."""

from collections import defaultdict

from ingest.announced_events import draft_announced
from ingest.event_drafts import EventDraft
from ingest.event_facts import date_of
from ingest.event_titles import title_key
from ingest.listed_editions import draft_listed_editions
from ingest.named_again import draft_acronym_editions, tell_again
from ingest.reading import Reading
from ingest.told_events import draft_told
from ingest.well_known_places import is_place


def draft_events(reading: Reading, *, title: str | None = None) -> list[EventDraft]:
    """The events of a document called `title`, with their blocks and the sentences that tell of them."""
    drafts: list[EventDraft] = []
    owner: dict[int, EventDraft] = {}
    draft_announced(reading, is_place, drafts, owner)
    draft_told(reading, drafts, owner)
    draft_acronym_editions(reading, drafts)
    draft_listed_editions(reading, drafts, title=title)
    tell_again(reading, drafts)
    return _merged(drafts)


def _merged(drafts: list[EventDraft]) -> list[EventDraft]:
    """One draft for an event told twice (in prose and in a table): the same words in the title, no other
    date.
    """
    kept: list[EventDraft] = []
    replaced: dict[EventDraft, EventDraft] = {}
    alike: defaultdict[tuple[frozenset[str], str], list[EventDraft]] = defaultdict(list)
    dates: dict[EventDraft, str | None] = {}
    for draft in drafts:
        date = _start(draft)
        known = alike[title_key(draft.title), draft.type]
        for k in known:
            if k not in dates:
                dates[k] = _start(k)
        twin = next((k for k in known if date is None or dates[k] in {None, date}), None)
        if twin is None:
            known.append(draft)
            kept.append(draft)
            continue
        replaced[draft] = twin
        dates[twin] = dates[twin] or date  # of the two, one at most tells a date of its own
        twin.head_sentences += draft.head_sentences
        twin.sentences += draft.sentences
        twin.mentions += draft.mentions
        twin.institutions_cell = twin.institutions_cell or draft.institutions_cell
        twin.institutions_role = (
            draft.institutions_role if draft.institutions_cell else twin.institutions_role
        )
        twin.objective_cell = twin.objective_cell or draft.objective_cell
        twin.scheduled_hint = twin.scheduled_hint or draft.scheduled_hint
        twin.parent = twin.parent or draft.parent
    for draft in kept:
        while draft.parent is not None and draft.parent in replaced:
            draft.parent = replaced[draft.parent]
        if draft.parent is draft:
            draft.parent = None
    return kept


def _start(draft: EventDraft) -> str | None:
    dated = date_of(draft)
    return dated.date.start if dated else None
