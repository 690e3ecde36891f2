"""Names to compare and names to keep: folding text, making slugs, minting IRIs.

An IRI is a function of what identifies the thing, never of its position in a run: reading a document again,
or a second document about the same event, gives the same IRI.
"""

import hashlib
import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

from ontology.namespaces import LANGUAGES, iri, slugify

# Letters that have no decomposition in Unicode and would be lost by dropping accents.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_WORD = re.compile(r"[\W_]+")
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """`text` for comparing: lower case, accents removed, punctuation and runs of blanks as one blank."""
    if text.isascii():
        return _NOT_WORD.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", letters).strip()


def digest(*parts: str, length: int = 10) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of the parts (10 digits: 40 bits)."""
    data = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:length]


def slug(text: str, *, max_length: int = 80) -> str:
    """`text` as the last part of an IRI: a to z, digits, single hyphens; at most `max_length` characters.

    A longer one is cut between words and gets a digest of the whole text, so that two long names that begin
    alike stay apart. Text without any letter that ASCII can hold becomes its digest. Raises ValueError for a
    `max_length` under 16, which has no room for a word and a digest.
    """
    if max_length < 16:
        raise ValueError("max_length must be 16 or more")
    full = slugify(fold(text))
    if not full:
        return digest(text)
    if len(full) <= max_length:
        return full
    head = full[: max_length - 11]
    if full[len(head)] != "-":  # the cut is in the middle of a word
        head = head.rpartition("-")[0] or head
    return f"{head.rstrip('-')}-{digest(fold(text))}"


def actor_slug(name: str, country: str | None) -> str:
    """Slug of an actor that no authority knows: homonyms in two countries stay apart by the country code."""
    return f"{slug(name)}-{country.lower()}" if country else slug(name)


def event_slug(
    title: str,
    *,
    start_date: str | None,
    city: str | None,
    country: str | None,
    fallback: str,
    with_place: bool = False,
) -> str:
    """Slug of an event from its title and day, or from its title, coarse date and place.

    A title and a day name one event, whichever document tells it; a month, a year or no date does not, so the
    place is added (always, `with_place`). An event without any date also gets `fallback` (the slug of its
    document), since titles such as "Reunión anual" return every year.
    """
    parts = [slug(title, max_length=70)]
    parts.append(start_date.lower() if start_date else fallback)
    if with_place or not start_date or not _FULL_DATE.fullmatch(start_date):
        parts += [slug(place, max_length=30) for place in (city or country,) if place]
    return "-".join(slugify(part) for part in parts)


def country_iri(code: str) -> str:
    """The place of a country, by its ISO 3166-1 alpha-2 code."""
    return iri("place", code.lower())


def place_iri(name: str, country: str | None, *, kind: str = "city") -> str:
    """The place of a city or a region; a region is told apart from the city of the same name."""
    parts = [country.lower() if country else "", slug(name, max_length=60), kind if kind != "city" else ""]
    return iri("place", "-".join(slugify(part) for part in parts if part))


def document_slug(name: str, *, taken: Container[str] = ()) -> str:
    """Slug of a document from its file name without the suffix; a number is added while it is `taken`."""
    stem = name.rpartition(".")[0] or name
    base = slug(stem, max_length=60)
    candidate, number = base, 2
    while candidate in taken:
        candidate, number = f"{base}-{number}", number + 1
    return candidate


@lru_cache(maxsize=512)
def country_labels(code: str) -> tuple[tuple[str, str], ...]:
    """(language, name) of a country in es, pt and en from Unicode CLDR; empty where it knows no such code."""
    from babel import Locale

    named = ((language, Locale(language).territories.get(code.upper())) for language in LANGUAGES)
    return tuple((language, name) for language, name in named if name)
