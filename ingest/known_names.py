"""Names known before a piece of text is read: the authority file, and what the document itself defines."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from ingest.event_phrases import head_at
from ingest.institutions import InstitutionMention, Known, heads
from ingest.persons import find_persons
from ingest.roles import find_cues
from ingest.tokens import PhraseIndex, Token, fold, tokenise


@cache
def authority_names() -> "KnownNames":
    """Names, acronyms and aliases of the authority file. Ambiguous acronyms are left to the document."""
    from ontology.authority import institutions

    entries: list[tuple[str, Known]] = []
    for institution in institutions():
        ambiguous = {fold(a) for a in institution.ambiguous_acronyms}
        names = [institution.name, *institution.aliases, *institution.names.values()]
        for name in dict.fromkeys(names):
            one_word = len(name.split()) == 1
            entries.append(
                (
                    name,
                    Known(
                        institution.name,
                        institution.type,
                        institution.country or None,
                        institution.slug,
                        one_word,
                    ),
                )
            )
        for acronym in institution.acronyms:
            if fold(acronym) not in ambiguous:
                entries.append(
                    (
                        acronym,
                        Known(
                            institution.name,
                            institution.type,
                            institution.country or None,
                            institution.slug,
                            True,
                        ),
                    )
                )
    known = {fold(name) for name, _ in entries}
    bare = Counter(fold(s) for name, _ in entries if (s := _without_country(name)) != name)
    for name, entry in list(entries):
        short = _without_country(name)
        # "Autoridad de la Micro, Pequeña y Mediana Empresa" is said without its country where no other has the name
        if short != name and bare[fold(short)] == 1 and fold(short) not in known and len(short.split()) >= 5:
            entries.append((short, entry))
    return KnownNames(entries)


def _without_country(name: str) -> str:
    """A name without its country."""
    from ingest.gazetteer import country_code

    match = re.fullmatch(
        r"(.+?) (?:de|del|de la|da|do|of)(?: República(?: \w+)? de)? ([A-ZÁÉÍÓÚ]\w+(?: \w+){0,2})", name
    )
    return match.group(1) if match and country_code(match.group(2)) else name


class KnownNames(PhraseIndex[Known]):
    """A phrase index that can be extended for one document without changing the shared one."""

    def __init__(self, entries: Iterable[tuple[str, Known]], base: "KnownNames | None" = None) -> None:
        super().__init__(entries)
        self._base = base

    def extended(self, entries: Iterable[tuple[str, Known]]) -> "KnownNames":
        """This index and more names on top."""
        return KnownNames(entries, base=self)

    def match(self, tokens: list[Token], at: int) -> tuple[int, Known] | None:
        """Longest phrase at `at`, of the document's names or the shared ones."""
        own = super().match(tokens, at)
        shared = self._base.match(tokens, at) if self._base is not None else None
        if own is None or (shared is not None and shared[0] >= own[0]):
            return shared
        return own


def names_defined(
    texts: Sequence[str], found: Sequence[Sequence[InstitutionMention]], is_place: Callable[[str], bool]
) -> list[tuple[str, Known]]:
    """Names that the document makes known: acronyms beside names, affiliations, unknown members of lists."""
    defined: dict[str, tuple[str, Known]] = {}

    def add(name: str, known: Known) -> None:
        defined.setdefault(fold(name), (name, known))

    for mentions in found:
        for mention in mentions:
            if mention.acronym:
                add(
                    mention.acronym,
                    Known(mention.name, mention.type, mention.country, mention.authority, True),
                )
    counts: Counter[str] = Counter()
    for text, mentions in zip(texts, found, strict=True):
        taken = [(m.start, m.end) for m in mentions]
        for person in find_persons(text, taken=taken, is_place=is_place):
            if person.organisation is None:
                continue
            start, end = person.organisation
            if any(s <= start < e for s, e in taken):
                continue
            name = " ".join(text[start:end].split())
            add(name, Known(name, None, None, None, len(name.split()) == 1))
        for name in _listed(text, mentions, is_place):
            counts[name] += 1
    for name in counts:
        add(name, Known(name, None, None, None, len(name.split()) == 1))
    return list(defined.values())


