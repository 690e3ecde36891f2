"""The country that a file's own marks say it comes from: the locale of a page, and the addresses in it.

In: the text of a file with its markup. Out: an ISO 3166-1 alpha-2 code, or None. It is a weak sign, for
what the text itself leaves open: a page of a ministry under .gob.ni does not say that it is in Nicaragua.
"""

import re
from collections import Counter

from ingest.gazetteer_extract import IBERO_AMERICA

_SAMPLE = 200_000  # characters of a file that are looked at
_LOCALE = re.compile(
    r"(?:<html\b[^<>]{0,400}?\blang\s*=\s*[\"']|og:locale[\"']\s+content\s*=\s*[\"'])"
    r"(?:es|pt)[-_](?P<country>[a-z]{2})\b",
    re.IGNORECASE,
)
# Locales that the templates of pages come with, whoever fills them in.
_TEMPLATES = frozenset({"ES"})
_HOST = re.compile(
    r"(?:://|@|\bwww\.)(?P<host>(?:[a-z0-9-]{1,60}\.){0,5}[a-z0-9-]{1,60}\.(?P<top>[a-z]{2}))(?![.-]*\w)",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\.(?:com|org|edu|gob|gov|gub|net|ac|leg|jus|mil|info|art|web)\.[a-z]{2}\Z", re.IGNORECASE
)
# Domains of countries that anybody takes for what they spell.
_SPELLS = frozenset({"CO", "TV", "IO", "ME", "LA", "CC", "FM", "AD", "PR"})
_CARIBBEAN = frozenset({"BB", "BS", "BZ", "GY", "HT", "JM", "SR", "TT"})
_MOST, _SHARE = 5, 0.6  # addresses of a host that count, and the share of all that a country must have


def country_of_file(text: str) -> str | None:
    """The country of a file's locale, else the one that most of its addresses are of."""
    sample = text[:_SAMPLE]
    for locale in _LOCALE.finditer(sample):
        code = locale["country"].upper()
        if code in IBERO_AMERICA and code not in _TEMPLATES:
            return code
    hosts = Counter((found["host"].lower(), found["top"].upper()) for found in _HOST.finditer(sample))
    countries: Counter[str] = Counter()
    for (host, code), times in hosts.items():
        known = code in IBERO_AMERICA or code in _CARIBBEAN
        if known and (code not in _SPELLS or _KIND.search(host)):
            countries[code] += min(times, _MOST)
    if not countries:
        return None
    code, count = countries.most_common(1)[0]
    return code if count >= _SHARE * sum(countries.values()) else None
