"""Which of the three languages a text is in."""

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

Language = Literal["es", "pt", "en"]

_LANGUAGES: tuple[Language, ...] = ("es", "pt", "en")
_SAMPLE = 250  # characters read at the start, in the middle and at the end of a longer text
_SHORT = 12  # words up to which each cue counts in full
_PLAIN, _TIMES = 8, 10
"""Words that one language alone has, and how many times those of any other, that settle it without the
model, which said the same of all but one, a piece of Turtle, of 3,942 such texts (passages of reports and of
question sets in Spanish and English)."""

# Words that one of the three languages has and the other two have not: function words (also without accents,
# as queries are typed) and the commonest nouns of the domain. A word that stands in two lists says nothing.
_WORDS: dict[Language, str] = {
    "es": """
        el la los las del al y e en con por qué que cómo dónde cuándo cuál cuáles quién quiénes una unos
        unas su sus lo le les es son fue fueron más pero sin sobre entre hacia desde hay ha han muy
        también este esta estos estas ese nuestro cuales donde como cuando quien conseguir empresa
        empresas pequeñas comercio negocio negocios desarrollo redes red talleres taller feria ferias
        proveedores gremios gremio cámara cámaras aval avales emprendedores emprendedor apoyo ministerio
        ministerios buenas casos lecciones calidad ciudad mujeres
        """,
    "pt": """
        o os ao aos à às da das do dos e em no na nos nas com por uma um uns umas seu sua seus suas é
        são foi foram mais mas sem entre não nao pelo pela pelos pelas num numa até já também este esta
        isso isto você onde como quando quem quais qual que ou sao ter há empresa empresas pequenas
        comércio negócio negócios rodada desenvolvimento rede redes oficina oficinas feira feiras
        fornecedores fornecedor câmara câmaras aval avais empreendedores empreendedor empreendedorismo
        apoio ministério ministérios boas casos lições qualidade cidade mulheres incubadora incubadoras
        cooperativas associativismo plataforma
        """,
    "en": """
        the of and to in is are was were for with on by at from that this these those which what who
        where when how an as be been has have had its their our it or not about between into did does do
        can could will would there small business businesses trade network networks workshop workshops
        seminar fair fairs supplier suppliers chamber loan loans support ministry best good cases
        lessons quality city women entrepreneur entrepreneurs entrepreneurship cluster clusters policy
        tourism enterprise enterprises credit guarantee
        """,
}
# Spellings that are at home in one language. "-dad" and "-dade", "ñ" and "nh", "-ción" and "-ção" are the
# regular pairs of Spanish and Portuguese.
_SHAPES: dict[Language, str] = {
    "es": r"[ñ]|ción\b|ciones\b|cion\b|sión\b|siones\b|dad\b|ll[aeo]|ue[nrst]|ie[nr][tdr]|illos?\b|eños?\b",
    "pt": r"[ãõêôàç]|coes\b|cao\b|dades?\b|nh[aeo]|lh[aeo]|ss[aeo]|[aeo]is\b|agens?\b|\w{3}em\b|eiros?\b",
    "en": r"tions?\b|ings?\b|th|sh|w|k|ly\b|ness\b|ships?\b|y\b|ee|oo|ck",
}
_WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> Language:
    """The language of a document, a passage or a query of a few words: "es", "pt" or "en".

    The n-gram model of py3langid, restricted to the three, gives log-odds; words and spellings that only
    one of the three has are added, which decides where a text is too short for n-grams. Spanish on a tie,
    and for a text without letters.
    """
    sample = _sample(text)
    words = _WORD.findall(sample.casefold())
    if not words:
        return "es"
    vocabulary, _ = _cues()
    known = Counter(map(vocabulary.get, words))
    if (plain := _plain(known)) is not None:
        return plain
    shaped = Counter(chain.from_iterable(map(_shaped_as, words)))
    # In longer texts the model is sure by itself; there the cues weigh by their share.
    weight = min(1.0, _SHORT / len(words))
    scores = {label: math.log(max(float(share), 1e-9)) for label, share in _identifier().rank(sample)}
    for language in _LANGUAGES:
        scores[language] += weight * (known[language] + 0.7 * shaped[language])
    scores["es"] += sum(1 for mark in "¿¡" if mark in sample)
    return max(_LANGUAGES, key=lambda language: scores[language])


def _plain(known: Counter[Language | None]) -> Language | None:
    """The language that the words alone tell beyond doubt, which saves asking the model."""
    (count, language), (other, _) = sorted(((known[each], each) for each in _LANGUAGES), reverse=True)[:2]
    return language if count >= _PLAIN and count >= _TIMES * other else None


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = (len(text) - _SAMPLE) // 2
    return " ".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


@lru_cache(maxsize=16_384)
def _shaped_as(word: str) -> frozenset[Language]:
    """The languages that a word, in lower case, is spelled like."""
    _, shapes = _cues()
    return frozenset(language for language in _LANGUAGES if shapes[language].search(word))


@lru_cache(maxsize=1)
def _cues() -> tuple[dict[str, Language], dict[Language, re.Pattern[str]]]:
    """The language of each word that one of them alone has, and the spellings of each."""
    lists = {language: frozenset(words.split()) for language, words in _WORDS.items()}
    own = {
        word: language
        for language, words in lists.items()
        for word in words.difference(*(lists[other] for other in _LANGUAGES if other != language))
    }
    return own, {language: re.compile(shape) for language, shape in _SHAPES.items()}


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LANGUAGES))
    return identifier
