"""Names of institutions in a text.

In: one piece of cleaned text. Out: its mentions in order, none inside another, each with its type, its
country, the acronym beside it, the larger body it belongs to, and the rule that found it. Three sources,
longest match first: names that are already known (the authority file, names the document defines), names
grown from a head noun (Ministerio, Câmara, Foundation …) and names told by their form alone (acronyms,
CamelCase, company endings).

Rules (`Evidence.rule`) and how sure each is: known-name and known-acronym 0.95; head-noun 0.9 behind a strong
head noun, 0.75 behind a weak one; company-ending 0.8; plural-head 0.75; office-holder 0.7; noun-before and
apposition 0.65; acronym and camel-case 0.6. Set on the 2007 report and the development reports.
"""

from collections.abc import Sequence
from dataclasses import replace

from ingest.acronyms import (
    abbreviates_unit,
    acronym_beside,
    acronym_fits,
    is_abbreviated,
    is_acronym,
    is_shouting,
    short_name_before,
)
from ingest.event_titles import head_at
from ingest.grammar import ARTICLES, IN, IN_THE, NAME_SHAPES, OF
from ingest.institution_kinds import is_body, is_generic, is_unit, kind_of_name, type_of_unit
from ingest.institution_mentions import InstitutionMention, Known
from ingest.lexicon import institution_heads, pattern, word_types, words
from ingest.name_forms import (
    FormedName,
    body_of_office,
    chapter_end,
    name_by_apposition,
    name_by_form,
    name_by_noun_before,
)
from ingest.name_growth import NameGrowth, head_of, is_unit_head, skip_of
from ingest.shared_heads import names_of_plural_head
from ingest.tokens import PhraseIndex, Token, tokenise
from ingest.well_known_places import CountryOf

_DEEPEST = 4  # bodies of bodies that one name tells: no real name tells more
_SMALL_HEAD = 0.7  # confidence of a name whose noun is written small
_FITS_WELL = 0.7  # of an acronym and its name, from 0 to 1
_FORM_RULES = frozenset({"acronym", "camel-case", "known-acronym"})


