"""What kind of institution a name tells: its type, whether it is a part of another, whether it says more than
its kind.
"""

from collections.abc import Sequence

from ingest.grammar import SMALL
from ingest.lexicon import institution_heads, pattern, phrases, words
from ingest.name_growth import head_of, is_unit_head
from ingest.tokens import Token


def kind_of_name(tokens: Sequence[Token], at: int, end: int, kind: str) -> str:
    """The type of an institution; its name, `at` to `end`, begins with a head noun of the type `kind`."""
    kind = type_of_phrase(" ".join(t.folded for t in tokens[at : at + 3])) or kind
    name = " ".join(t.folded for t in tokens[at:end])
    if kind == "chamber-or-business-association" and pattern("of_civil_society").search(name):
        kind = "ngo-foundation"
    if tokens[at].folded == "instituto" and not any(t.folded in SMALL for t in tokens[at:end]):
        # "Instituto Ethos" bears a name; a public one says what it is for ("Instituto Nacional de …").
        kind = type_of_phrase(name) or "ngo-foundation"
    return kind


def type_of_phrase(folded: str) -> str | None:
    """The type that the first words of a name tell where its head noun alone would mislead ("Câmara
    Municipal").
    """
    return next((kind for lead, kind in phrases("head_phrases").items() if folded.startswith(lead)), None)


def is_generic(tokens: Sequence[Token]) -> bool:
    """Whether a grown name says no more than its kind."""
    folded = " ".join(t.folded for t in tokens)
    if pattern("not_a_name").match(folded):
        return True
    content = [t for t in tokens[1:] if t.folded not in SMALL and t.folded not in words("generic_tail")]
    strength = institution_heads()[head_of(tokens, 0).folded][1]
    if not content:
        return strength == "weak" or len(tokens) < 2
    return strength == "weak" and all(t.folded in words("no_institution") for t in content)


def is_unit(kind: str | None, head: str) -> bool:
    """Whether an institution of this type and head noun may be a part of a larger one."""
    return is_unit_head(head) or kind in {"government-agency", "research-or-training-centre"}


_PUBLIC = frozenset({"ministry", "government-agency"})


def type_of_unit(kind: str | None, body: str | None) -> str | None:
    """The type of a part of a body: that of the body where the head noun alone means another sort ("Dirección
    de Museos de la Universidad …", "Observatorio … del Ministerio …").
    """
    if kind == "government-agency" and body == "university":
        return body
    return "government-agency" if kind == "ngo-foundation" and body in _PUBLIC else kind


def is_body(kind: str | None) -> bool:
    """Whether an institution of this type has units of its own (any but programmes and media)."""
    return kind not in {"programme", "media", None}
