"""The log of curators' decisions: JSON lines, only ever appended to.

A decision that was recorded is never changed; a later one undoes it (`Split` a `Merge`, `AcceptClaim` a
`RejectClaim`, an offer withdrawn). The state of affairs is what replaying the log from its beginning gives.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, get_args

from graph.errors import WorkspaceError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What every decision has: who made it, and when (ISO 8601), which the log fills in where it is empty."""

    kind: ClassVar[str]
    by: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged(_Made):
    """A decision with why it was made."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnClaim(_Judged):
    """A decision on a claim (IRI)."""

    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnTheme(_Judged):
    """A decision on a theme (IRI) that documents propose."""

    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared(_Made):
    """What an actor (IRI) declares, in its own words; `themes` (IRIs) are those it names."""

    actor: str
    text: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(_Judged):
    """The actor or event `old` is `new` (IRIs); `old` redirects to it from now on."""

    kind: ClassVar[str] = "merge"
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(_Judged):
    """The merge of `old` (IRI) is undone, a curator's or, where there is none, that of the comparer."""

    kind: ClassVar[str] = "split"
    old: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinct(_Judged):
    """The actors or events `one` and `other` (IRIs) are two: they are not offered as candidates again."""

    kind: ClassVar[str] = "distinct"
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectClaim(_OnClaim):
    """The claim (IRI) does not hold: its plain triple is not asserted any more."""

    kind: ClassVar[str] = "reject-claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptClaim(_OnClaim):
    """A curator confirms the claim (IRI)."""

    kind: ClassVar[str] = "accept-claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectClaim(_OnClaim):
    """The claim (IRI) is right but for its object, which should be `value` (a term in N-Triples)."""

    kind: ClassVar[str] = "correct-claim"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTheme(_OnTheme):
    """A theme (IRI) that documents propose is one: what they tell of it has it from now on."""

    kind: ClassVar[str] = "accept-theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectTheme(_OnTheme):
    """A theme (IRI) that documents propose is none: it is not proposed again."""

    kind: ClassVar[str] = "reject-theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTheme(_OnTheme):
    """A theme (IRI) that documents propose is another word for the theme `to` (IRI)."""

    kind: ClassVar[str] = "map-theme"
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(_Declared):
    """An actor (IRI) offers something to its peers, in its own words; `themes` (IRIs) are those it names."""

    kind: ClassVar[str] = "offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(_Declared):
    """An actor (IRI) needs something of its peers, in its own words; `themes` (IRIs) are those it names."""

    kind: ClassVar[str] = "need"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(_Judged):
    """The offer or need (IRI) does not stand any more."""

    kind: ClassVar[str] = "withdraw"
    declaration: str


ClaimVerdict: TypeAlias = RejectClaim | AcceptClaim | CorrectClaim
Decision: TypeAlias = (
    Merge | Split | Distinct | ClaimVerdict | AcceptTheme | RejectTheme | MapTheme | Offer | Need | Withdraw
)

_KINDS: Mapping[str, type[Decision]] = {kind.kind: kind for kind in get_args(Decision)}
_STATUS = {RejectClaim: "rejected", AcceptClaim: "accepted", CorrectClaim: "corrected"}


class DecisionLog:
    """The log in the folder `decisions/` of a workspace. Reading needs no lock; the folder may be missing."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "decisions.jsonl"

    def append(self, decision: Decision) -> None:
        """Record a decision; it is on the disk when this returns. `at` is filled in where it is empty.

        Raises WorkspaceError where the log cannot be written.
        """
        entry = {"kind": decision.kind, **asdict(decision)}
        entry["at"] = decision.at or datetime.now(UTC).isoformat(timespec="seconds")
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode("utf-8")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                end = file.seek(0, os.SEEK_END)
                file.seek(max(0, end - 1))
                if end and file.read(1) != b"\n":
                    line = b"\n" + line  # a writer died in the middle of its line: leave it, start our own
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise WorkspaceError(f"{self.path}: the decision was not recorded: {error.strerror}") from error

    def read(self) -> list[Decision]:
        """All decisions in the order they were made. An unfinished line of a dying writer is passed over.

        Raises WorkspaceError that names the line where a finished line is not a decision.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise WorkspaceError(f"{self.path}: cannot be read: {error.strerror}") from error
        return list(self._parse(data.split(b"\n")))

    def _parse(self, lines: Sequence[bytes]) -> Iterator[Decision]:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                entry: dict[str, Any] = json.loads(line)
            except ValueError:
                continue  # never acknowledged: `append` returns only when the whole line is on the disk
            try:
                kind = _KINDS[entry.pop("kind")]
                said: dict[str, Any] = {
                    name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
                }
                yield kind(**said)
            except (KeyError, TypeError, AttributeError) as error:
                raise WorkspaceError(
                    f"{self.path}, line {number}: this is not a decision: {error}"
                ) from error


