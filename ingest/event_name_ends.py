"""Where the name of an event ends that begins at its noun: capitals, a quoted title, a topic in small words.

In: the tokens of a text and one of them. Out: the index of the token behind the name, or None.
"""

from collections.abc import Mapping, Sequence

from ingest.grammar import ARTICLES, NAME_SHAPES, OF
from ingest.lexicon import institution_heads, pattern, words
from ingest.tokens import Token
from ingest.well_known_places import PlaceTest

OPENING, _CLOSING = '“"«‘', '”"»’'


def quoted(tokens: Sequence[Token], at: int) -> int | None:
    """End of a quoted title that starts at (or one or two words after) a token; None if there is none."""
    skipped = 0
    small = at
    while small < len(tokens) and small - at < 3 and tokens[small].folded in words("before_quotes"):
        small += 1
    if at < small < len(tokens) and tokens[small].text in OPENING:
        at = small  # "la cumbre por un «…»"
    elif (
        at + 2 < len(tokens)
        and tokens[at].folded in {"de", "del", "sobre"}
        and tokens[at + 1].shape == "word"
    ):
        at += 2  # "Curso de especialización «…»"
    while (
        at < len(tokens)
        and skipped < 2
        and (tokens[at].text in ",:*" or tokens[at].folded in words("titled"))
    ):
        at += 1
        skipped += 1
    if at >= len(tokens) or tokens[at].text not in OPENING:
        return None
    for i in range(at + 1, min(at + 60, len(tokens))):
        if tokens[i].text in _CLOSING:
            return i + 1
    return None


_LONGEST_CLAUSE = 14  # tokens between an event noun and the word that says what it was called


