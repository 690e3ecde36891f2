"""What a sentence says of whether a practice would work elsewhere: context, conditions, results, pitfalls.

In: a sentence. Out: the clauses that state one of the four, by which cue, and how sure that is. A result
needs an outcome verb and something changed (a quantity, or what was made possible), a reservation ("sin
embargo") something bad. The cues are in `ingest/lexicon/transferability_cues.tsv`; the rule of a reading is
`{field}-cue-{row}`, so rows are added at the end of the file. A cue with an accent is looked for as written
("aumentó" is not "el aumento"), the others in folded text.
"""

import re
from functools import cache
from typing import NamedTuple, cast

from ingest.lexicon import pattern, rows
from ingest.pattern_scan import PatternScan
from ingest.practice_labels import PracticeField
from ingest.tokens import fold_keeping_length

_FEWEST_WORDS_OF_OPENING = 4  # of a subordinate clause that opens a sentence, before its comma
_LONGEST_OPENING = 300  # characters of such a clause
_WORD_BEGINS = r"(?<!\w)"
_NEGATED = re.compile(r"\b(?:no|nao|nunca|jamas|not|never|n't|sin|sem|without)\s+(?:(?:se|les?|nos)\s+)?\Z")
_RELATIVE = re.compile(r"\b(?<!lo )(?:que|quienes|who|that|which)\s+(?:se\s+)?\Z")


class Finding(NamedTuple):
    """A clause that states a field, by its offsets, with its rule and how sure that rule is (0 to 1)."""

    field: PracticeField
    start: int
    end: int
    rule: str
    confidence: float


class _Cue(NamedTuple):
    field: PracticeField
    scope: str  # "clause" and "adverb" open a clause (a comma may end the first), "sentence" stands in one
    needs: str
    confidence: float
    language: str
    regex: "re.Pattern[str]"
    accented: bool
    rule: str


def is_administrative(text: str) -> bool:
    """Whether a sentence is about applying, deadlines and forms, which tell nothing of a practice."""
    return bool(pattern("administrative").search(fold_keeping_length(text)))


def findings(text: str, *, language: str = "") -> list[Finding]:
    """The fields that the clauses of a sentence state, in the order of the text.

    `language` ("es", "pt", "en") rules out cues that mean something else in another language.
    """
    if is_administrative(text):
        return []
    folded = fold_keeping_length(text)
    present = {cue for _, _, cue in _scan().find(folded)}
    if not present:
        return []  # so it is with most sentences
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = folded
    cues = [c for c in _cues() if c in present and (not c.language or not language or c.language == language)]
    openers = _openers(cues, lowered, folded)
    found = []
    for start, end, opener in _clauses(folded, openers):
        read = _read(cues, opener, lowered, folded, start, end)
        if read is None:
            continue
        lead = len(text[start:end]) - len(text[start:end].lstrip(" ,;:–—-"))
        tail = len(text[start:end].rstrip(" ,;:–—-"))
        if tail > lead:
            found.append(Finding(read.field, start + lead, start + tail, read.rule, read.confidence))
    return _joined(found)


def _openers(cues: list[_Cue], lowered: str, folded: str) -> dict[int, _Cue]:
    """Where a clause begins with a word that says what it tells."""
    openers: dict[int, _Cue] = {}
    for cue in cues:
        if cue.scope == "sentence":
            continue
        for match in cue.regex.finditer(lowered if cue.accented else folded):
            start = match.start()
            aside = folded.startswith(", ", start - 2) and folded.startswith(",", match.end())
            if cue.scope == "adverb" and start >= 2 and aside:
                # "advirtió, sin embargo, que …": an aside in the clause that it turns
                before = folded.rfind("; ", 0, start)
                start = before + 2 if before >= 0 else 0
            openers.setdefault(start, cue)
    return openers


def _clauses(folded: str, openers: dict[int, _Cue]) -> list[tuple[int, int, _Cue | None]]:
    """The clauses of a sentence: cut at semicolons and openers, and behind a subordinate clause that opens
    the sentence.
    """
    cuts = {0, *openers, *(m.end() for m in re.finditer(r";\s+", folded))}
    first = openers.get(len(folded) - len(folded.lstrip(" ¿¡\"'“«(")))
    if first is not None and first.scope == "clause":
        for comma in re.finditer(r",\s+", folded[:_LONGEST_OPENING]):
            if len(folded[: comma.start()].split()) >= _FEWEST_WORDS_OF_OPENING:
                cuts.add(comma.end())
                break
    starts = sorted(cuts)
    spans = [(s, starts[i + 1] if i + 1 < len(starts) else len(folded)) for i, s in enumerate(starts)]
    return [(s, e, openers.get(s)) for s, e in spans if folded[s:e].strip()]


def _read(
    cues: list[_Cue], opener: _Cue | None, lowered: str, folded: str, start: int, end: int
) -> _Cue | None:
    """The cue that says what a clause tells, the surest first."""
    if opener is not None:
        match = opener.regex.match(lowered if opener.accented else folded, start, end)
        behind = match.end() if match else start
        return opener if _has(opener.needs, folded, behind, end) else None
    best: _Cue | None = None
    for cue in cues:
        if cue.scope != "sentence" or (best is not None and cue.confidence <= best.confidence):
            continue
        match = cue.regex.search(lowered if cue.accented else folded, start, end)
        if match is None or not _has(cue.needs, folded, start, end):
            continue
        if cue.field in {"result", "condition"} and _NEGATED.search(folded, start, match.start()):
            continue
        if (
            cue.field == "result"
            and _RELATIVE.search(folded, start, match.start())
            and not _has("quantity", folded, match.end(), end)
        ):
            continue  # "las pymes que se certificaron" says which, not what came of it
        best = cue
    return best


def _has(needs: str, folded: str, start: int, end: int) -> bool:
    """Whether a clause has what a cue needs beside itself."""
    if not needs:
        return True
    if needs == "no-event":
        return not pattern("event_audience").search(folded, start, end)
    return bool(pattern(needs).search(folded, start, end))


def _joined(found: list[Finding]) -> list[Finding]:
    """Neighbouring clauses of one field as one."""
    joined: list[Finding] = []
    for item in found:
        if joined and joined[-1].field == item.field and item.start - joined[-1].end <= 2:
            last = joined[-1]
            joined[-1] = last._replace(end=item.end, confidence=max(last.confidence, item.confidence))
        else:
            joined.append(item)
    return joined


@cache
def _scan() -> PatternScan[_Cue]:
    """All cues over folded text, those with an accent without it: no other than those found can be meant."""
    return PatternScan(
        (fold_keeping_length(cue.regex.pattern.removeprefix(_WORD_BEGINS)), cue) for cue in _cues()
    )


@cache
def _cues() -> tuple[_Cue, ...]:
    return tuple(
        _Cue(
            cast("PracticeField", row["field"]),
            row["scope"],
            row["needs"],
            float(row["confidence"]),
            row["language"],
            re.compile(rf"{_WORD_BEGINS}(?:{row['pattern']})(?!\w)"),
            not row["pattern"].isascii() and fold_keeping_length(row["pattern"]) != row["pattern"],
            f"{row['field']}-cue-{number}",
        )
        for number, row in enumerate(rows("transferability_cues.tsv"), 1)
    )
