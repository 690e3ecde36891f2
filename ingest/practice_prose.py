"""Practices told in running prose: a cue phrase begins one, and what states its fields goes with it.

In: a reading, and the sentences that other rules took. Out: drafts. A paragraph that names no practice but
tells what changed, by how much, and under which circumstances or with which trouble, tells a success all the
same.
"""

from collections.abc import Sequence

from ingest.event_sentences import EventsOf
from ingest.lexicon import pattern
from ingest.practice_cues import PracticeReading, is_objective, objective_start, pieces, read_practice
from ingest.practice_drafts import PracticeDraft, findings_in
from ingest.reading import Reading, Sentence, Unit
from ingest.tokens import fold_keeping_length
from ingest.transferability import Finding, is_administrative

_ALONE = 0.74
"""Least confidence of a practice that no event is told beside: two cues, or one of full weight."""

_COUNTED = 0.1
"""What a result with its quantity adds to the confidence of an outcome."""

_STORY = 0.74
"""Confidence of a success that nothing names."""

_FEWEST_WORDS, _FEWEST_WORDS_OF_ITEM = 7, 4
_MOST_PARAGRAPHS_ON = 2
"""How many paragraphs behind the one that names a practice may go on about it."""

_TOLD_AT_LENGTH = frozenset({"good-practice", "success-case"})
_Told = tuple[Sentence, list[Finding]]


def practices_of_prose(
    reading: Reading, owned: EventsOf, *, heads: set[int], used: set[int]
) -> list[PracticeDraft]:
    """The practices that prose tells. `heads` are the starts of sentences that announce events, `used` those
    that were read already.
    """
    return _Prose(reading, owned, heads, used).read()


class _Prose:
    """Reads the paragraphs in order; knows the practice that the next one may go on about."""

    def __init__(self, reading: Reading, owned: EventsOf, heads: set[int], used: set[int]) -> None:
        self._reading = reading
        self._owned = owned
        self._heads = heads
        self._used = used
        self._drafts: list[PracticeDraft] = []
        self._teller: PracticeDraft | None = None
        self._paragraphs_on = 0

    def read(self) -> list[PracticeDraft]:
        for unit in self._reading.units:
            sentences = [s for s in unit.sentences if s.start not in self._used]
            if unit.segment.kind == "heading" or len(sentences) < len(unit.sentences):
                self._teller = None
            if unit.segment.kind != "heading":
                self._unit(unit, sentences)
        return self._drafts

    def _unit(self, unit: Unit, sentences: Sequence[Sentence]) -> None:
        """Read one paragraph, item or cell."""
        begun_before = len(self._drafts)
        told = [(s, self._findings(s)) for s in sentences]
        current = self._gone_on(unit, told)
        context: _Told | None = None
        listed: PracticeReading | None = None
        for at, (sentence, found) in enumerate(told):
            if self._announces(sentence):
                current = context = listed = None
                continue
            if listed is not None and _is_numbered(sentence):
                current = self._begin(sentence, 0, len(sentence.text), listed)
                continue
            following = sentences[at + 1] if at + 1 < len(sentences) else None
            listed = _list_lead(sentence, following)
            if listed is not None:
                continue
            marked = self._marked(sentence, found)
            if marked and not (current is not None and _belongs(current, marked, found)):
                for start, end, reading in marked:
                    current = self._begin(sentence, start, end, reading)
                if context is not None and current is not None and current.kind in _TOLD_AT_LENGTH:
                    current.extend(*context)
            elif found and current is not None and _takes(current, sentence):
                current.extend(sentence, found)
            context = None
            if current is None and (stated := [f for f in found if f.field == "context"]):
                context = (sentence, stated)
        if current is None and len(self._drafts) == begun_before:
            self._story(unit, told)

    def _findings(self, sentence: Sentence) -> list[Finding]:
        """What a sentence states of the fields; what it aims at is none of it."""
        return [] if is_objective(sentence.text) else findings_in(sentence, language=self._reading.language)

    def _announces(self, sentence: Sentence) -> bool:
        return sentence.start in self._heads and not pattern("held").search(
            fold_keeping_length(sentence.text)
        )

    def _gone_on(self, unit: Unit, told: Sequence[_Told]) -> PracticeDraft | None:
        """The named practice that a paragraph goes on about: same event, no cue of its own, fields stated."""
        teller, self._teller = self._teller, None
        if teller is None or unit.segment.kind != "paragraph" or self._paragraphs_on >= _MOST_PARAGRAPHS_ON:
            return None
        if not any(found for _, found in told[:2]):
            return None
        if self._owned.get(told[0][0].start) != self._owned.get(teller.sentences[0].start):
            return None
        for sentence, _ in told:
            reading = read_practice(sentence.text)
            if reading is not None and reading.tells != "outcome":
                return None
            if is_administrative(sentence.text) or sentence.phrases:
                return None
        self._teller = teller
        self._paragraphs_on += 1
        return teller

    def _marked(self, sentence: Sentence, found: Sequence[Finding]) -> list[tuple[int, int, PracticeReading]]:
        """The pieces of a sentence that a cue marks, by their offsets, with what it tells."""
        begins = objective_start(sentence.text)
        whole = pieces(sentence.text)
        lead: PracticeReading | None = None
        if len(whole) > 1 and begins is None and whole[0].start:
            lead = read_practice(sentence.text[: whole[0].start], fewest_words=1)
            if lead is not None and (lead.kind != "recommendation" or lead.tells == "duty"):
                lead = None
        fewest = _FEWEST_WORDS_OF_ITEM if len(whole) > 1 and begins is None else _FEWEST_WORDS
        if lead is None and len(whole) > 1 and begins is None:
            lead = _kind_of_most([sentence.text[p.start : p.end] for p in whole])
        marked = []
        for piece in whole:
            start = piece.start
            if begins is not None and start < begins < piece.end and not start and len(whole) > 1:
                start = begins
            reading = read_practice(sentence.text[start : piece.end], fewest_words=fewest) or lead
            if reading is None:
                continue
            if reading.tells == "outcome" and any(f.field == "result" for f in found):
                reading = reading._replace(confidence=min(0.95, reading.confidence + _COUNTED))
            if self._owned.get(sentence.start) or reading.confidence >= _ALONE:
                marked.append((start, piece.end, reading))
        return marked

    def _begin(self, sentence: Sentence, start: int, end: int, told: PracticeReading) -> PracticeDraft:
        """Begin a practice with a sentence, or a piece of it."""
        text = sentence.text[start:end]
        found: list[Finding] = []
        if not is_objective(text):
            found = findings_in(sentence, language=self._reading.language, start=start, end=end)
        if told.kind == "recommendation":
            # What is advised is no condition of itself: only a clause of its own is.
            found = [f for f in found if f.start > sentence.start + start]
        draft = PracticeDraft(
            told.kind,
            told.rule,
            told.confidence,
            sentence.start + start,
            sentence.start + end,
            tells=told.tells,
            sentences=[sentence],
            found=found,
        )
        self._drafts.append(draft)
        counted = draft.tells == "outcome" and any(f.field == "result" for f in found)
        if draft.kind in _TOLD_AT_LENGTH and (draft.tells == "name" or counted):
            self._teller, self._paragraphs_on = draft, 0
        return draft

    def _story(self, unit: Unit, told: Sequence[_Told]) -> None:
        """A success that nothing names: something changed by so much, and another field is stated."""
        stated = [(s, found) for s, found in told if found and not self._announces(s)]
        fields = {f.field for _, found in stated for f in found}
        counted = any(
            f.field == "result"
            and pattern("quantity").search(fold_keeping_length(s.text), f.start - s.start, f.end - s.start)
            for s, found in stated
            for f in found
        )
        if unit.segment.kind != "paragraph" or not counted or len(fields) < 2:
            return
        first = stated[0][0]
        draft = PracticeDraft("success-case", "practice-story", _STORY, first.start, first.end, tells="name")
        for sentence, found in stated:
            draft.extend(sentence, found)
        self._drafts.append(draft)
        self._teller, self._paragraphs_on = draft, 0


