"""An evaluation as text for the console; nothing is printed here."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from search_api.scoring.errors import ExtractionError, told_in_words
from search_api.scoring.evaluation import ExtractionEvaluation
from search_api.scoring.gold import PRACTICE_FIELDS
from search_api.scoring.rule_scores import RuleScore
from search_api.wording.tables import WIDTH, table

_MEASURES = ("precision", "recall", "f1")
_SUMMARY = {
    "events.f1": "events",
    "events.fields": "fields",
    "actors.f1": "actors",
    "actors.type": "type",
    "actors.country": "country",
    "organisers.f1": "organisers",
    "participants.f1": "participants",
    "themes.f1": "themes",
    "practices.f1": "practices",
    "practices.kind": "kind",
}
_FOUND = (
    "events",
    "actors",
    "organisers",
    "participants",
    "participations",
    "themes",
    "practices",
    "practices.actors",
    "practices.themes",
    *(f"practices.{field}" for field in PRACTICE_FIELDS),
)
_FIELDS = (
    *(
        f"events.{f}"
        for f in ("type", "status", "start_date", "year", "end_date", "city", "country", "fields")
    ),
    "actors.type",
    "actors.country",
    "practices.kind",
    "practices.event",
)


def summary(evaluation: ExtractionEvaluation) -> str:
    """A row of F1 and accuracies for each document, and the micro and macro averages of several."""
    rows = [(_short(score.document), score.figures) for score in evaluation.documents]
    if len(rows) > 1:
        rows += [("all (micro)", evaluation.micro), ("all (macro)", evaluation.macro)]
    shown = [name for name in _SUMMARY if any(name in figures for _, figures in rows)]
    columns = ["document", *(_SUMMARY[name] for name in shown)]
    return table(columns, [[name, *(_figure(figures, one) for one in shown)] for name, figures in rows])


def overall(evaluation: ExtractionEvaluation) -> str:
    """Precision, recall and F1, then accuracies of fields, over all facts (micro) and documents (macro)."""
    micro, macro = evaluation.micro, evaluation.macro
    found = [
        [name, *(_figure(of, f"{name}.{measure}") for of in (micro, macro) for measure in _MEASURES)]
        for name in _FOUND
        if f"{name}.f1" in micro
    ]
    fields = [[name, _figure(micro, name), _figure(macro, name)] for name in _FIELDS if name in micro]
    twice = ", ".join(f"{micro[f'{what}.duplicates']:.0f} {what}" for what in ("events", "actors"))
    return "\n\n".join(
        (
            table(["found", "precision", "recall", "F1", "macro P", "macro R", "macro F1"], found),
            table(["field", "accuracy", "macro"], fields),
            f"found twice: {twice}",
        )
    )


def errors(worst: Sequence[ExtractionError], *, among: int) -> str:
    """Errors with the sentence where each stands, or that there are none."""
    if not among:
        return "No errors."
    lines = [f"The worst {len(worst)} of {among} errors" if len(worst) < among else f"All {among} errors"]
    for number, error in enumerate(worst, 1):
        where = f"   {_short(error.document)}"
        where += f", characters {error.span.start}-{error.span.end}" if error.span else ""
        where += f", read by {', '.join(error.rules)}" if error.rules else ""
        where += f", costs {error.cost} facts" if error.cost > 1 else ""
        lines.append(textwrap.shorten(f"{number}. {told_in_words(error)}", 2 * WIDTH, placeholder=" …"))
        lines.append(where)
        if error.sentence:
            short = textwrap.shorten(error.sentence, 3 * WIDTH, placeholder=" …")
            lines.append(textwrap.fill(f"«{short}»", WIDTH, initial_indent="   ", subsequent_indent="   "))
    return "\n".join(lines)


def rules(scores: Iterable[RuleScore]) -> str:
    """A row for each rule, those with most errors first."""
    rows = [
        [
            score.rule,
            score.reads,
            *(str(count) for count in (score.fired, score.right, score.wrong, score.undecidable)),
            "" if score.precision is None else f"{score.precision:.3f}",
        ]
        for score in scores
    ]
    return table(["rule", "reads", "fired", "right", "wrong", "undecidable", "precision"], rows)


def _figure(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.3f}" if name in figures else ""


def _short(document: str) -> str:
    return document if len(document) <= 32 else f"{document[:31]}…"
