"""Names of institutions in a text.

Three sources, longest match first: names that are already known (the authority file, names the document
defines), names grown from a head noun (Ministerio, Câmara, Foundation …) and names told by their form alone
(acronyms, CamelCase, company endings). Everything works on the tokens of one piece of cleaned text.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from ingest.tokens import PhraseIndex, Token, fold, is_roman, tokenise

CountryOf = Callable[[str], str | None]
"""Gives the ISO 3166-1 alpha-2 code for a name, None where the name says none."""

_OF = {"de", "del", "da", "do", "das", "dos", "of"}
_ARTICLES = {"el", "la", "los", "las", "o", "a", "os", "as", "the"}
_AND = {"y", "e", "and", "&", "i", "y/o", "e/ou", "and/or"}
_FOR = {"para", "for", "por", "pela", "pelo", "contra", "sobre", "against", "on"}
_IN = {"en", "em", "in"}
_REGIONS = {"caribe", "caribbean", "pacifico", "pacific"}
# Adjectives that stay small between a head noun and a name.
_LOWER_ADJECTIVES = set(
    [
        "empresarial",
        "empresaria",
        "constructor",
        "constructora",
        "consultor",
        "consultora",
        "financiero",
        "financiera",
        "industrial",
        "editorial",
        "hotelero",
        "cooperativo",
        "cooperativa",
        "educativo",
        "educativa",
        "privado",
        "privada",
        "publico",
        "publica",
        "tecnologico",
        "tecnologica",
        "inmobiliario",
    ]
)
_LISTING_HEADS = {
    "ministerio",
    "ministry",
    "viceministerio",
    "subsecretaria",
    "secretaria",
    "consejo",
    "consejeria",
    "conselleria",
}
# Nouns that take "a": "Fondo de Apoyo a la Microempresa".
_TAKES_TO = set(
    "fomento apoyo apoio atencion ayuda asistencia acceso promocion estimulo incentivo servicio servicios".split()
)
_NAME_SHAPES = {"Capital", "ACRONYM", "Mixed"}

# Endings of abstract nouns in es, pt and en: the portfolio words of a ministry or chamber ("Industria, Comercio y
# Turismo"), which a name may list with commas.
_ABSTRACT = re.compile(
    r"(cion|ciones|sion|dad|dades|ia|ias|io|ios|ismo|ura|uras|miento|mientos|aje|cao|coes|sao|dade|mento|mentos|"
    r"gem|cia|cias|encia|anza|anca|tion|tions|ment|ics|ogy|ity|ade|ry|erce|ism)\Z"
)
_PORTFOLIO = set(
    "comercio comercios turismo trabajo trabalho hacienda fazenda fomento pesca artesania "
    "artesanias empleo emprego transporte transportes energia minas salud saude obras deporte "
    "esporte cultura desarrollo desenvolvimento micro pequena pequenas pequeno mediana medianas "
    "media medias small medium producao produccion finanzas financas ambiente ciencia industria "
    "industrias servicios servicos pymes mipymes pyme mipyme trade labour labor finance energy "
    "science arts banca seguros exterior artesanado".split()
)
# Words in capitals that name no institution.
_NOT_AN_ACTOR = set(
    "pyme pymes mipyme mipymes mipes mype mypes mpme mpmes mpyme mpymes pme pmes sme smes msme "
    "msmes tic tics ti it ict icts ong ongs ong's osc oscs ngo ngos pib gdp pbi iva isr rse csr alc "
    "eeuu ee uu usa eua ods sdg iso ia ai i+d idi id url www http https pdf cd dvd tv ceo cfo cto "
    "cio kpi roi b2b b2c p2p faq s.a sa ltda inc cv ppt covid covid-19 dni nit rut ruc cuit cnpj "
    "cpf iot 3d 4g 5g lgbt lgbti lgbtq dc df rj sp mg ba pe ce rs rn pb al sc pr go pa am a.m p.m "
    "pm hs hrs n no nº etc vip tlc tlcs ied fdi usd eur mxn cop brl us obs ps arpa ciiu ee.uu ii "
    "iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx xxi am fm gps gmt utc sms led "
    "qr ok nps startup startups mou".split()
)
# Venues and generic things that start like an institution but are none.
_NOT_A_NAME = re.compile(
    r"(centro de (convenciones|eventos|exposiciones|negocios)|centro (historico|comercial)|parque (central|nacional)|"
    r"convention cent(er|re)|programas? marco|red(es)? social(es)?|redes sociais|social networks?|consejo directivo|"
    r"comite (organizador|cientifico|tecnico|de organizacion)|grupo de trabajo|junta directiva|comision organizadora|"
    r"conselho diretor|sociedad (de la informacion|civil)|sociedade (da informacao|civil)|"
    r"sistema (nacional|financiero|productivo|de informacion)|servicio(s)? de|programa (de|del|do|da) (curso|evento|"
    r"taller|seminario|trabajo)|departamento de|comunidad (educativa|internacional|empresarial)|"
    r"colegio electoral|asamblea general|general assembly|assembleia geral|"
    r"escuela de verano|bolsa de|proyecto piloto|banco de (datos|proyectos|preguntas)|direccion (general|ejecutiva)\Z)\b"
)
_PLURAL_HEADS = {
    "alcaldias": "Alcaldía", "ministerios": "Ministerio", "universidades": "Universidad", "prefeituras": "Prefeitura",
    "gobernaciones": "Gobernación", "municipalidades": "Municipalidad", "ayuntamientos": "Ayuntamiento",
    "secretarias": "Secretaría", "ministries": "Ministry", "camaras": "Cámara",
}  # fmt: skip
# Adjectives that on their own leave a head noun generic: "Gobierno Nacional", "Secretaría Técnica".
_GENERIC_TAIL = set(
    "nacional nacionales general generales tecnica tecnico regional regionales local locales "
    "federal federais publica publico nacionais gerais internacional internacionales ejecutiva "
    "ejecutivo executiva executivo permanente virtual piloto central social civil abierto aberto "
    "open digital sectorial".split()
)
_COMPANY_TAIL = {
    "consultores": "consultancy",
    "consulting": "consultancy",
    "consultoria": "consultancy",
    "consultants": "consultancy",
    "consultora": "consultancy",
    "group": "company",
    "s.a": "company",
    "ltda": "company",
    "inc": "company",
    "gmbh": "company",
    "labs": "company",
    "ltd": "company",
    "llc": "company",
    "plc": "company",
    "corp": "company",
    "trust": "fund",
    "endowment": "fund",
    "guild": "chamber-or-business-association",
    "league": "network",
    "cooperative": "chamber-or-business-association",
    "school": "university",
    "college": "university",
    "academy": "university",
    "division": "government-agency",
    "department": "government-agency",
    "bureau": "government-agency",
    "museum": "ngo-foundation",
    "press": "media",
    "hub": "network",
    "foundation": "ngo-foundation",
    "university": "university",
    "institute": "research-or-training-centre",
    "bank": "development-bank",
    "center": "research-or-training-centre",
    "centre": "research-or-training-centre",
    "partnership": "network",
    "alliance": "network",
    "network": "network",
    "secretariat": "multilateral",
    "programme": "programme",
    "program": "programme",
    "corporation": "company",
    "fund": "fund",
    "federation": "chamber-or-business-association",
    "confederation": "chamber-or-business-association",
    "office": "government-agency",
    "authority": "government-agency",
    "organization": "multilateral",
    "organisation": "multilateral",
    "society": "chamber-or-business-association",
    "council": "government-agency",
    "agency": "government-agency",
    "association": "chamber-or-business-association",
    "chamber": "chamber-or-business-association",
    "ministry": "ministry",
    "commission": "government-agency",
    "union": "multilateral",
}
_NOUNS_OF_BODIES: dict[str, str | None] = {
    "empresa": "company", "compania": "company", "consultora": "consultancy", "consultoria": "consultancy",
    "firma": "consultancy", "incubadora": "company", "aceleradora": "company", "startup": "company", "start-up": "company",
    "fundacion": "ngo-foundation", "fundacao": "ngo-foundation", "ong": "ngo-foundation", "cooperativa":
    "chamber-or-business-association", "sociedad": "company", "plataforma": "network", "estaleiro": "company",
    "fabrica": "company", "agencia": "government-agency", "aseguradora": "company", "editorial": "media",
    "periodico": "media", "diario": "media", "jornal": "media", "revista": "media", "emisora": "media",
    "universidad": "university", "universidade": "university", "company": "company", "firm": "company",
    "foundation": "ngo-foundation", "charity": "ngo-foundation", "colectivo": "ngo-foundation", "coletivo": "ngo-foundation",
}  # fmt: skip
_ROLE_NOUNS = {
    "firma",
    "empresa",
    "consultora",
    "compania",
    "firm",
    "company",
    "empresas",
    "entidad",
    "organizacion",
}


_TIME_ZONES = {
    "ast",
    "est",
    "cst",
    "pst",
    "cet",
    "brt",
    "art",
    "clt",
    "pet",
    "cot",
    "gmt",
    "utc",
    "edt",
    "cdt",
    "mst",
}
_SURNAME = re.compile(r"(?:Mc|Mac|O['’]|D['’]|De|Di|La|Le|Van|Fitz)[A-Z][a-z]+\Z")


@dataclass(frozen=True, slots=True)
class Known:
    """A name that is known before reading: from the authority file or defined in the document."""

    name: str
    type: str | None
    country: str | None
    authority: str | None
    acronym: bool = False
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class InstitutionMention:
    """One occurrence of an institution's name.

    `acronym` and `acronym_span` tell an acronym given beside the name; `unit_of` is the index, in the same
    list, of the larger body that the name says it belongs to.
    """

    start: int
    end: int
    name: str
    type: str | None
    country: str | None
    rule: str
    confidence: float
    acronym: str | None = None
    acronym_span: tuple[int, int] | None = None
    unit_of: int | None = None
    authority: str | None = None


@cache
def heads() -> dict[str, tuple[str, str]]:
    """Head nouns: folded word → (actor type, strength)."""
    with files("ingest").joinpath("lexicon/institution_heads.csv").open(encoding="utf-8") as lines:
        return {row["word"]: (row["type"], row["strength"]) for row in csv.DictReader(lines)}


def acronym_fits(acronym: str, name: str) -> float:
    """How well `acronym` abbreviates `name` (0 to 1).

    The letters must come in order from the words of the name, each at the start of a word or running on from
    the letter before (Schwartz and Hearst, 2003, loosened to prefixes, so that CONINDUSTRIA and SEPYME fit);
    the score is the share of its letters that start a word or run on, times the share of content words used.
    """
    letters = re.sub(r"[^a-z0-9]", "", fold(acronym))
    words = [t.folded for t in tokenise(name) if t.shape != "punct"]
    small = _OF | _ARTICLES | _AND | _FOR | _IN
    content = [w for w in words if w not in small]
    if len(letters) < 2 or not content:
        return 0.0

    # best[i] = (words used, position) after matching i letters; greedy over words with back-off is enough here
    @cache
    def cover(letter: int, word: int) -> tuple[int, int]:
        """(letters matched, content words used) from `letter` on with words from `word` on."""
        if letter == len(letters) or word == len(words):
            return 0, 0
        best = cover(letter, word + 1)
        prefix = 0
        while (
            letter + prefix < len(letters)
            and prefix < len(words[word])
            and letters[letter + prefix] == words[word][prefix]
        ):
            prefix += 1
            matched, used = cover(letter + prefix, word + 1)
            candidate = matched + prefix, used + (words[word] not in small)
            best = max(best, candidate)
        return best

    matched, used = cover(0, 0)
    if letters[0] != words[0][0] and letters[0] != content[0][0]:
        return 0.5 * matched / len(letters)
    return matched / len(letters) * (0.5 + 0.5 * min(1.0, used / min(len(content), len(letters))))


def is_acronym(token: Token) -> bool:
    """Whether the token may be an institution's acronym by its form."""
    return (
        token.shape in {"ACRONYM", "Mixed"}
        and token.folded not in _TIME_ZONES
        and token.text.isascii()
        and not _SURNAME.match(token.text)
        and 2 <= len(token.text) <= 15
        and token.folded not in _NOT_AN_ACTOR
        and not is_roman(token.text)
        and token.folded.rstrip("s") not in _NOT_AN_ACTOR
    )


