"""Who says "we" in a text, and what it says that we did at an event: "Desde la Red Norte creemos …", "In May
we hosted …".

Rules: we-organised and we-took-part.
"""

import re
from collections import Counter

from graph.model import Role
from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence
from ingest.tokens import fold, fold_keeping_length

_NEAR = 80  # characters behind a name within which a verb says that it is the one who speaks
_LEAD = 40  # characters before a name that are looked at

_DID: tuple[tuple[str, Role, float, str], ...] = (
    ("we_organised", "organiser", 0.7, "we-organised"),
    ("we_took_part", "participant", 0.65, "we-took-part"),
)


def voice_of(reading: Reading) -> int | None:
    """The institution (the index of its first mention that says so) in whose name a text says "we"."""
    votes: Counter[str] = Counter()
    first: dict[str, int] = {}
    for sentence in reading.sentences:
        folded = fold_keeping_length(sentence.text)
        for index, mention in enumerate(sentence.mentions):
            lead = folded[max(0, mention.start - _LEAD) : mention.start]
            rest = folded[mention.end : mention.end + _NEAR]
            opens = pattern("we_verb").search(rest) or rest.strip() == ":"  # above a list of what we did
            speaks = pattern("speaks_from").search(lead) and opens
            if speaks or pattern("speaks_as").search(lead):
                name = fold(mention.name)
                votes[name] += 1
                first.setdefault(name, sentence.first_mention + index)
    return first[votes.most_common(1)[0][0]] if votes else None


def we_did(sentence: Sentence) -> list[tuple[Role, float, str]]:
    """What a sentence says that "we" did: a role, its confidence and the rule; nothing of quoted words."""
    folded = re.sub(
        r"[“«\"][^”»\"]*[”»\"]", lambda m: " " * len(m.group()), fold_keeping_length(sentence.text)
    )
    return [(role, weight, rule) for name, role, weight, rule in _DID if pattern(name).search(folded)]
