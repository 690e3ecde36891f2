"""Events told by a row of a table: the cell that names one, the others told apart by what is in them."""

from collections.abc import Sequence

from graph.model import Role
from ingest.announcements import Announcement, announcement_of
from ingest.event_drafts import EventDraft
from ingest.event_titles import clean_title, head_at
from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence, Unit
from ingest.roles import find_cues
from ingest.tokens import fold_keeping_length, tokenise
from ingest.well_known_places import PlaceTest

_ABOVE = 60  # cells before a row in which what is merged down to it stands
_FACTS = 0.4  # share of a cell that dates and places are, from which it says when or where: "Cunha - SP"


def table_event(
    reading: Reading, first: int, is_place: PlaceTest, drafts: list[EventDraft]
) -> EventDraft | None:
    """An event from a row of a table: the cell that names it, others told apart by what is in them.

    `first` is the index of the row's first cell; the draft is appended to `drafts`. None where no cell names
    an event.
    """
    units = reading.units
    row = units[first].segment.row
    cells = [u for u in units[first : first + 12] if u.segment.row == row]
    named = None
    for cell in cells:
        announcement = announcement_of(cell, is_place, table=True) if cell.sentences else None
        if announcement is not None:
            named = (cell, announcement)
            break
    if named is None:
        named = _named_by_column(units, first, cells)
    if named is None:
        return None
    cell, announcement = named
    carried = _carried(units, first, cells)
    others = [c for c in (*cells, *carried) if c is not cell]
    if not any(s.dates or s.places for c in (*cells, *carried) for s in c.sentences):
        return None
    base = cell.segment.clean.start
    draft = EventDraft(
        announcement.title,
        announcement.type,
        base + announcement.start,
        base + announcement.end,
        "table-row",
        0.9,
        (cells[0].segment.clean.start, cells[-1].segment.clean.end),
        scheduled_hint=announces_future(cell.segment.heading_path),
    )
    draft.mentions.append((draft.start, draft.end))
    draft.head_sentences = list(cell.sentences)
    for other in others:
        whole = other.sentences
        if not whole:
            continue
        letters = sum(len(s.text) for s in whole)
        in_names = sum(m.end - m.start for s in whole for m in s.mentions)
        if _in_facts(other) > _FACTS * letters:
            draft.head_sentences += whole
        elif in_names > 0.5 * letters:
            draft.institutions_cell = _whole_unit(other)
            draft.institutions_role = _column_role(units, first, other)
        elif draft.objective_cell is None and len(other.text.split()) > 4:
            draft.objective_cell = _whole_unit(other)
    drafts.append(draft)
    return draft


def _in_facts(cell: Unit) -> int:
    """The characters of a cell that are dates and places."""
    dates = sum(d.span.end - d.span.start for s in cell.sentences for d in s.dates)
    places = (p.span for s in cell.sentences for p in s.places if not p.embedded)
    return dates + sum(span.end - span.start for span in places)


def _carried(units: Sequence[Unit], first: int, cells: Sequence[Unit]) -> list[Unit]:
    """Cells of the row above that hold for this one too: a date, a place, where this row's cell is empty.

    Cells merged over rows come as one above and empty ones below it; readers of PDF see no more than that.
    """
    taken = {cell.segment.level for cell in cells}
    dated = any(s.dates for c in cells for s in c.sentences)
    placed = any(s.places for c in cells for s in c.sentences)
    carried: list[Unit] = []
    for before in range(first - 1, max(-1, first - _ABOVE), -1):
        above = units[before]
        if above.segment.row is None:
            break
        level = above.segment.level
        if level in taken:
            continue
        taken.add(level)
        if 2 * _in_facts(above) <= len(above.text):
            continue
        has_date = any(s.dates for s in above.sentences)
        if not (dated if has_date else placed):
            carried.append(above)
    return carried


def announces_future(heading_path: tuple[str, ...]) -> bool:
    """Whether the heading right above says that what follows is still to come ("Próximas actividades")."""
    heading = fold_keeping_length(" ".join(heading_path[-1:]))
    return bool(pattern("to_come").search(heading))


def _named_by_column(
    units: Sequence[Unit], first: int, cells: Sequence[Unit]
) -> tuple[Unit, Announcement] | None:
    """The cell in a column that is headed as one of events ("Feria", "Nome do evento", "Edição")."""
    for cell in cells:
        title = clean_title(cell.text)
        if not 3 <= len(title) <= _LONGEST_TITLE or not any(letter.isupper() for letter in title):
            continue
        head = _column_head(units, first, cell)
        named = pattern("event_column").fullmatch(fold_keeping_length(head or "").strip(" .:*"))
        if named is None:
            continue
        noun = head_at(tokenise(named["noun"]), 0)
        return cell, Announcement(
            title, 0, len(cell.text), noun[1] if noun else "otro", "table-row", 0.8, False
        )
    return None


_LONGEST_TITLE = 200  # characters


def _column_head(units: Sequence[Unit], first: int, cell: Unit) -> str | None:
    """The text of the top cell of a cell's column; None for one at the top."""
    row = units[first].segment.row
    top: str | None = None
    for before in range(first - 1, max(-1, first - 200), -1):
        segment = units[before].segment
        if segment.row is None:
            break
        if segment.row != row and segment.level == cell.segment.level:
            top = segment.text
    return top


def _column_role(units: Sequence[Unit], first: int, cell: Unit) -> Role:
    """The role that the head of the cell's column states, organiser where it states none."""
    row = units[first].segment.row
    for before in range(first - 1, max(-1, first - 200), -1):
        segment = units[before].segment
        if segment.row is None:
            break
        if segment.row != row and segment.level == cell.segment.level:
            cues = find_cues(segment.text.strip(" :") + ":")
            if cues and len(segment.text) < 40:
                return cues[0].role
    return "organiser"


def _whole_unit(unit: Unit) -> Sentence:
    """The unit's sentences as one (a cell has no sentences of its own)."""
    return unit.sentences[0] if len(unit.sentences) == 1 else max(unit.sentences, key=lambda s: len(s.text))
