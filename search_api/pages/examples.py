"""Questions to begin with."""

from dataclasses import dataclass

from search_api.resources.links import with_query
from search_api.wording.languages import Language, language

#: One in each language of the network.
QUESTIONS: tuple[tuple[Language, str], ...] = (
    ("es", "avales para conseguir préstamos"),
    ("pt", "desenvolvimento de fornecedores"),
    ("en", "who sponsored innovation workshops"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question to begin with, in its language, and the page that answers it."""

    question: str
    url: str
    language: str


def examples() -> tuple[Example, ...]:
    """The questions with their addresses, that in the language of the reader first."""
    ordered = sorted(QUESTIONS, key=lambda asked: asked[0] != language())
    return tuple(
        Example(question, with_query("/search", {"q": question}), code) for code, question in ordered
    )
