"""What dates look like in Spanish, Portuguese and English: the patterns that `ingest.dates` reads with.

Every repetition is bounded and possessive or atomic, so that matching takes time in proportion to the text.
"""

import re

from ingest.alternatives import by_letter

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "enero ene janeiro january jan",
            "febrero feb fevereiro fev february",
            "marzo mar marco march",
            "abril abr april apr",
            "mayo may maio mai",
            "junio jun junho june",
            "julio jul julho july",
            "agosto ago august aug",
            "septiembre setiembre sept sep set setembro september",
            "octubre oct outubro out october",
            "noviembre nov novembro november",
            "diciembre dic dezembro dez december dec",
        ),
        start=1,
    )
    for name in names.split()
}
# Month words that are also plain words ("may", "set", "out", Spanish "mar" and "marco", Portuguese "dez").
PLAIN_WORDS = frozenset(
    {"may", "march", "marco", "mar", "set", "out", "ago", "dez", "jan", "jun", "sep", "dec"}
)
ENGLISH_MONTHS = frozenset(
    {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
    }
    | {"december"}
)
PLAIN_IN_ENGLISH = frozenset({"may", "march"})
LONGEST_ABBREVIATION = 4  # "sept"; "mayo", "maio", "june" and "july" are listed as full names below
SHORT_FULL_NAMES = frozenset({"mayo", "maio", "june", "july"})

# White space with at most one line break; possessive, so that it matches in one way only.
_GAP = r"[^\S\n]{0,8}+(?:\n[^\S\n]{0,8}+)?+"
_YEAR = r"(?:19|20)\d\d(?!\d|[.,]\d|\s?[%€$])"
_MONTH = (
    "(?:"
    + "|".join(sorted(MONTHS, key=len, reverse=True)).replace("marco", "mar(?:ç|c\N{COMBINING CEDILLA}|c)o")
    + r")\b(?![\N{COMBINING CEDILLA}])"
)
# Where a date can begin, which is quick to look for: the patterns below, which are not, are tried only there.
# A month and a first day in words are looked for in folded text.
MONTH_WORD = re.compile(by_letter([*MONTHS, "marc\N{COMBINING CEDILLA}o"]) + r"\b")
FIRST_DAY = re.compile(r"primei?ro")
NUMBER = re.compile(r"\d+")
_WEEKDAY = (
    r"(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|(?:segunda|ter[cç]a|quarta|quinta|sexta)"
    r"(?:-feira)?|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_DAY = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])(?!\d)(?:\.?[ºª°]|(?:ero|ro|er|do|to|st|nd|rd|th|o)\b\.?)?+"
    r"|primei?ro\b)"
)
_FILLER = rf"(?:(?:el|os?|the|los)\b{_GAP})?+(?:d[ií]as?\b{_GAP})?+(?:{_WEEKDAY}\b,?{_GAP})?+"
_TO = r"(?:al?|hasta|at[eé]|ao?|to|through|thru|until|till)\b|[-–—]"
_AND = rf"(?:,{_GAP})?+(?:y|e|and|&)(?!\w)|,"
_DAYS = rf"(?>{_DAY}(?:{_GAP}(?:{_TO}|{_AND}|/){_GAP}{_FILLER}{_DAY}){{0,12}}+)"
_OF = r"(?:(?:de|del|do|of)\b)?+"
_THIS_YEAR = (
    r"(?:(?:del?|do)\s(?:presente|corriente|corrente|este|mesmo|mismo)\sa[nñ]o|deste\sano"
    r"|(?:of\s)?this\syear)\b"
)
_TAIL = (
    rf"(?:\.?{_GAP}(?:[,/-]|(?:de|del|do|of)\b)?+{_GAP}(?:(?:el\s)?a[nñ]o{_GAP}(?:de\b{_GAP})?+)?+(?P<year>{_YEAR})"
    rf"|{_GAP}(?P<this>{_THIS_YEAR}))?+"
)
_START = r"(?<![\w$€£])(?<!\d[.,:/–-])"

