"""Practices: what was learned, shown, taught or recommended, as passages with their kind.

A sentence, or one item of an enumeration inside it, is a candidate; cue phrases in es, pt and en say which kind it
is. Announcements (who sponsored, when, where) and lists of attendants are none.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple, cast

from graph.model import PracticeKind
from ingest.tokens import fold_keeping_length


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: PracticeKind
    weight: float
    regex: "re.Pattern[str]"
    rule: str


def _cues() -> tuple[_Cue, ...]:
    listed: list[tuple[str, float, str]] = [
        (
            "lesson-learned",
            1.0,
            r"leccion(?:es)? aprendidas?|lic(?:ao|oes) aprendidas?|lessons? learn(?:ed|t)|aprendizajes?|aprendizados?",
        ),
        (
            "good-practice",
            1.0,
            r"(?:buenas?|mejores) practicas?|boas? praticas?|melhores praticas|(?:good|best) practices?|practicas? (?:de|para|en) ",
        ),
        (
            "success-case",
            1.0,
            r"casos? (?:de )?exito(?:s[oa]s?)?|casos? de sucesso|experiencias? (?:exitosas?|de exito|innovadoras?)|success (?:stor|case)|successful (?:case|experience)|experiencias bem.sucedidas",
        ),
        (
            "success-case",
            0.9,
            r"como resultado|se (?:logro|lograron|concretaron|concreto|alcanzo|alcanzaron|obtuvo|obtuvieron)|permitio|permitieron|permitiu|logro (?:que|programar)|resultou|como resultado|as a result|made it possible|led to|achieved|conseguiu",
        ),
        (
            "recommendation",
            1.0,
            r"recomend\w+|recommend\w*|se espera que|espera-se que|es (?:importante|necesario|fundamental|preciso|clave|imprescindible)|e (?:importante|necessario|fundamental|preciso)|necesidad de|necessidade de|the need (?:to|for)|(?:debe|deben|deberia|deberian|deve|devem|should|must)\b|(?:acordo|acordaron|acordou|agreed)|puso de relieve|pusieron de relieve|se destaco|destacou-se|propus[oi]|propuesta|highlighted the|conclu(?:yo|yeron|iu)|adopto un conjunto",
        ),
        ("recommendation", 0.8, r"identificar posibles|reorientar|profundizar|fortalecer el trabajo"),
        (
            "methodology",
            1.0,
            r"metodologias?|methodolog(?:y|ies)|metodos? de|herramientas? (?:de|para)|ferramentas? (?:de|para)|capacidades tecnicas|transf(?:iri\w+|er\w+|ere\w+)|procedimientos|fases (?:del|para)|componentes? [ivx]+|proyecto piloto|fase piloto",
        ),
        (
            "success-case",
            0.7,
            r"intercambio de (?:sus )?experiencias|intercambio de experiencias|intercambiar experiencias|exchange of experiences?|troca de experiencias|conocer (?:las )?(?:diferentes )?experiencias|presentar experiencias",
        ),
    ]
    return tuple(
        _Cue(
            cast("PracticeKind", kind),
            weight,
            re.compile(rf"(?<!\w)(?:{pattern})"),
            f"practice-{kind}-{number}",
        )
        for number, (kind, weight, pattern) in enumerate(listed, 1)
    )


_CUES = _cues()
_ITEM = re.compile(r"(?:(?<=[:;,.])|(?<=\by)|(?<=\be)|(?<=\band)|\A)\s+(?:[ivx]{1,4}|[a-h]|\d{1,2})[\).]\s+")
_OBJECTIVE = re.compile(
    r"\b(?:objetivos?|proposito|finalidad|finalidade|objetivo geral|objectives?|aims?|goals?|con el (?:fin|objeto|objetivo|proposito) de|"
    r"busca|buscan|busco|buscaron|buscou|pretende|pretenden|tiene como (?:fin|objetivo)|a fin de|com o objetivo de|visa|in order to|aimed (?:at|to)|sought to)\b"
)
_OBJECTIVE_LEAD = re.compile(
    r"\A(?:(?:el|los|the|o|os|un|otro)\s+)?(?:principal(?:es)?\s+)?(?:objetivos?|propositos?|finalidad(?:es)?|aims?|objectives?|goals?|purpose)\b[^:]{0,110}?"
    r"(?:\b(?:fue|fueron|es|son|era|eran|pretende|pretenden|consistio en|sera|seran|foi|foram|e|was|were|is|are)\b:?|:)\s*(?:,\s*entre otros,\s*)?(?:que\s+|to\s+|los siguientes:?\s*)?"
)
_ENUMERATION_MIN = 2


class Piece(NamedTuple):
    """A piece of a sentence, by its offsets in it."""

    start: int
    end: int


class PracticeReading(NamedTuple):
    """What kind of practice a piece tells of, by which rule, and how sure that is."""

    kind: PracticeKind
    rule: str
    confidence: float


def pieces(text: str) -> list[Piece]:
    """The items of an enumeration in a sentence ("i) …; ii) …"), or the sentence whole."""
    folded = fold_keeping_length(text)
    marks = list(_ITEM.finditer(folded))
    if len(marks) < _ENUMERATION_MIN:
        return [Piece(0, len(text))]
    found = []
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        item = text[mark.end() : end]
        item = re.sub(r"[;,]?\s*(?:\b[ye]|\band)?\s*\Z", "", item)
        if item.strip():
            found.append(Piece(mark.end(), mark.end() + len(item)))
    return found


def is_objective(text: str) -> bool:
    """Whether a sentence states an objective."""
    return bool(_OBJECTIVE.search(fold_keeping_length(text)))


def objective_start(text: str) -> int | None:
    """Offset of what is aimed at in "El objetivo del taller fue …"; None where the sentence does not start so."""
    lead = _OBJECTIVE_LEAD.match(fold_keeping_length(text))
    return lead.end() if lead else None


def read_practice(text: str) -> PracticeReading | None:
    """The kind of practice that `text` tells of, if any: the cue of most weight, the earlier in a tie."""
    folded = fold_keeping_length(text)
    if len(folded.split()) < 7:
        return None
    best: tuple[float, int, _Cue] | None = None
    count = 0
    for cue in _CUES:
        match = cue.regex.search(folded)
        if match is None:
            continue
        count += 1
        candidate = (cue.weight, -match.start(), cue)
        if best is None or candidate[:2] > best[:2]:
            best = candidate
    if best is None:
        return None
    cue = best[2]
    return PracticeReading(
        cue.kind, cue.rule, round(min(0.95, 0.5 + 0.25 * cue.weight + 0.1 * (count - 1)), 3)
    )


_NUMBERED_RESULT = re.compile(
    r"(?:mas de|al menos|unas?|unos|cerca de|over|more than|at least|mais de|pelo menos|about)?\s*\b\d[\d.,]*\s?(?:%|por ciento|empresas|participantes|"
    r"empresarios|consultores|redes|visitas|personas|mujeres|jovenes|paises|proyectos|millones|companies|participants|firms|people|pessoas)[^.;,]{0,60}"
)


def numbered_results(text: str) -> list[Piece]:
    """Results told with their number ("más de 50 participantes del sector público")."""
    return [
        Piece(m.start() + len(m.group()) - len(m.group().lstrip()), m.end())
        for m in _NUMBERED_RESULT.finditer(fold_keeping_length(text))
    ]
