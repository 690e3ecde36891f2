"""How far the name of an institution goes that begins with a head noun: "Ministerio de Industria, Comercio y
Turismo".

In: the tokens of a piece of text and the index of the head noun. Out: the index behind the name's last token.
A name grows over capitalised words and the connectors between them, and stops before a name of its own, a
second place and whatever the acronym behind it does not cover.
"""

from collections.abc import Sequence

from ingest.acronyms import acronym_ahead, acronym_fits, is_abbreviated, is_acronym
from ingest.event_titles import head_at, is_ordinal
from ingest.gazetteer import country_code
from ingest.grammar import (
    AND,
    ARTICLES,
    CLOSING_QUOTES,
    FOR,
    IN,
    IN_THE,
    NAME_SHAPES,
    OF,
    OPENING_QUOTES,
    SMALL,
    WITHOUT,
)
from ingest.institution_mentions import Known
from ingest.lexicon import institution_heads, pattern, word_types, words
from ingest.names_and_places import NamesAndPlaces, is_namesake
from ingest.person_names import is_person
from ingest.tokens import PhraseIndex, Token, unpossessed
from ingest.well_known_places import CountryOf

_LONGEST = 40  # tokens of a name
_OF_STATES = frozenset({"government-agency", "ministry"})


class NameGrowth(NamesAndPlaces):
    """Grows names over known names and places."""

    def __init__(
        self, known: PhraseIndex[Known], *, country_of: CountryOf, demonym_of: CountryOf, language: str
    ) -> None:
        super().__init__(known, country_of=country_of, demonym_of=demonym_of)
        self.language = language
        # A Portuguese "oficina" is a workshop.
        self._no_heads = {"oficina"} if language == "pt" else set()

    def grow(self, tokens: Sequence[Token], at: int, *, office: bool = False) -> int | None:
        """End (token index) of the name that starts with the head noun (or that of an `office`) at `at`."""
        start, at = at, _past_adjective(tokens, at)
        head = ("ministry", "strong") if office else institution_heads().get(tokens[at].folded)
        if head is None or head[1] == "never" or tokens[at].folded in self._no_heads:
            return None
        end = at + 1
        place_seen = False
        place_end = at  # of the place last seen
        if (
            end + 1 < len(tokens)
            and tokens[end].folded in words("small_adjectives")
            and (tokens[end + 1].shape in NAME_SHAPES)
        ):
            end += 1  # "Grupo constructor IDINSA"
        while end < len(tokens) and end - at < _LONGEST:
            token = tokens[end]
            if unpossessed(tokens[end - 1].folded) != tokens[end - 1].folded and (
                unpossessed(tokens[end - 1].folded) in word_types("name_endings")
            ):
                break  # "Crafts Partnership's Founder"
            if token.shape in NAME_SHAPES:
                if end > at + 1 and _begins_a_date(tokens, end):
                    break
                if (
                    self.is_known(tokens, end)
                    and end > at + 1
                    and tokens[end].folded not in words("portfolio")
                    and (tokens[end - 1].shape not in NAME_SHAPES)
                    and not self.country_at(tokens, end)
                    and not self._is_of_university(tokens, head[0], end)
                ):
                    break
                place = self.country_at(tokens, end)
                # "Cámara Argentina del Libro": right behind a noun a demonym is an adjective
                place_seen = place > 0 and not (place == 1 and self.is_adjective(tokens, end))
                end += max(1, place)
                place_end = end if place_seen else at
                continue
            if self._is_joint(tokens, end):
                end += 2 if token.text == "+" else 1
                continue
            if token.shape == "number" and len(token.text) == 4 and tokens[end - 1].shape in NAME_SHAPES:
                break
            if token.folded in {"a", "al", "ao"} and tokens[end - 1].folded in words("takes_to"):
                ahead = end + 1
                if ahead < len(tokens) and tokens[ahead].folded in ARTICLES:
                    ahead += 1
                if ahead < len(tokens) and tokens[ahead].shape in NAME_SHAPES:
                    end = ahead
                    continue
            if token.folded in SMALL or (token.folded in IN_THE and self.language == "pt"):
                if place_end == end and self._is_abroad(tokens, at, end):
                    end += 1
                    continue
                step = self._connector(tokens, at, end, place_seen)
                if step is None:
                    break
                place_seen = False
                end = step
                continue
            if token.text == "," and not place_seen and end > at + 1:
                step = self._listed(
                    tokens, end, portfolio=office or tokens[at].folded in words("listing_heads")
                )
                if step is None:
                    break
                end = step
                continue
            if token.text in OPENING_QUOTES and head[0] == "programme" and end == at + 1:
                closing = next(
                    (
                        i
                        for i in range(end + 1, min(end + 14, len(tokens)))
                        if tokens[i].text in CLOSING_QUOTES
                    ),
                    None,
                )
                return closing + 1 if closing else None
            break
        while (
            end > at + 1
            and tokens[end - 1].shape not in NAME_SHAPES
            and tokens[end - 1].text not in CLOSING_QUOTES
            and tokens[end - 2].text != "+"
        ):
            end -= 1
        end = self.up_to_acronym(tokens, start, end)
        if end == at + 1 < len(tokens) and head[0] in _OF_STATES and tokens[end].shape == "word":
            # "el Gobierno francés", "la Cancillería argentina"
            return end + 1 if self.demonym_of(tokens[end].text) else None
        return end if end > at + 1 and self._is_enough(tokens, at, end, head[1]) else None

    def _is_enough(self, tokens: Sequence[Token], at: int, end: int, strength: str) -> bool:
        """Whether the words behind a head noun that is a common noun too make it a name.

        Behind a "qualified" one an adjective ("Policía Nacional", "Cooperación Suiza"), a country at the end
        ("Correos de Chile") or a fitting acronym says so; behind a "proper" one a name right away ("Radio
        Loma Alta").
        """
        behind = tokens[at + 1]
        if strength == "proper":
            return behind.shape in NAME_SHAPES
        if strength != "qualified":
            return True
        if behind.folded in words("qualifiers") or (
            behind.shape == "Capital" and self.demonym_of(behind.text) is not None
        ):
            return True
        if any(t.folded in OF for t in tokens[at + 1 : end]) and (
            country_code(tokens[end - 1].text) or tokens[end - 1].folded in words("state_nouns")
        ):
            return tokens[end - 2].folded in OF | ARTICLES
        return is_abbreviated(tokens, at, end)

    def _is_of_university(self, tokens: Sequence[Token], kind: str, end: int) -> bool:
        """Whether the known body at `end` is the university that a society or a club is of: "Asociación de
        Egresados de la Universidad de Chile" is one name.
        """
        known = self.known_at(tokens, end)
        return (
            known is not None
            and known[1].type == "university"
            and not known[1].acronym
            and kind in {"chamber-or-business-association", "ngo-foundation"}
        )

    def _is_joint(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a name goes on behind what is no word: "Argentino- Mexicana", "I+D+i", "Alexander von
        Humboldt", "Castilla la Vieja"."""
        if at + 1 >= len(tokens) or (tokens[at - 1].shape not in NAME_SHAPES and tokens[at - 2].text != "+"):
            return False
        before, joint, behind = tokens[at - 1 : at + 2]
        if behind.shape not in NAME_SHAPES and not (joint.text == "+" and len(behind.text) == 1):
            return False
        if joint.text == "-":
            demonyms = self.demonym_of(before.text), self.demonym_of(behind.text)
            return joint.start == before.end and None not in demonyms
        if joint.text == "+":
            return before.end == joint.start and joint.end == behind.start
        if joint.folded == "la":
            return tokens[at - 2].folded in OF and joint.text == "la" and behind.shape == "Capital"
        return joint.folded in words("particles") and before.shape == behind.shape == "Capital"

    def _is_abroad(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """Whether "en" behind a country tells where its seat is: "Embajada de Francia en Quito"."""
        return (
            tokens[end].folded in IN
            and tokens[at].folded in words("heads_abroad")
            and self.country_at(tokens, end + 1) > 0
        )

    def up_to_acronym(self, tokens: Sequence[Token], at: int, end: int) -> int:
        """The end that the acronym behind decides: "Instituto para la Financiación, el Aval y … (IFAMM)"."""
        if end < len(tokens) and tokens[end].text == "(":
            return end
        small = SMALL | {",", "a", "al"}
        for i in range(end, min(end + 16, len(tokens) - 2)):
            token = tokens[i]
            if token.text == "(":
                acronym = tokens[i + 1]
                if acronym.shape not in NAME_SHAPES or tokens[i + 2].text not in {")", ","}:
                    return end
                whole = acronym_fits(acronym.text, " ".join(t.text for t in tokens[at:i]))
                own = max(
                    (
                        acronym_fits(acronym.text, " ".join(t.text for t in tokens[j:i]))
                        for j in range(end, i)
                        if tokens[j].shape in NAME_SHAPES
                    ),
                    default=0.0,
                )
                return i if whole > 0.7 and whole > own else end
            if token.shape not in NAME_SHAPES and token.folded not in small:
                return end
            if i > end and is_acronym(token) and self.is_known(tokens, i):
                return end
        return end

    def _connector(self, tokens: Sequence[Token], at: int, end: int, place_seen: bool) -> int | None:
        """Index after the connector at `end` when the name goes on behind it, else None."""
        word = tokens[end].folded
        following = end + 1
        article = None
        if following < len(tokens) and tokens[following].folded in ARTICLES | OF:
            article = tokens[following].folded
            following += 1
            if following < len(tokens) and tokens[following].folded in ARTICLES:  # y de la, para la las
                following += 1
        if following >= len(tokens) or tokens[following].shape not in NAME_SHAPES:
            return None
        ahead = tokens[following]
        head = institution_heads().get(head_of(tokens, following).folded)
        new_head = head is not None and (
            head.strength == "strong"
            or head.type == "media"
            or (head.strength != "weak" and (self.grow(tokens, following) or 0) > following + 2)
        )
        if word in ARTICLES or (word in WITHOUT and end == at + 1):
            return None  # "compras del Gobierno sin Papeles"
        if word in OF:
            body = institution_heads().get(ahead.folded)
            if (
                body
                and body[1] in {"strong", "weak"}
                and is_unit_head(tokens[at].folded)
                and _goes_on(tokens, following)
            ):
                return None
            if place_seen and not self._goes_on_place(tokens, end, article):
                return None
            return following
        if place_seen and word in AND:
            return None
        if word in AND and end == at + 1:
            return None  # "Ativistas em Rede e Mulheres"
        if word in AND:
            if new_head or self.is_known(tokens, following) or ahead.shape == "Mixed":
                return None
            if ahead.shape == "ACRONYM" and is_acronym(ahead):
                return None
            if article in {"el", "la", "los", "las", "o", "a", "the", "os", "as"}:
                abstract = ahead.folded in words("portfolio") or bool(
                    pattern("abstract_noun").search(ahead.folded)
                )
                good = (
                    ahead.folded in words("regions_in_names")
                    or (abstract and tokens[at].folded in words("listing_heads"))
                    or acronym_ahead(tokens, following, at, sure=not abstract)
                )
                return following if good else None
            if article is not None:  # y del Comercio
                return (
                    following
                    if ahead.folded in words("regions_in_names") | words("portfolio")
                    or pattern("abstract_noun").search(ahead.folded)
                    or tokens[at].folded in words("listing_heads")
                    else None
                )
            if self.country_at(tokens, following) or self._begins_another(tokens, at, end, following):
                return None
            return None if _is_whole_person(tokens, following) else following
        if word in IN_THE and not (
            ahead.folded in words("portfolio") or pattern("abstract_noun").search(ahead.folded)
        ):
            return None
        if word in IN | IN_THE and (
            self.country_at(tokens, following)
            or new_head
            or head_at(tokens, following) is not None
            or (is_ordinal(tokens, following) and head_at(tokens, following + 1) is not None)
        ):
            return None
        if word in IN | IN_THE | FOR and place_seen:
            return None
        return following

    def _goes_on_place(self, tokens: Sequence[Token], end: int, article: str | None) -> bool:
        """Whether "de (los)" goes on with the name of a town that has a namesake: "San Martín de los Andes",
        "Puerto Viejo del Río".
        """
        return (
            is_namesake(tokens, end)
            and article not in {"o", "a", "el"}
            and not self.country_at(tokens, end + 1)
        )

    def _begins_another(self, tokens: Sequence[Token], at: int, joint: int, following: int) -> bool:
        """Whether "y" parts two proper names, one of them of several words ("Banco Nuevo y Aguas del Norte"),
        and does not join two words of one ("Colectivo Pan y Rosas", "Cámara de Comercio y Turismo").
        """
        ahead = tokens[following].folded
        if any(t.shape not in NAME_SHAPES for t in tokens[at + 1 : joint]):
            return False
        if ahead in words("portfolio") | words("qualifiers") or any(
            pattern(name).search(ahead) for name in ("abstract_noun", "adjective")
        ):
            return False
        if acronym_ahead(tokens, following, at, sure=True):
            return False
        behind = following + 1
        more = behind < len(tokens) and (
            tokens[behind].shape in NAME_SHAPES
            or (
                tokens[behind].folded in OF
                and behind + 1 < len(tokens)
                and tokens[behind + 1].shape in NAME_SHAPES
            )
        )
        return more or joint - at > 2

    def _listed(self, tokens: Sequence[Token], comma: int, *, portfolio: bool) -> int | None:
        """Index after ", Comercio y Turismo"-like commas: portfolio words up to an "and".

        A ministry's portfolio (`portfolio`) may be anything ("Artesanía, Comercio de Barrio y Consumo").
        """
        at = comma + 1
        while at < len(tokens) and tokens[at].shape == "Capital":
            if not (
                portfolio
                or tokens[at].folded in words("portfolio")
                or pattern("abstract_noun").search(tokens[at].folded)
            ):
                return None
            if self.is_known(tokens, at) or self.country_at(tokens, at):
                return None
            if (
                tokens[at].folded in institution_heads()
                and institution_heads()[tokens[at].folded][1] == "strong"
                and at + 1 < len(tokens)
                and tokens[at + 1].folded not in AND | {","}
            ):
                return None
            word_end = at + 1
            while word_end < len(tokens) and (
                tokens[word_end].shape == "Capital"
                or (
                    portfolio
                    and tokens[word_end].folded in OF
                    and word_end + 1 < len(tokens)
                    and tokens[word_end + 1].shape == "Capital"
                )
            ):
                word_end += 1
            if word_end >= len(tokens) or any(
                t.folded in institution_heads() and institution_heads()[t.folded].strength == "strong"
                for t in tokens[at + 1 : word_end]
            ):
                return None
            if tokens[word_end].folded in AND:
                follows = word_end + 1
                if (
                    follows < len(tokens)
                    and tokens[follows].shape == "Capital"
                    and (
                        tokens[follows].folded in words("portfolio")
                        or pattern("abstract_noun").search(tokens[follows].folded)
                        or tokens[follows].folded not in institution_heads()
                    )
                ):
                    return comma + 1
                return None
            if tokens[word_end].text != ",":
                return None
            at = word_end + 1
        return None


def _begins_a_date(tokens: Sequence[Token], at: int) -> bool:
    """Whether a day or month stands right behind a name ("Ministerio de Justicia Miércoles, 8 de …")."""
    return tokens[at].folded in words("days_and_months") and tokens[at - 1].shape in NAME_SHAPES


def head_of(tokens: Sequence[Token], at: int) -> Token:
    """The head noun of the name that begins at `at`: behind an adjective or two ("Alto Comisionado …")."""
    return tokens[_past_adjective(tokens, at)]


def _past_adjective(tokens: Sequence[Token], at: int) -> int:
    if tokens[at].folded in words("before_heads") and at + 1 < len(tokens):
        head = institution_heads().get(tokens[at + 1].folded)
        if head is not None and head.strength != "never" and tokens[at + 1].shape in NAME_SHAPES:
            return at + 1
    return at


def _is_whole_person(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words with capitals at `at` are a person's name of two or three words and no more."""
    end = at
    while end < len(tokens) and tokens[end].shape == "Capital":
        end += 1
    return end - at in {2, 3} and is_person(tokens[at:end])


def _goes_on(tokens: Sequence[Token], head: int) -> bool:
    """Whether a name stands behind the head noun, past a connector or two."""
    for token in tokens[head + 1 : head + 4]:
        if token.shape in NAME_SHAPES:
            return True
        if token.folded not in SMALL:
            return False
    return False


def skip_of(tokens: Sequence[Token], at: int) -> int:
    """Index after "de (la)", "del", "of the"; `at` itself where there is none."""
    if at >= len(tokens) or tokens[at].folded not in OF:
        return at
    at += 1
    if at < len(tokens) and tokens[at].folded in ARTICLES:
        at += 1
    return at


def is_unit_head(head: str) -> bool:
    """Whether a folded head noun is that of a part of a larger body (Subsecretaría, Facultad …)."""
    return head in words("unit_heads")
