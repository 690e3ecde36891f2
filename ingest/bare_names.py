"""Acronyms and CamelCase words that the sentence makes institutions: their form alone does not."""

from collections.abc import Collection, Iterable

from ingest.lexicon import pattern
from ingest.reading import Reading
from ingest.roles import in_one_list
from ingest.tokens import fold_keeping_length

BY_FORM = frozenset({"acronym", "camel-case"})
"""Rules of mentions that only their form tells."""


def bare_names(
    reading: Reading,
    *,
    in_role: Collection[int],
    titles: Iterable[tuple[int, int]],
    methodologies: Iterable[tuple[int, int]],
) -> frozenset[int]:
    """Mentions (by index) told by their form alone that are institutions where they stand.

    Those in a role, behind an article or a preposition, with an expansion behind or in a list of
    institutions; none inside the title of an event or the name of a methodology (spans in the clean text).
    """
    titles, methodologies = list(titles), list(methodologies)
    listed = _listed_with_names(reading)
    text = reading.clean.text

    def stays(index: int) -> bool:
        mention = reading.mentions[index]
        if any(start <= mention.start < end for start, end in (*methodologies, *titles)):
            return False
        before = fold_keeping_length(text[max(0, mention.start - 24) : mention.start])
        after = text[mention.end : mention.end + 2]
        return (
            index in in_role
            or index in listed
            or after.startswith(" (")
            or bool(pattern("introduces_name").search(before))
        )

    return frozenset(i for i, m in enumerate(reading.mentions) if m.rule in BY_FORM and stays(i))


def _listed_with_names(reading: Reading) -> set[int]:
    """Mentions that stand in one list with an institution that more than its form tells."""
    found: set[int] = set()
    chain: list[int] = []
    for index, mention in enumerate(reading.mentions):
        previous = reading.mentions[index - 1] if index else None
        joined = (
            previous is not None
            and 0 <= mention.start - previous.end <= 40
            and in_one_list(reading.clean.text[previous.end : mention.start])
        )
        if not joined:
            chain = []
        chain.append(index)
        if any(reading.mentions[i].rule not in BY_FORM for i in chain):
            found.update(chain)
    return found