class InstitutionFinder:
    """Finds institutions; holds what is known and the ways to tell a country: by a place and by a demonym."""

    def __init__(
        self, known: PhraseIndex[Known], country_of: CountryOf, demonym_of: CountryOf, *, language: str = "es"
    ) -> None:
        self._known = known
        self._country_of = country_of
        self._demonym_of = demonym_of
        # A Portuguese "oficina" is a workshop.
        self._no_heads = {"oficina"} if language == "pt" else set()

    def find(self, text: str) -> list[InstitutionMention]:
        """Mentions in the order of the text, none inside another."""
        tokens = tokenise(text)
        shouting = _is_shouting(tokens)
        found: list[InstitutionMention] = []
        at = 0
        while at < len(tokens):
            listed = None if shouting else self._plural_head(text, tokens, at, found)
            if listed is not None:
                at = listed
                continue
            step = None if shouting else self._read(text, tokens, at, found)
            at = step if step is not None else at + 1
        return found

    def _plural_head(
        self, text: str, tokens: list[Token], at: int, found: list[InstitutionMention]
    ) -> int | None:
        """ "las alcaldías de Bucaramanga y Yumbo": one institution for each name behind a plural head noun."""
        singular = _PLURAL_HEADS.get(tokens[at].folded)
        if (
            singular is None
            or at + 2 >= len(tokens)
            or tokens[at + 1].folded not in {"de", "del", "do", "da", "of"}
        ):
            return None
        if tokens[at + 1].end != tokens[at].end + 1 + len(tokens[at + 1].text):
            return None
        names: list[tuple[int, int]] = []
        position = at + 2
        while position < len(tokens):
            end = position
            while end < len(tokens) and tokens[end].shape in {"Capital", "ACRONYM"}:
                end += 1
            if end == position or tokens[position].folded in heads():
                break
            names.append((position, end))
            if end < len(tokens) and (tokens[end].text == "," or tokens[end].folded in {"y", "e", "and"}):
                position = end + 1
                if position < len(tokens) and tokens[position].folded in {"de", "del", "do", "da", "of"}:
                    position += 1
            else:
                break
        if len(names) < 2:
            return None
        for start, end in names:
            name = f"{singular} {tokens[at + 1].text} {text[tokens[start].start : tokens[end - 1].end]}"
            kind = heads()[fold(singular.split()[0])][0]
            found.append(
                InstitutionMention(
                    tokens[start].start, tokens[end - 1].end, name, kind, self._country_in(tokens[start - 1 : end]),
                    "plural-head", 0.75,
                )
            )  # fmt: skip
        return names[-1][1]

    # -- one mention ------------------------------------------------------------------------------------------

    def _read(self, text: str, tokens: list[Token], at: int, found: list[InstitutionMention]) -> int | None:
        known = self._match_known(tokens, at)
        grown = self._grow_from_head(tokens, at) if tokens[at].shape in {"Capital", "ACRONYM"} else None
        if grown is not None and (known is None or grown > at + known[0]):
            return self._take_grown(text, tokens, at, grown, found)
        if (
            known is not None
            and grown is not None
            and self._is_unit_and_body(tokens, at, grown, at + known[0])
        ):
            # The authority names unit and body in one; the text names two institutions.
            index = len(found)
            step = self._take_grown(text, tokens, at, grown, found)
            if step is not None:
                found[index] = replace(found[index], type=known[1].type, authority=known[1].authority)
            return step
        if known is not None:
            return self._take_known(text, tokens, at, *known, found)
        formed = self._by_form(tokens, at)
        if formed is None and tokens[at].shape == "Capital":
            formed = self._by_noun_before(tokens, at)
        if formed is not None:
            end, kind, rule, confidence = formed
            return self._take(text, tokens, at, end, kind, None, rule, confidence, None, found)
        return None

    def _by_noun_before(self, tokens: list[Token], at: int) -> tuple[int, str | None, str, float] | None:
        """A proper name that a plain noun introduces: "la incubadora Telar Abierto", "a consultoria Conta Redonda"."""
        noun = at - 1
        while (
            noun >= 0
            and at - noun <= 5
            and tokens[noun].shape == "word"
            and tokens[noun].folded not in _NOUNS_OF_BODIES
        ):
            noun -= 1
        if noun < 0 or tokens[noun].shape != "word" or tokens[noun].folded not in _NOUNS_OF_BODIES:
            return None
        if any(t.folded in _ARTICLES | _AND | _IN | {"que", "con", "com"} for t in tokens[noun + 1 : at]):
            return None
        if at - noun > 1 and not (
            tokens[at - 1].shape == "word"
            and tokens[at - 1].folded not in _OF
            or at - noun == 2
            and tokens[at - 1].folded in _OF
        ):
            return None
        if at - noun > 1 and tokens[at - 1].folded in _OF:
            return None
        end = at
        while end < len(tokens) and end - at < 5:
            if tokens[end].shape in _NAME_SHAPES:
                end += 1
            elif (
                end > at and tokens[end].folded in _OF and end + 1 < len(tokens)
                and tokens[end + 1].shape in _NAME_SHAPES and not self._country_at(tokens, end + 1)
            ):  # fmt: skip
                end += 2
            else:
                break
        name = " ".join(t.text for t in tokens[at:end])
        if (
            self._country_at(tokens, at)
            or self._demonym_of(tokens[at].text)
            or len(name) < 4
            or fold(name) in _NOT_AN_ACTOR
        ):
            return None
        return end, _NOUNS_OF_BODIES[tokens[noun].folded], "noun-before", 0.65

    def _is_unit_and_body(self, tokens: list[Token], at: int, grown: int, end: int) -> bool:
        body = self._skip_of(tokens, grown)
        return _is_unit_word(tokens[at].folded) and grown < body < end and tokens[body].folded in heads()

    def _match_known(self, tokens: list[Token], at: int) -> tuple[int, Known] | None:
        """A known name that starts here; one-word names must be written with a capital."""
        matched = self._known.match(tokens, at)
        if matched is None:
            return None
        length, known = matched
        if (
            known.acronym
            and tokens[at].shape not in {"ACRONYM", "Mixed"}
            and not (tokens[at].shape == "Capital" and len(tokens[at].text) >= 4)
        ):
            return None
        if not any(t.shape in _NAME_SHAPES for t in tokens[at : at + length]) or tokens[at].shape == "word":
            return None
        return matched

    def _take_known(
        self,
        text: str,
        tokens: list[Token],
        at: int,
        length: int,
        known: Known,
        found: list[InstitutionMention],
    ) -> int:
        return self._take(
            text, tokens, at, at + length, known.type, known.country,
            "known-acronym" if known.acronym else "known-name",
            0.75 if known.ambiguous else 0.95, known.authority, found,
        )  # fmt: skip

    def _take_grown(
        self, text: str, tokens: list[Token], at: int, end: int, found: list[InstitutionMention]
    ) -> int | None:
        kind, strength = heads()[tokens[at].folded]
        name = text[tokens[at].start : tokens[end - 1].end]
        if self._generic(tokens[at:end], name):
            return None
        confidence = 0.9 if strength == "strong" else 0.75
        return self._take(text, tokens, at, end, kind, None, "head-noun", confidence, None, found)

    def _take(
        self, text: str, tokens: list[Token], at: int, end: int, kind: str | None, country: str | None, rule: str,
        confidence: float, authority: str | None, found: list[InstitutionMention],
    ) -> int:  # fmt: skip
        """Append the mention with the acronym beside it and the body it belongs to; the token to go on from."""
        name = " ".join(text[tokens[at].start : tokens[end - 1].end].split())
        acronym, acronym_span, after = self._acronym_beside(tokens, end, name)
        if (
            rule in {"acronym", "camel-case", "known-acronym"}
            and end < len(tokens)
            and tokens[end].text == "("
        ):
            # "CEPAL (Comisión Económica para …)"
            inside = self._grow_from_head(tokens, end + 1) if end + 1 < len(tokens) else None
            if inside and inside < len(tokens) and tokens[inside].text == ")":
                expansion = " ".join(text[tokens[end + 1].start : tokens[inside - 1].end].split())
                if acronym_fits(name, expansion) > 0.5:
                    acronym, acronym_span = name, (tokens[at].start, tokens[end - 1].end)
                    name, after = expansion, inside + 1
                    if kind is None:
                        kind = heads()[tokens[end + 1].folded][0]
        if acronym is None and rule in {"head-noun", "known-name"}:
            acronym, acronym_span = self._short_name_before(tokens, at)
        mention = InstitutionMention(
            tokens[at].start, tokens[end - 1].end, name, kind, country or self._country_in(tokens[at:end]), rule,
            confidence, acronym, acronym_span, None, authority,
        )  # fmt: skip
        index = len(found)
        found.append(mention)
        # "Facultad de … de la Universidad de Chile": the body follows right after a connector (or ", del …")
        body = after
        if body < len(tokens) and tokens[body].text == ",":
            body += 1
        start = self._skip_of(tokens, body)
        if start > body and start < len(tokens):
            before = len(found)
            step = self._read(text, tokens, start, found)
            if step is not None and len(found) > before and found[before].start == tokens[start].start:
                larger = found[before]
                if _is_unit(kind, tokens[at].folded) and _is_body(larger.type):
                    found[index] = replace(mention, unit_of=before, country=mention.country or larger.country)
                    # "(SEPYME)" after the body may abbreviate the unit
                    if (
                        larger.acronym
                        and not mention.acronym
                        and _abbreviates_unit(larger.acronym, mention.name, larger.name)
                    ):
                        found[index] = replace(
                            found[index], acronym=larger.acronym, acronym_span=larger.acronym_span
                        )
                        found[before] = replace(larger, acronym=None, acronym_span=None)
                return step
            del found[before:]
        return after

    # -- extent -----------------------------------------------------------------------------------------------

    def _grow_from_head(self, tokens: list[Token], at: int) -> int | None:
        """End (token index) of the name that starts with the head noun at `at`."""
        head = heads().get(tokens[at].folded)
        if head is None or head[1] == "never" or tokens[at].folded in self._no_heads:
            return None
        end = at + 1
        place_seen = False
        if (
            end + 1 < len(tokens)
            and tokens[end].folded in _LOWER_ADJECTIVES
            and (tokens[end + 1].shape in _NAME_SHAPES)
        ):
            end += 1  # "Grupo constructor IDINSA"
        while end < len(tokens):
            token = tokens[end]
            if token.shape in _NAME_SHAPES:
                if (
                    self._known_here(tokens, end)
                    and end > at + 1
                    and tokens[end].folded not in _PORTFOLIO
                    and (tokens[end - 1].shape not in _NAME_SHAPES)
                    and not self._country_at(tokens, end)
                ):
                    break
                place_seen = self._country_at(tokens, end) > 0
                end += max(1, self._country_at(tokens, end))
                continue
            if token.shape == "number" and len(token.text) == 4 and tokens[end - 1].shape in _NAME_SHAPES:
                break
            if token.folded in {"a", "al", "ao"} and tokens[end - 1].folded in _TAKES_TO:
                ahead = end + 1
                if ahead < len(tokens) and tokens[ahead].folded in _ARTICLES:
                    ahead += 1
                if ahead < len(tokens) and tokens[ahead].shape in _NAME_SHAPES:
                    end = ahead
                    continue
            if token.folded in _OF | _FOR | _IN | _AND or token.folded in _ARTICLES:
                step = self._connector(tokens, at, end, place_seen)
                if step is None:
                    break
                place_seen = False
                end = step
                continue
            if token.text == "," and not place_seen and end > at + 1:
                step = self._listed(tokens, end, portfolio=tokens[at].folded in _LISTING_HEADS)
                if step is None:
                    break
                end = step
                continue
            if token.text in '“"«' and head[0] == "programme" and end == at + 1:
                closing = next(
                    (i for i in range(end + 1, min(end + 14, len(tokens))) if tokens[i].text in '”"»'), None
                )
                return closing + 1 if closing else None
            break
        while (
            end > at + 1 and tokens[end - 1].shape not in _NAME_SHAPES and tokens[end - 1].text not in '”"»'
        ):
            end -= 1
        end = self._up_to_acronym(tokens, at, end)
        return end if end > at + 1 else None

    def _up_to_acronym(self, tokens: list[Token], at: int, end: int) -> int:
        """The end that the acronym behind decides: "Instituto para la Financiación, el Aval y … (IFAMM)"."""
        if end < len(tokens) and tokens[end].text == "(":
            return end
        small = _OF | _AND | _ARTICLES | _FOR | _IN | {",", "a", "al"}
        for i in range(end, min(end + 16, len(tokens) - 2)):
            token = tokens[i]
            if token.text == "(":
                acronym = tokens[i + 1]
                if acronym.shape not in _NAME_SHAPES or tokens[i + 2].text not in {")", ","}:
                    return end
                whole = acronym_fits(acronym.text, " ".join(t.text for t in tokens[at:i]))
                own = max(
                    (
                        acronym_fits(acronym.text, " ".join(t.text for t in tokens[j:i]))
                        for j in range(end, i)
                        if tokens[j].shape in _NAME_SHAPES
                    ),
                    default=0.0,
                )
                return i if whole > 0.7 and whole > own else end
            if token.shape not in _NAME_SHAPES and token.folded not in small:
                return end
            if i > end and is_acronym(token) and self._known_here(tokens, i):
                return end
        return end

    def _connector(self, tokens: list[Token], at: int, end: int, place_seen: bool) -> int | None:
        """Index after the connector at `end` when the name goes on behind it, else None."""
        word = tokens[end].folded
        following = end + 1
        article = None
        if following < len(tokens) and tokens[following].folded in _ARTICLES | {
            "de",
            "del",
            "do",
            "da",
            "dos",
        }:
            article = tokens[following].folded
            following += 1
            if following < len(tokens) and tokens[following].folded in _ARTICLES:  # y de la, para la las
                following += 1
        if following >= len(tokens) or tokens[following].shape not in _NAME_SHAPES:
            return None
        ahead = tokens[following]
        new_head = ahead.folded in heads() and heads()[ahead.folded][1] == "strong"
        if word in _ARTICLES:
            return None
        if word in _OF:
            body = heads().get(ahead.folded)
            if (
                body
                and body[1] != "never"
                and self._grow_from_head(tokens, following)
                and _is_unit_word(tokens[at].folded)
            ):
                return None
            if place_seen:
                return None
            return following
        if place_seen and word in _AND:
            return None
        if word in _AND:
            if new_head or self._known_here(tokens, following) or ahead.shape == "Mixed":
                return None
            if ahead.shape == "ACRONYM" and is_acronym(ahead):
                return None
            if article in {"el", "la", "los", "las", "o", "a", "the", "os", "as"}:
                abstract = ahead.folded in _PORTFOLIO or bool(_ABSTRACT.search(ahead.folded))
                good = ahead.folded in _REGIONS or self._acronym_ahead(
                    tokens, following, at, sure=not abstract
                )
                return following if good else None
            if article is not None:  # y del Comercio
                return (
                    following
                    if ahead.folded in _REGIONS | _PORTFOLIO
                    or _ABSTRACT.search(ahead.folded)
                    or tokens[at].folded in _LISTING_HEADS
                    else None
                )
            if self._country_at(tokens, following):
                return None
            return following
        if word in _IN and (self._country_at(tokens, following) or new_head):
            return None
        if word in _IN | _FOR and place_seen:
            return None
        return following

    def _listed(self, tokens: list[Token], comma: int, *, portfolio: bool) -> int | None:
        """Index after ", Comercio y Turismo"-like commas: portfolio words up to an "and".

        A ministry's portfolio (`portfolio`) may be anything ("Artesanía, Comercio de Barrio y Consumo").
        """
        at = comma + 1
        while at < len(tokens) and tokens[at].shape == "Capital":
            if not (portfolio or tokens[at].folded in _PORTFOLIO or _ABSTRACT.search(tokens[at].folded)):
                return None
            if self._known_here(tokens, at) or self._country_at(tokens, at):
                return None
            if tokens[at].folded in heads() and heads()[tokens[at].folded][1] == "strong":
                return None
            word_end = at + 1
            while word_end < len(tokens) and (
                tokens[word_end].shape == "Capital"
                or portfolio
                and tokens[word_end].folded in _OF
                and word_end + 1 < len(tokens)
                and tokens[word_end + 1].shape == "Capital"
            ):
                word_end += 1
            if word_end >= len(tokens):
                return None
            if tokens[word_end].folded in _AND:
                follows = word_end + 1
                if (
                    follows < len(tokens)
                    and tokens[follows].shape == "Capital"
                    and (
                        tokens[follows].folded in _PORTFOLIO
                        or _ABSTRACT.search(tokens[follows].folded)
                        or tokens[follows].folded not in heads()
                    )
                ):
                    return comma + 1
                return None
            if tokens[word_end].text != ",":
                return None
            at = word_end + 1
        return None

    def _by_form(self, tokens: list[Token], at: int) -> tuple[int, str | None, str, float] | None:
        """Names told by their form: company endings, acronyms, CamelCase."""
        token = tokens[at]
        if token.shape not in _NAME_SHAPES or token.folded in _ROLE_NOUNS:
            return None
        end = at + 1
        while (
            end < len(tokens)
            and end - at < 8
            and (
                tokens[end].shape in _NAME_SHAPES
                # "Guyana Women Welders' Cooperative"
                or tokens[end].text in "'’"
                and end + 1 < len(tokens)
                and tokens[end + 1].shape in _NAME_SHAPES
            )
        ):
            if (
                tokens[end].folded in heads()
                and heads()[tokens[end].folded][1] == "strong"
                and (tokens[end].folded not in _COMPANY_TAIL)
            ):
                break
            end += 1
        for last in range(end - 1, at, -1):
            kind = _COMPANY_TAIL.get(tokens[last].folded)
            if kind and token.folded not in _ARTICLES:
                # English goes on behind the noun: "National Centre for High Technology"
                behind = last + 1 < len(tokens) and tokens[last + 1].folded in {"of", "for", "on"}
                grown = (
                    self._grow_from_head(tokens, last) if behind and tokens[last].folded in heads() else None
                )
                return max(grown or 0, last + 1), kind, "company-ending", 0.8
        if end - at == 1 and not is_acronym(token):
            return None
        if is_acronym(token):
            if token.shape == "ACRONYM" and _in_capitals(tokens, at):
                return None
            stop = at + 1
            # FUNDES Internacional, iNNpulsa Colombia, CxOForum
            if (
                stop < len(tokens)
                and tokens[stop].shape == "Capital"
                and (
                    tokens[stop].folded in {"internacional", "international"}
                    or (token.shape == "Mixed" and self._country_at(tokens, stop))
                )
            ):
                stop += 1
            if token.shape == "ACRONYM" and len(token.text) == 2:
                return None
            return stop, None, "acronym" if token.shape == "ACRONYM" else "camel-case", 0.6
        return None

    # -- helpers ----------------------------------------------------------------------------------------------

    def _known_here(self, tokens: list[Token], at: int) -> bool:
        return self._match_known(tokens, at) is not None

    def _country_at(self, tokens: list[Token], at: int) -> int:
        """Number of tokens of a country or city name that starts here, 0 if none (up to four words)."""
        for length in (4, 3, 2, 1):
            words = tokens[at : at + length]
            if (
                len(words) < length
                or words[-1].shape not in _NAME_SHAPES
                or words[0].shape not in _NAME_SHAPES
            ):
                continue
            if self._country_of(" ".join(t.text for t in words)):
                return length
        return 0

    def _country_in(self, tokens: list[Token]) -> str | None:
        """Country told by the name itself: a place at its end, else a demonym."""
        for at in range(len(tokens) - 1, 0, -1):
            if length := self._country_at(tokens, at):
                return self._country_of(" ".join(t.text for t in tokens[at : at + length]))
        return next(
            (code for t in tokens if t.shape == "Capital" and (code := self._demonym_of(t.text))), None
        )

    def _skip_of(self, tokens: list[Token], at: int) -> int:
        """Index after "de (la)", "del", "of the"; `at` itself where there is none."""
        if at >= len(tokens) or tokens[at].folded not in _OF:
            return at
        at += 1
        if at < len(tokens) and tokens[at].folded in _ARTICLES:
            at += 1
        return at

    def _acronym_ahead(self, tokens: list[Token], at: int, head: int, *, sure: bool) -> bool:
        """Whether "(ACR)" comes within twelve tokens with nothing but a name between; `sure` wants it to fit the
        name from `head` on."""
        for i in range(at, min(at + 12, len(tokens) - 2)):
            if tokens[i].text == "(":
                fits = acronym_fits(tokens[i + 1].text, " ".join(t.text for t in tokens[head:i])) > 0.6
                return fits and tokens[i + 1].shape in _NAME_SHAPES or not sure and is_acronym(tokens[i + 1])
            small = _OF | _AND | _ARTICLES | _FOR | _IN
            if tokens[i].shape == "punct" or tokens[i].shape == "word" and tokens[i].folded not in small:
                return False
        return False

    def _acronym_beside(
        self, tokens: list[Token], end: int, name: str
    ) -> tuple[str | None, tuple[int, int] | None, int]:
        """The acronym in "Name (ACR)", "Name - ACR", "Name -ACR-", and the token to go on from."""
        if end + 1 < len(tokens) and tokens[end].text == "(":
            inside = tokens[end + 1]
            closed = end + 2 < len(tokens) and tokens[end + 2].text in {")", ",", "/", "-", "–"}
            if (
                closed
                and (is_acronym(inside) or acronym_fits(inside.text, name) > 0.7)
                and inside.shape in _NAME_SHAPES
                and (self._country_of(inside.text) is None or acronym_fits(inside.text, name) > 0.7)
            ):
                closing = next(
                    (i for i in range(end + 2, min(end + 8, len(tokens))) if tokens[i].text == ")"), end + 2
                )
                return inside.text, (inside.start, inside.end), closing + 1
        if end + 2 < len(tokens) and tokens[end].text == "," and tokens[end + 2].text in {")", ",", ";", "."}:
            inside = tokens[end + 1]
            if is_acronym(inside) and inside.shape == "ACRONYM" and acronym_fits(inside.text, name) > 0.75:
                return inside.text, (inside.start, inside.end), end + 2
        if end + 1 < len(tokens) and tokens[end].text in "-–—":
            inside = tokens[end + 1]
            if is_acronym(inside) and acronym_fits(inside.text, name) > 0.6:
                after = end + 2
                if after < len(tokens) and tokens[after].text in "-–—":
                    after += 1
                return inside.text, (inside.start, inside.end), after
        return None, None, end

    def _short_name_before(self, tokens: list[Token], at: int) -> tuple[str | None, tuple[int, int] | None]:
        """The short name in "Comobi - Cooperativa de …", "ENAP, Escola …" is left: a comma may end something else."""
        if at >= 2 and tokens[at - 1].text in "-–—" and tokens[at - 2].shape in _NAME_SHAPES:
            first = at - 3
            if first < 0 or tokens[first].text in ",;:(•\n" or tokens[first].folded in _ARTICLES | _OF | _AND:
                short = tokens[at - 2]
                if self._country_of(short.text) is None and short.folded not in heads():
                    return short.text, (short.start, short.end)
        return None, None

    def _generic(self, tokens: list[Token], name: str) -> bool:
        """Whether a grown name says no more than its kind."""
        folded = " ".join(t.folded for t in tokens)
        if _NOT_A_NAME.match(folded):
            return True
        content = [
            t for t in tokens[1:]
            if t.folded not in _OF | _ARTICLES | _AND | _FOR | _IN and t.folded not in _GENERIC_TAIL
        ]  # fmt: skip
        strength = heads()[tokens[0].folded][1]
        if not content:
            return strength == "weak" or len(tokens) < 2
        if strength == "weak" and all(t.folded in _NOT_AN_ACTOR for t in content):
            return True
        return False