def called(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The quoted title (first token, end) behind a clause that ends in "denominada", "called"."""
    for i in range(at, min(at + _LONGEST_CLAUSE, len(tokens) - 2)):
        if tokens[i].text in ".;:" or tokens[i].text in OPENING:
            return None
        if tokens[i].folded in words("called") and tokens[i + 1].text in OPENING:
            end = quoted(tokens, i + 1)
            return (i + 1, end) if end is not None else None
    return None


_LONGEST_MARKED = 20  # tokens of a title in bold letters or in a link


def set_apart(tokens: Sequence[Token], at: int, is_place: PlaceTest, marked: Mapping[int, int]) -> int | None:
    """End of a title that emphasis or a link sets apart, as quotes do: "el curso **Cómo enseñar**"."""
    while at < len(tokens) and (tokens[at].text == ":" or tokens[at].folded in words("titled")):
        at += 1
    if at >= len(tokens) or tokens[at].shape not in NAME_SHAPES or tokens[at].folded in institution_heads():
        return None
    stop = marked.get(tokens[at].start)
    if stop is None:
        return None
    end = at
    while end < len(tokens) and end - at < _LONGEST_MARKED and tokens[end].end <= stop:
        end += 1
    whole = end > at and (end == len(tokens) or tokens[end].start >= stop)
    return end if whole and not is_place(" ".join(t.text for t in tokens[at:end])) else None


def grow_capitalised(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> int:
    end = at
    while end < len(tokens):
        token = tokens[end]
        if token.shape in NAME_SHAPES:
            end += 1
            continue
        if is_year(token) or (end and tokens[end - 1].shape in NAME_SHAPES and _numbers_it(tokens, end)):
            end += 1
            if is_year(token) and end - at > 1:
                break  # "… Challenge España 2018 Representarán a …": a year ends a name
            continue
        if (
            token.text == "."
            and end
            and tokens[end - 1].folded in words("honorifics")
            and end + 1 < len(tokens)
        ):
            end += 1
            continue
        if token.text == ":" and end + 2 < len(tokens) and tokens[end + 1].shape in NAME_SHAPES:
            after = tokens[end + 2]
            if after.shape in NAME_SHAPES or after.folded in words("title_links"):
                end += 1
                continue
        if token.text == "," and _list_goes_on(tokens, end):
            end += 1
            continue
        if token.folded in words("title_links") or token.folded in {"dedicado", "dirigido"}:
            ahead = end + 1
            while ahead < len(tokens) and tokens[ahead].folded in words("title_links") and ahead - end < 3:
                ahead += 1
            if ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
                break
            if token.folded in {"en", "em", "in", "at"} and place_at(tokens, ahead, is_place):
                break
            if tokens[ahead].folded in words("days_and_months"):
                break
            if token.folded in {"con", "com", "with", "to"} and end > at:
                goes_on = token.folded in {"con", "com"} and tokens[ahead].shape == "Capital"
                if not goes_on or tokens[ahead].folded in institution_heads():
                    break
            if token.folded in {"y", "e", "and"} and tokens[end + 1].folded in {
                "el",
                "la",
                "o",
                "a",
                "the",
                "los",
                "las",
            }:
                break
            into = token.text in {"à", "às", "ao", "aos", "al"} or (
                token.text == "a" and tokens[end + 1].folded in {"la", "las", "los"}
            )
            if (
                token.folded in {"la", "el", "los", "las", "o", "a", "os", "as", "the"}
                and end > at
                and not into
            ):
                break
            end = ahead
            continue
        break
    return end


def _numbers_it(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number behind a name is its own, no date or hour: "Foro Regional 2, donde …"."""
    if tokens[at].shape != "number" or len(tokens[at].text) > 2:
        return False
    if at + 1 == len(tokens):
        return True
    ahead = tokens[at + 2] if at + 2 < len(tokens) else None
    return tokens[at + 1].text in ".,:;)" and (ahead is None or ahead.shape not in {"number"})


def grow_lower(tokens: Sequence[Token], at: int, *, taught: bool = False) -> int | None:
    """ "taller sobre innovación para mipymes": up to a verb, a place, a date or punctuation.

    What is `taught` is so in a subject: "diplomado en costos para mipymes".
    """
    if at + 1 >= len(tokens):
        return None
    if taught and tokens[at].folded in {"en", "em", "in"} and _is_subject(tokens[at + 1]):
        end = grow_lower(tokens, at + 1, taught=False) or at + 2
        while end < len(tokens) and end - at < _LONGEST_SUBJECT and _goes_on(tokens, end):
            end += 1
        return end
    if tokens[at].folded in words("joined_by") and tokens[at].folded not in words("topic_openings"):
        # "reunión con la Comisión Delegada de …", "misión comercial a México"
        first = at + 1
        while first < len(tokens) and tokens[first].folded in ARTICLES:
            first += 1
        if first >= len(tokens) or tokens[first].shape not in NAME_SHAPES:
            return None
        end = first
        while end < len(tokens) and end - first < 10:
            if tokens[end].shape in NAME_SHAPES:
                end += 1
            elif tokens[end].folded in OF and end + 1 < len(tokens):
                ahead = end + 1 + (tokens[end + 1].folded in ARTICLES)
                if ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
                    break
                end = ahead
            else:
                break
        return end
    if tokens[at].folded not in words("topic_openings") or tokens[at + 1].folded in words(
        "determiners_of_kind"
    ):
        return None
    end = at
    while end < len(tokens) and end - at < 14:
        token = tokens[end]
        if token.shape == "punct" or token.shape == "number" or token.folded in words("title_ends_before"):
            break
        if end > at + 1 and token.folded == "para" and _is_purpose(tokens, end):
            break
        if end > at + 1 and token.shape == "word" and pattern("past_tense").search(token.text):
            break
        if (
            token.folded
            in {"en", "em", "in", "at", "con", "com", "with", "el", "los", "nos", "del", "al", "by", "held"}
            and end > at
            and (
                token.folded in {"con", "com", "with", "by", "held"}
                or end + 1 >= len(tokens)
                or tokens[end + 1].shape != "word"
                or tokens[end + 1].folded in {"dia", "dias", "el", "la", "los"}
            )
        ):
            break
        end += 1
    return end if end - at >= 2 else None


def _is_purpose(tokens: Sequence[Token], at: int) -> bool:
    """Whether "para" opens what a thing is done for: "taller de diseño | para mejorar las ventas"."""
    ahead = tokens[at + 1] if at + 1 < len(tokens) else None
    return ahead is not None and bool(pattern("infinitive").fullmatch(ahead.folded))


_LONGEST_SUBJECT = 10


def _is_subject(token: Token) -> bool:
    return token.shape == "word" and token.folded not in words("no_subjects") | ARTICLES


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a subject goes on: "costos | para mipymes", up to a verb or another clause."""
    token = tokens[at]
    if token.shape != "word" or token.folded in words("title_ends_before") | words("clause_goes_on") - {
        "para"
    }:
        return False
    return not pattern("past_tense").search(token.text)


def _list_goes_on(tokens: Sequence[Token], comma: int) -> bool:
    """Whether ", TIC e Innovación" goes on with capitals up to an "and"."""
    for i in range(comma + 1, min(comma + 7, len(tokens) - 1)):
        if tokens[i].folded in {"y", "e", "and"}:
            return tokens[i + 1].shape in NAME_SHAPES and i > comma + 1
        if tokens[i].text != "," and tokens[i].shape not in NAME_SHAPES:
            return False
        if tokens[i].folded in institution_heads() and institution_heads()[tokens[i].folded][1] == "strong":
            return False  # "el Congreso Interactivo, Fundación X y Wingu": a list of bodies
    return False


def place_at(tokens: Sequence[Token], at: int, is_place: PlaceTest) -> bool:
    return any(
        is_place(" ".join(t.text for t in tokens[at : at + n])) for n in (4, 3, 2, 1) if at + n <= len(tokens)
    )


def is_year(token: Token) -> bool:
    return token.shape == "number" and len(token.text) == 4 and token.text[:2] in {"19", "20"}
