"""Which of the three languages a text is in."""

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

Language = Literal["es", "pt", "en"]

_LANGUAGES: tuple[Language, ...] = ("es", "pt", "en")
_SAMPLE = 2000  # characters that decide; more changes nothing and costs time
_CUE = 1.0  # log-odds that one cue is worth

# Function words that one of the three languages has and the other two have not, with and without accents, since
# queries are typed without them. Words two of them share ("de", "para", "o", "a") say nothing.
_WORDS: dict[Language, frozenset[str]] = {
    "es": frozenset(
        "el la los las del al y e en con por qué que cómo dónde cuándo cuál cuáles quién quiénes una unos unas su sus "
        "lo le les es son fue fueron más mas pero sin sobre entre hacia desde hay ha han muy también este esta estos "
        "estas ese nuestro cuáles cuales donde como cuando quien conseguir".split()
    ),
    "pt": frozenset(
        "o os ao aos à às da das do dos e em no na nos nas com por uma um uns umas seu sua seus suas é são foi foram "
        "mais mas sem entre não nao pelo pela pelos pelas num numa até já também tambem este esta isso isto você onde "
        "como quando quem quais qual que ou sao ter há".split()
    ),
    "en": frozenset(
        "the of and to in is are was were for with on by at from that this these those which what who where when how "
        "an as be been has have had its their our it or not about between into did does do can could will would there "
        "small".split()
    ),
}
_SHARED = frozenset.intersection(_WORDS["es"], _WORDS["pt"]) | (_WORDS["en"] & (_WORDS["es"] | _WORDS["pt"]))
_WORD = re.compile(r"[^\W\d_]+")
_SHAPES: dict[Language, re.Pattern[str]] = {
    "es": re.compile(
        r"[ñ¿¡]|ción\b|ciones\b|cion\b|siones\b|sión\b|dades?\b(?<!dade)(?<!dades)|dad\b|ll[aeo]|ú[^n]|ue[nrst]|ie[nr][tdr]",
        re.I,
    ),
    "pt": re.compile(
        r"[ãõêôàç]|coes\b|cao\b|ções\b|ção\b|dades?\b|nh[aeo]|lh[aeo]|ss[aeo]|[aeo]is\b|\w{3}em\b", re.I
    ),
    "en": re.compile(r"tions?\b|ings?\b|th|sh|w|k|ly\b|ness\b|ships?\b|y\b|ee|oo|ck", re.I),
}


def detect(text: str) -> Language:
    """The language of a document, a passage or a query of a few words: "es", "pt" or "en".

    The n-gram model of py3langid, restricted to the three, gives log-odds; function words and spellings that only
    one of the three has are added, which decides where a query is too short for n-grams. Spanish on a tie and for a
    text without letters.
    """
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample.casefold())
    if not words:
        return "es"
    scores: dict[Language, float] = dict.fromkeys(_LANGUAGES, 0.0)
    for label, probability in _identifier().rank(sample):
        scores[label] = math.log(max(float(probability), 1e-9))
    # More words make the cues surer, but in proportion they weigh as in a short sentence.
    weight = _CUE * min(1.0, 12 / len(words))
    for language in _LANGUAGES:
        function = sum(1 for word in words if word in _WORDS[language] and word not in _SHARED)
        shapes = sum(1 for word in words if _SHAPES[language].search(word))
        marks = 2 * sum(1 for mark in "¿¡" if mark in sample) if language == "es" else 0
        scores[language] += weight * (function + 0.7 * shapes + marks)
    return max(_LANGUAGES, key=lambda language: scores[language])


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LANGUAGES))
    return identifier