def _is_shouting(tokens: list[Token]) -> bool:
    """Whether most of the text is set in capitals, so that they tell nothing ("ANEXO: LISTA DE PARTICIPANTES")."""
    words = [t for t in tokens if t.shape not in {"punct", "number"}]
    if len(words) < 5 or sum(t.shape == "ACRONYM" for t in words) <= 0.6 * len(words):
        return False
    return any(all(t.shape == "ACRONYM" for t in tokens[i : i + 3]) for i in range(len(tokens) - 2))


def _in_capitals(tokens: list[Token], at: int) -> bool:
    """Whether the word is part of a passage set in capitals ("FORMULÁRIO DE INSCRIÇÃO"), and so no acronym."""
    for step in (-1, 1):
        beside = at + step
        if (
            0 <= beside < len(tokens)
            and tokens[beside].shape == "ACRONYM"
            and (
                len(tokens[beside].text) > 5
                or len(tokens[at].text) > 5
                or tokens[beside].folded in _OF | _AND | _FOR
            )
        ):
            return True
        if (
            0 <= beside < len(tokens)
            and len(tokens[beside].text) == 1
            and tokens[beside].text in "EYOA"
            and (0 <= beside + step < len(tokens) and tokens[beside + step].shape == "ACRONYM")
        ):
            return True
    return False