_SEPARATOR = re.compile(
    r"\s*[,;]\s*(?:(?:y|e|and|así como|además de|junto con|bem como)\s+)?(?:(?:a|por|de|con|com|do|da|del|with)\s+)?(?:(?:la|el|los|las|the|o|a)\s+)?"
    r"|\s+(?:y|e|and|&|junto con|together with)\s+(?:(?:a|por|de|con|com|do|da|del)\s+)?(?:(?:la|el|los|las|the|o|a)\s+)?"
)
_OPENING = re.compile(
    r"\s*(?:(?:la|el|los|las|the|o|a)\s+)?(?:(?:empresa|compañía|firma|fundación|company|firm|red|organización)\s+)?"
)
_SUCH_AS = re.compile(
    r"\b(?:organizaciones|instituciones|empresas|entidades|organizações|instituições|organisations|organizations|institutions|"
    r"companies|aliados|parceiros|partners)\b[^.;:()]{0,40}?(?:\bcomo(?: por ejemplo)?|\btales como|\bsuch as|:)\s*",
    re.IGNORECASE,
)
_PERSON_AFTER = re.compile(
    r"\s*,\s*(?:(?:el|la|o|a|the)\s+)?(?:president|director|diretor|ministr|secretari|gerente|coordin|coorden|jef|ceo|alcald|rector)",
    re.IGNORECASE,
)


def _listed(text: str, mentions: Sequence[InstitutionMention], is_place: Callable[[str], bool]) -> list[str]:
    """Capitalised names of no known form in a list of institutions, or where a cue wants an institution.

    A list is read item by item; its unknown members count when the list has an institution that is known, or when
    it follows a cue and an unknown member is a single word ("organizado por Unilever").
    """
    by_start = {m.start: m for m in mentions}
    names: dict[str, None] = {}
    openings = [
        c.end for c in find_cues(text) if c.side == "after" and c.role in {"sponsor", "organiser", "host"}
    ]
    cued = set(openings)
    openings += [m.end() for m in _SUCH_AS.finditer(text)]
    openings += [_after(m) for m in mentions]
    for opening in openings:
        position = opening
        known = 0
        unknown: list[str] = []
        if opening in cued or text[:opening].rstrip().endswith((":", "como", "as")):
            position += len(_OPENING.match(text[position : position + 60]).group())  # type: ignore[union-attr]
        else:
            separator = _SEPARATOR.match(text, position)
            if separator is None:
                continue
            position = separator.end()
        for _ in range(30):
            if position in by_start:
                known += 1
                position = _after(by_start[position])
            else:
                name = _proper_name(text, position, is_place, mentions)
                if name is None:
                    break
                unknown.append(name)
                position += len(name)
                if _PERSON_AFTER.match(text[position : position + 40]):
                    unknown.pop()
                    break
                beside = re.match(r"\s*\([^()]{1,40}\)", text[position : position + 60])
                position += beside.end() if beside else 0
            separator = _SEPARATOR.match(text, position)
            if separator is None:
                break
            position = separator.end()
        if known:
            names.update(dict.fromkeys(unknown))
        elif unknown and opening in cued:
            names.update(dict.fromkeys(n for n in unknown if len(n.split()) == 1))
    return list(names)


def _after(mention: InstitutionMention) -> int:
    """Where the text goes on behind a mention and its acronym."""
    if mention.acronym_span and mention.acronym_span[0] >= mention.end:
        return mention.acronym_span[1] + 1
    return mention.end


def _proper_name(
    text: str, start: int, is_place: Callable[[str], bool], mentions: Sequence[InstitutionMention]
) -> str | None:
    tokens = tokenise(text[start : start + 80])
    end = 0
    while end < len(tokens) and tokens[end].shape in {"Capital", "ACRONYM", "Mixed"}:
        end += 1
    if not end or end > 4 or tokens[0].start != 0:
        return None
    if head_at(tokens, 0) or tokens[0].folded in heads():
        return None
    name = text[start : start + tokens[end - 1].end]
    if is_place(name) or all(is_place(t.text) for t in tokens[:end]) or len(name) < 3:
        return None
    if end < len(tokens) and tokens[end].shape == "word" and tokens[end].folded not in {"y", "e", "and"}:
        return None
    return None if any(m.start < start + len(name) and start < m.end for m in mentions) else name
