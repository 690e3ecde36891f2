"""The roles that a question asks for: "quién patrocinó", "who organised", "os palestrantes".

Verbs of questions, which the labels of the roles do not have, beside those labels. What only looks like one
is left out: organización is a body, apoyo is a theme, ministro is a person.
"""

import re
from functools import cache
from typing import NamedTuple

from ingest.tokens import fold_keeping_length
from ontology.vocabulary import roles

# Folded words that with a word boundary on either side ask for a role.
_VERBS = {
    "sponsor": r"(?:co-?)?(?:patrocin|auspici|sponsor)\w*"
    r"|(?:co)?financi(?:o|aron|an|aba|aban|ou|aram|ad[oa]s?|ador\w*)|funded|funders?|sufrag\w+|apoiou|apoiaram|apoyaron",
    "organiser": r"(?:co-?)?organi[sz](?:o|aron|an?|aba|aban|ou|aram|ad[oa]s?|ador\w*|ed|ers?|es)"
    r"|convoc(?:o|aron|an?|ou|aram|ad[oa]s?)|convened|promovi[od]\w*",
    "host": r"anfitri\w+|acogi(?:o|eron)|acogen?|hosted|hosts?|sedi(?:o|ou|aram|ad[oa]s?)",
    "speaker": r"ponentes?|ponencias?|expositor\w*|expusieron|expuso|disert\w+|conferencistas?|pai?nelistas?"
    r"|panell?ists?|palestr\w+|orador\w*|speakers?|spoke",
    "instructor": r"instruc?tor\w*|capacitador\w*|facilitador\w*|facilitators?|trainers?|formador\w*"
    r"|dict(?:o|aron|ad[oa]s?)|impart(?:io|ieron|id[oa]s?)|ministr(?:ou|aram)|taught",
    "participant": r"particip(?:o|aron|an?|ou|aram|antes?|ated|ants?)|asist(?:io|ieron|en|entes?)"
    r"|attend(?:ed|ees?)",
}
# Labels that say something else as often.
_NOT_ROLES = {"apoio", "organizacao", "realizacao"}


class AskedRole(NamedTuple):
    """A role (its slug) with the half-open interval of the text that asks for it."""

    role: str
    start: int
    end: int


def asked_roles(text: str) -> tuple[AskedRole, ...]:
    """The roles that a text asks for, in its order; of overlapping words the longest counts."""
    folded = fold_keeping_length(text)
    found = [
        AskedRole(role, match.start(), match.end())
        for role, pattern in _patterns()
        for match in pattern.finditer(folded)
    ]
    kept: list[AskedRole] = []
    for asked in sorted(found, key=lambda asked: (asked.start - asked.end, asked.start)):
        if not any(asked.start < other.end and other.start < asked.end for other in kept):
            kept.append(asked)
    return tuple(sorted(kept, key=lambda asked: asked.start))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for concept in roles():
        folded = {fold_keeping_length(term) for term in concept.terms()} - _NOT_ROLES
        labels = sorted(folded, key=len, reverse=True)
        words = "|".join([*(re.escape(label) for label in labels), _VERBS.get(concept.slug, r"(?!)")])
        found.append((concept.slug, re.compile(rf"\b(?:{words})\b")))
    return tuple(found)