def merged(decisions: Iterable[Decision]) -> dict[str, str]:
    """Old IRI → the IRI that stands for it now, chains followed; a merge that would close a ring is void."""
    direct: dict[str, str] = {}
    for decision in decisions:
        if isinstance(decision, Merge):
            others = {old: new for old, new in direct.items() if old != decision.old}
            if _target(decision.new, others) != decision.old:
                direct[decision.old] = decision.new
        elif isinstance(decision, Split):
            direct.pop(decision.old, None)
    return {old: _target(old, direct) for old in direct}


@dataclass(frozen=True, slots=True)
class Apart:
    """What no comparer may join: each of `alone` with anything, each of `pairs` with one another."""

    alone: frozenset[str] = frozenset()
    pairs: frozenset[frozenset[str]] = frozenset()


def apart(decisions: Iterable[Decision]) -> Apart:
    """Who was told apart and not merged since.

    A `Split` that undoes a curator's merge parts the two that it had joined; one that undoes none takes the
    IRI out of what the comparer joined.
    """
    direct: dict[str, str] = {}
    alone: set[str] = set()
    pairs: set[frozenset[str]] = set()
    for decision in decisions:
        if isinstance(decision, Merge):
            direct[decision.old] = decision.new
            alone.discard(decision.old)
            pairs.discard(frozenset({decision.old, decision.new}))
        elif isinstance(decision, Distinct):
            pairs.add(frozenset({decision.one, decision.other}))
        elif isinstance(decision, Split):
            if new := direct.pop(decision.old, None):
                pairs.add(frozenset({decision.old, new}))
            else:
                alone.add(decision.old)
    return Apart(frozenset(alone), frozenset(pairs))


@dataclass(frozen=True, slots=True)
class Review:
    """What a curator said of a claim: the slug of its status, and the object (N-Triples) of a correction."""

    status: str
    value: str | None = None


def reviewed(decisions: Iterable[Decision]) -> dict[str, Review]:
    """Claim IRI → its review, by the last decision on it."""
    return {
        decision.claim: Review(
            _STATUS[type(decision)], decision.value if isinstance(decision, CorrectClaim) else None
        )
        for decision in decisions
        if isinstance(decision, RejectClaim | AcceptClaim | CorrectClaim)
    }


def theme_verdicts(decisions: Iterable[Decision]) -> dict[str, str]:
    """Proposed theme (IRI) → "accepted", "rejected", or the IRI of the theme that it is another word for.

    The last decision on a theme holds; a theme mapped to a mapped one goes where that one went.
    """
    verdicts: dict[str, str] = {}
    for decision in decisions:
        if isinstance(decision, AcceptTheme):
            verdicts[decision.theme] = "accepted"
        elif isinstance(decision, RejectTheme):
            verdicts[decision.theme] = "rejected"
        elif isinstance(decision, MapTheme):
            others = {theme: to for theme, to in verdicts.items() if theme != decision.theme}
            if _target(decision.to, others) != decision.theme:
                verdicts[decision.theme] = decision.to
    return {theme: _settled(theme, verdicts) for theme in verdicts}


def _settled(theme: str, verdicts: Mapping[str, str]) -> str:
    """What became of a theme, mappings followed; one mapped to an accepted theme is that theme."""
    verdict = verdicts[theme]
    while verdict in verdicts and verdicts[verdict] != "accepted":
        verdict = verdicts[verdict]
    return verdict


def _target(start: str, direct: Mapping[str, str]) -> str:
    """Where a chain of merges ends; it has no ring, since `merged` lets none in."""
    while start in direct:
        start = direct[start]
    return start