def _belongs(
    current: PracticeDraft, marked: Sequence[tuple[int, int, PracticeReading]], found: Sequence[Finding]
) -> bool:
    """Whether a sentence with a cue of its own goes on about the named practice before: it states a field."""
    return (
        current.tells == "name"
        and current.kind in {*_TOLD_AT_LENGTH, "methodology"}
        and bool(found)
        and len(marked) == 1
        and marked[0][2].tells != "name"
        and marked[0][2].kind != "recommendation"
    )


def _takes(current: PracticeDraft, sentence: Sentence) -> bool:
    """Whether a sentence that states a field is about the practice before it in the paragraph."""
    if current.kind in _TOLD_AT_LENGTH:
        return True
    return bool(pattern("practice_goes_on").search(fold_keeping_length(sentence.text)))


def _kind_of_most(items: Sequence[str]) -> PracticeReading | None:
    """What the items of an enumeration recommend or teach, where most of them say so."""
    told = [r for item in items if (r := read_practice(item, fewest_words=_FEWEST_WORDS_OF_ITEM)) is not None]
    kinds = {r.kind for r in told}
    if 2 * len(told) > len(items) and len(kinds) == 1 and kinds <= {"recommendation", "lesson-learned"}:
        return min(told, key=lambda r: r.confidence)
    return None


def _list_lead(sentence: Sentence, following: Sentence | None) -> PracticeReading | None:
    """What a sentence announces that the next ones number ("Se extraen dos lecciones. La primera es …")."""
    if following is None or not _is_numbered(following):
        return None
    named = pattern("practices_announced").search(fold_keeping_length(sentence.text))
    if named is None:
        return None
    kind = next(name for name, words in named.groupdict().items() if words)
    if kind == "lesson":
        return PracticeReading("lesson-learned", "practice-list-lead", 0.85)
    return PracticeReading("recommendation", "practice-list-lead", 0.85)


def _is_numbered(sentence: Sentence) -> bool:
    return bool(pattern("numbered_in_prose").match(fold_keeping_length(sentence.text)))