DAY_MONTH = re.compile(rf"{_START}(?P<days>{_DAYS}){_GAP}[-/]?+{_OF}{_GAP}(?P<month>{_MONTH}){_TAIL}", re.I)
MONTH_DAY = re.compile(rf"(?<!\w)(?P<month>{_MONTH})\.?{_GAP}(?:the\b)?+{_GAP}(?P<days>{_DAYS}){_TAIL}", re.I)
MONTH_YEAR = re.compile(rf"(?<!\w)(?P<month>{_MONTH}){_TAIL}", re.I)
# A line that is a year, a month or both, in folded text: the head of what follows
DATE_ALONE = re.compile(
    rf"\W{{0,6}}(?:(?:mes de )?(?:{'|'.join(MONTHS)})\.?(?:[ ,/-]{{1,3}}(?:de[l]? )?(?:19|20)\d\d)?"
    rf"|(?:19|20)\d\d(?:[ ,.:/-]{{1,3}}(?:{'|'.join(MONTHS)}))?)\W{{0,6}}"
)
# The year first, as the line above an entry has it: "2019, março", "2019 – Marzo"
YEAR_MONTH = re.compile(
    rf"(?<![^\n])[^\S\n]{{0,3}}+(?:[•*▪–-][^\S\n]{{0,3}}+)?+(?P<year>(?:19|20)\d\d)"
    rf"(?:\s?[,.:/–—-]\s?|\s)(?P<month>{_MONTH})(?!{_GAP}(?:(?:de|del|of)\b{_GAP})?+\d)",
    re.I,
)
RIVER_OF_JANUARY = re.compile(r"\br[ií]o\s+de\s+$", re.I)
NUMERIC = re.compile(
    rf"(?<![\w$€£+])(?<![\d\w][.,:/–-])(?:"
    r"(?P<iy>(?:19|20)\d\d)-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])(?=T\d|(?![\w/-]))"
    rf"|(?P<days>(?:{_DAY}{_GAP}(?:{_TO}|{_AND}){_GAP})?{_DAY})"
    r"(?P<s1>[/.-])(?P<m1>\d{1,2})(?P=s1)(?P<y1>(?:19|20)\d\d)(?![\w/-]|[.,]\d)"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y2>(?:19|20)\d\d|\d\d)(?![\w/-]|[.,]\d)"
    r"|(?P<m3>0[1-9]|1[0-2])/(?P<y3>(?:19|20)\d\d)(?![\w/-]|[.,]\d)"
    r"|(?P<y4>(?:19|20)\d\d)-(?P<m4>0[1-9]|1[0-2])(?![\w/-]|[.,]\d)"
    r")",
    re.I,
)
DAY_SLASH_MONTH = re.compile(
    r"(?<![\w/.,-])(?P<d1>\d{1,2})/(?P<m1>\d{1,2})"
    r"(?:\s?(?:a|al|até|ate|e|y|-|–)\s?(?P<d2>\d{1,2})/(?P<m2>\d{1,2}))?(?![\w/]|[.,]\d)"
)
# The first day before the last: "14/09 a | 18/09/2020"
SLASH_MONTH_BEFORE = re.compile(
    rf"(?<![\w$€£+/.,:])(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}}){_GAP}(?:{_TO}|{_AND}){_GAP}{_FILLER}$", re.I
)
DAY_LEAD = re.compile(
    rf"(?P<sure>(?:{_WEEKDAY},?|\bd[ií]as?)\s?\(?)$|\b(?:de|del|el|em|no|nos|desde|entre|até|hasta|al?)\s\(?$",
    re.I,
)
ONLY_YEAR = re.compile(
    rf"(?<![\w$€£#°º+@])(?<![$€£]\s)(?<!\d[.,:/-])(?<!\d–)(?P<first>{_YEAR})"
    rf"(?:\s?[-–—/]\s?(?P<last>{_YEAR}|\d\d(?![\w/-]|[.,]\d)))?+(?![\w/@-]|\.\w)"
)
PART_OF_YEAR = re.compile(
    r"(?:(?:a\s)?(?:mediados|principios|inicios|comienzos|finales|fines|meados|in[ií]cios?|come[cç]os?|finais|fim)"
    r"\s(?:de|del|do)(?:\sa[nñ]o)?"
    r"|(?:(?:primer|segund|tercer|cuart|primeir|terceir|quart)[oa]?|[ú|u]ltim[oa]|[1-4][ºª°]?|I{1,3}|IV)"
    r"\s(?:semestre|trimestre|cuatrimestre|quadrimestre|bimestre|mitad|metade)\s(?:de|del|do)(?:\sa[nñ]o|\sano)?"
    r"|(?:first|second|third|fourth|last)\s(?:half|quarter|semester)\s(?:of)?"
    r"|Q[1-4]|(?:early|mid|late|end\sof)[ -]?)\s?$",
    re.I,
)
RANGE_LINK = re.compile(rf"\.?,?{_GAP}(?:{_TO}){_GAP}{_FILLER}(?:de\b{_GAP})?+", re.I)
AND_LINK = re.compile(rf"\.?{_GAP}(?:{_AND}){_GAP}(?:(?:del?|en|em|in|on|no|do)\b{_GAP})?+{_FILLER}", re.I)
BETWEEN = re.compile(rf"\b(?:entre|between){_GAP}{_FILLER}$", re.I)
IN = re.compile(
    r"\b(?:en|em|in|desde|durante|during|since|hasta|at[eé]|until|by|mes\sde|m[eê]s\sde|month\sof)\s$", re.I
)
YEAR_LEAD = re.compile(
    r"(?:\b(?:en|em|in|de|del|do|desde|entre|between|durante|during|since|hasta|at[eé]|until|by|from|to|of|for|y|e|and"
    r"|para|por|a[nñ]os?|ano|years?|gesti[oó]n|per[ií]odo|ciclo|bienio|bi[eê]nio|trienio|ejercicio|exerc[ií]cio|el|o)"
    r"|[(\[,;:–—-])\s?$",
    re.I,
)
PERIOD_LEAD = re.compile(
    r"\b(?:per[ií]odo|period|ciclo|bienio|bi[eê]nio|trienio|tri[eê]nio|años|anos|years)\s$", re.I
)
# "Agenda 2030", "Europa 2020": the year is part of a name of something that is not dated by it.
GOAL_NAME = re.compile(
    r"\b(?:agenda|horizonte?|visi[oó]n|vis[aã]o|estrat[eé]gia|estrategia|strategy|europ[ae]|metas?|goals?|objetivos?)\s$",
    re.I,
)
NUMBERED = re.compile(
    r"(?:\bn(?:[°ºo]|[uú]m|ro)?\.?|#|\b(?:ley|lei|law|decreto|decree|resoluci[oó]n|resolu[cç][aã]o|portaria|acta|acuerdo"
    r"|oficio|tel[eé]?f?(?:ono|one)?s?|tlf|fax|pbx|phone|iso|p[aá]gs?|pp?|art[ií]culo|nit|cnpj)\b\.?:?(?:\sn?[°ºo]?\.?)?)\s?$",
    re.I,
)
CAPITALISED_LEAD = re.compile(r"[^\W\d_][\w'’&+-]{0,40}[)\]»”\"']?\s$")
# A count of things ("2000 empresas", "de 2000 personas"), not a year.
COUNTED = re.compile(
    r"\s(?:mil|millones|milh[õo]es|million|d[oó]lares|euros|reais|pesos|horas|hours|metros|km|kg|[a-zñáéíóúâêôãõç]{4,}s)\b"
)
NOT_COUNTED = re.compile(
    r"\s(?:estas?|estos|ellos|ellas|elles|todos|todas|mientras|antes|después|depois|entonces|tras|vários|varias|varios"
    r"|(?!(?:kilo)?gramos|ramos|extremos|[uú]ltimos|m[ií]nimos|m[aá]ximos|racimos)\w+[aei]mos"
    r"|muchos|muchas|unas|algunos|algunas|diversos|diversas|through|towards|vamos|fuimos|fomos|has|was|its|quienes)\b"
)
NUMBER_LEAD = re.compile(r"(?:^|\D)(?!(?:19|20)\d\d\s$)\d{1,12}\s$")  # a telephone: "+503 2005-2007"