def _abbreviates_unit(acronym: str, unit: str, body: str) -> bool:
    """Whether the acronym after "unit del body (ACR)" belongs to the unit: it carries a word of the unit alone
    (SEPYME), or its letters fit the unit better."""
    letters = fold(acronym)
    own = {t.folded for t in tokenise(unit)} - {t.folded for t in tokenise(body)}
    if any(len(word) >= 4 and word in letters for word in own):
        return True
    return acronym_fits(acronym, unit) > max(acronym_fits(acronym, body), 0.6)


def _is_unit(kind: str | None, head: str) -> bool:
    return _is_unit_word(head) or kind in {"government-agency", "research-or-training-centre"}


def _is_unit_word(head: str) -> bool:
    """Head nouns of bodies that are part of a larger one."""
    return head in {
        "subsecretaria", "viceministerio", "direcao-geral", "direccion-general", "division", "directorate", "bureau", "facultad", "faculdade", "escuela", "escola", "direccion", "direcao",
        "departamento", "department", "oficina", "office", "secretaria", "centro", "center", "centre", "comision",
        "comissao", "comite", "instituto", "institute", "nucleo", "laboratorio", "unidad", "unidade", "red", "rede",
        "consejo", "conselho", "agencia", "faculty", "school", "programa", "programme", "program", "observatorio",
        "superintendencia", "servicio",
    }  # fmt: skip


def _is_body(kind: str | None) -> bool:
    """Whether an institution of this type has units of its own (any but programmes and media)."""
    return kind not in {"programme", "media", None}