class InstitutionFinder:
    """Finds institutions among known names; `country_of` and `demonym_of` tell a country by a place, by a
    demonym.
    """

    def __init__(
        self, known: PhraseIndex[Known], *, country_of: CountryOf, demonym_of: CountryOf, language: str = "es"
    ) -> None:
        self._names = NameGrowth(known, country_of=country_of, demonym_of=demonym_of, language=language)

    def find(self, text: str) -> list[InstitutionMention]:
        """Mentions in the order of the text, none inside another; a text set in capitals tells none."""
        tokens = tokenise(text)
        found: list[InstitutionMention] = []
        if is_shouting(tokens):
            return found
        at = 0
        plurals, offices, small = word_types("plural_heads"), word_types("offices"), words("small_heads")
        while at < len(tokens):
            word = tokens[at].folded
            if tokens[at].shape == "word" and word not in plurals and word not in offices:
                at = self._take_small(text, tokens, at, found) if word in small else at + 1
                continue
            listed = names_of_plural_head(self._names, text, tokens, at) if word in plurals else None
            if listed is not None:
                found += listed[0]
                at = listed[1]
                continue
            step = self._read(text, tokens, at, found)
            at = step if step is not None else at + 1
        return found

    def _take_small(
        self, text: str, tokens: Sequence[Token], at: int, found: list[InstitutionMention]
    ) -> int:
        """The body of a town written small ("la universidad de Malta"); gives the token to go on from."""
        town = skip_of(tokens, at + 1)
        length = self._names.country_at(tokens, town) if town > at + 1 else 0
        end = town + length
        goes_on = end < len(tokens) and (tokens[end].shape in NAME_SHAPES or tokens[end].folded in OF)
        if (
            not length
            or goes_on
            or (at and tokens[at - 1].folded in words("articles_of_apposition") - ARTICLES)
        ):
            return at + 1
        kind = institution_heads()[tokens[at].folded].type
        return self._take(text, tokens, at, end, kind, None, "head-noun", _SMALL_HEAD, None, found, 0)

    def _read(
        self, text: str, tokens: Sequence[Token], at: int, found: list[InstitutionMention], depth: int = 0
    ) -> int | None:
        if tokens[at].shape == "word":
            return self._take_office(text, tokens, at, found, depth)
        known = self._names.known_at(tokens, at)
        grown = self._names.grow(tokens, at) if tokens[at].shape in {"Capital", "ACRONYM"} else None
        if known is not None and grown is not None and self._is_elsewhere(tokens, at + known[0], grown):
            grown = None
        if grown is not None and (known is None or grown > at + known[0]):
            return self._take_grown(text, tokens, at, grown, found, depth)
        if known is not None and grown is not None and _is_unit_and_body(tokens, at, grown, at + known[0]):
            # The authority names unit and body in one; the text names two institutions.
            index = len(found)
            step = self._take_grown(text, tokens, at, grown, found, depth)
            if step is not None:
                found[index] = replace(found[index], type=known[1].type, authority=known[1].authority)
            return step
        if known is not None and (longer := self._longer_than_known(text, tokens, at, known[0])):
            end, kind, rule, confidence = longer
            return self._take(text, tokens, at, end, kind, None, rule, confidence, None, found, depth)
        if known is not None and known[0] == 1 and known[1].acronym and at + 1 < len(tokens):
            # "la empresa Telefónica Movistar"
            formed = name_by_noun_before(self._names, tokens, at) if tokens[at].shape == "Capital" else None
            if formed is not None and tokens[at + 1].shape == "Capital" and formed.end > at + 1:
                end, kind, rule, confidence = formed
                return self._take(text, tokens, at, end, kind, None, rule, confidence, None, found, depth)
        if known is not None:
            return self._take_known(text, tokens, at, *known, found, depth)
        step = self._take_office(text, tokens, at, found, depth)
        if step is not None:
            return step
        formed = name_by_form(self._names, tokens, at)
        if formed is None and tokens[at].shape == "Capital":
            formed = name_by_noun_before(self._names, tokens, at) or name_by_apposition(
                self._names, tokens, at
            )
        if formed is not None:
            end, kind, rule, confidence = formed
            return self._take(text, tokens, at, end, kind, None, rule, confidence, None, found, depth)
        return None

    def _longer_than_known(
        self, text: str, tokens: Sequence[Token], at: int, length: int
    ) -> FormedName | None:
        """A name that begins with a known one, as its acronym says: "United Nations Sea Council (UNSC)"."""
        end = at + length
        if length < 2 or end >= len(tokens) or tokens[end].shape != "Capital":
            return None
        formed = name_by_form(self._names, tokens, at)
        if formed is None or formed.end <= end or formed.end + 1 >= len(tokens):
            return None
        name = text[tokens[at].start : tokens[formed.end - 1].end]
        fits = tokens[formed.end].text == "(" and acronym_fits(tokens[formed.end + 1].text, name) > 0.6
        return formed if fits else None

    def _is_elsewhere(self, tokens: Sequence[Token], end: int, grown: int) -> bool:
        """Whether the words behind a known name only say at what it was ("Red Hilo en Feria Abierta")."""
        behind = end < grown and tokens[end].folded in IN | IN_THE
        return behind and not self._names.country_at(tokens, end + 1)

    def _take_office(
        self, text: str, tokens: Sequence[Token], at: int, found: list[InstitutionMention], depth: int
    ) -> int | None:
        office = body_of_office(self._names, tokens, at)
        if office is None:
            return None
        index = len(found)
        step = self._take(
            text, tokens, at, office.end, office.type, None, "office-holder", 0.7, None, found, depth
        )
        found[index] = replace(found[index], name=office.name)
        return step

    def _take_known(
        self,
        text: str,
        tokens: Sequence[Token],
        at: int,
        length: int,
        known: Known,
        found: list[InstitutionMention],
        depth: int,
    ) -> int:
        behind = tokens[at + length] if at + length < len(tokens) else None
        said = self._names.demonym_of(behind.text) if behind is not None and behind.shape == "word" else None
        if said is not None and known.country not in {None, said}:
            # "o Ministério da Cultura português": a namesake of the one that the authority file knows
            known = replace(known, country=said, authority=None)
        if length == 1 and known.acronym and (end := chapter_end(self._names, tokens, at + 1)) > at + 1:
            # "FLACSO Ecuador": a chapter of the one that the authority file knows
            return self._take(text, tokens, at, end, known.type, None, "known-name", 0.9, None, found, depth)
        return self._take(
            text,
            tokens,
            at,
            at + length,
            known.type,
            known.country,
            "known-acronym" if known.acronym else "known-name",
            0.95,
            known.authority,
            found,
            depth,
        )

    def _take_grown(
        self,
        text: str,
        tokens: Sequence[Token],
        at: int,
        end: int,
        found: list[InstitutionMention],
        depth: int,
    ) -> int | None:
        kind, strength = institution_heads()[head_of(tokens, at).folded]
        if tokens[end - 1].shape == "ACRONYM" and end - at > 3:
            # "Asociación de Herreros ASHER": the acronym stands behind without brackets
            name = " ".join(t.text for t in tokens[at : end - 1])
            if acronym_fits(tokens[end - 1].text, name) > _FITS_WELL:
                end -= 1
        if self._is_part_of_town(tokens, at, end) or _is_making_of(tokens, at):
            return None
        named = end + 1 < len(tokens) and tokens[end].text == "(" and is_acronym(tokens[end + 1])
        if is_generic(tokens[at:end]) and not (named or is_abbreviated(tokens, at, end)):
            return None
        alone = skip_of(tokens, end) == end and not named
        if alone and pattern("unit_of_nobody").fullmatch(" ".join(t.folded for t in tokens[at:end])):
            return None
        confidence = 0.9 if strength == "strong" else 0.75
        kind = kind_of_name(tokens, at, end, kind)
        return self._take(text, tokens, at, end, kind, None, "head-noun", confidence, None, found, depth)

    def _is_part_of_town(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """Whether the words are the centre of a town ("Centro do Rio de Janeiro")."""
        first = skip_of(tokens, at + 1)
        return (
            tokens[at].folded in {"centro", "center", "centre"}
            and first > at + 1
            and self._names.country_at(tokens, first) == end - first
        )

    def _take(
        self,
        text: str,
        tokens: Sequence[Token],
        at: int,
        end: int,
        kind: str | None,
        country: str | None,
        rule: str,
        confidence: float,
        authority: str | None,
        found: list[InstitutionMention],
        depth: int,
    ) -> int:
        """Append the mention with its acronym and the body it belongs to; gives the token to go on from."""
        stop = tokens[end - 1].end
        if tokens[end - 1].text.endswith(("'s", "’s")) and end < len(tokens) and tokens[end].shape != "punct":
            stop -= 2
        name = " ".join(text[tokens[at].start : stop].split())
        acronym, acronym_span, after = acronym_beside(tokens, end, name, country_of=self._names.country_of)
        if (
            acronym is None
            and rule == "head-noun"
            and end < len(tokens)
            and tokens[end].shape == "ACRONYM"
            and acronym_fits(tokens[end].text, name) > _FITS_WELL
        ):
            acronym, acronym_span, after = tokens[end].text, (tokens[end].start, tokens[end].end), end + 1
        if rule in _FORM_RULES and end < len(tokens) and tokens[end].text == "(":
            # "CEPAL (Comisión Económica para …)"
            inside = self._names.grow(tokens, end + 1) if end + 1 < len(tokens) else None
            if inside and inside < len(tokens) and tokens[inside].text == ")":
                expansion = " ".join(text[tokens[end + 1].start : tokens[inside - 1].end].split())
                if acronym_fits(name, expansion) > 0.5:
                    acronym, acronym_span = name, (tokens[at].start, tokens[end - 1].end)
                    name, after = expansion, inside + 1
                    if kind is None:
                        kind = institution_heads()[head_of(tokens, end + 1).folded][0]
        if acronym is None and rule in {"head-noun", "known-name"}:
            acronym, acronym_span = short_name_before(tokens, at, country_of=self._names.country_of)
        mention = InstitutionMention(
            tokens[at].start,
            stop,
            name,
            kind,
            country or self._names.country_in(tokens[at:end]),
            rule,
            confidence,
            acronym,
            acronym_span,
            None,
            authority,
        )
        index = len(found)
        found.append(mention)
        # "Facultad de … de la Universidad de Chile": the body follows right after a connector (or ", del …")
        body = after
        if body < len(tokens) and tokens[body].text == "," and not _in_list_of(tokens, at, kind):
            body += 1
        start = skip_of(tokens, body)
        if depth < _DEEPEST and start > body and start < len(tokens):
            before = len(found)
            step = self._read(text, tokens, start, found, depth + 1)
            if step is not None and len(found) > before and found[before].start == tokens[start].start:
                larger = found[before]
                if is_unit(kind, tokens[at].folded) and is_body(larger.type):
                    found[index] = replace(
                        mention,
                        type=type_of_unit(kind, larger.type),
                        unit_of=before,
                        country=mention.country or larger.country,
                    )
                    # "(SEPYME)" after the body may abbreviate the unit
                    if (
                        larger.acronym
                        and not mention.acronym
                        and abbreviates_unit(larger.acronym, mention.name, larger.name)
                    ):
                        found[index] = replace(
                            found[index], acronym=larger.acronym, acronym_span=larger.acronym_span
                        )
                        found[before] = replace(larger, acronym=None, acronym_span=None)
                return step
            del found[before:]
        return after


def _is_making_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether "Organização de" means the act: a body or an event follows ("Organización del Foro …")."""
    first = skip_of(tokens, at + 1)
    return (
        tokens[at].folded in {"organizacion", "organizacao", "organization", "organisation"}
        and first > at + 1
        and first < len(tokens)
        and (tokens[first].folded in institution_heads() or head_at(tokens, first) is not None)
    )


def _in_list_of(tokens: Sequence[Token], at: int, kind: str | None) -> bool:
    """Whether a preposition governs the name, so that ", da X" goes on with its list."""
    before = at - 1
    if before >= 0 and tokens[before].folded in ARTICLES:
        before -= 1
    return kind == "programme" or (
        before >= 0 and tokens[before].folded in OF | {"por", "pela", "pelo", "by"}
    )


def _is_unit_and_body(tokens: Sequence[Token], at: int, grown: int, end: int) -> bool:
    body = skip_of(tokens, grown)
    if not (is_unit_head(tokens[at].folded) and grown < body < end):
        return False
    _, strength = institution_heads().get(tokens[body].folded, ("", ""))
    return strength == "strong"
