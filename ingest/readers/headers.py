"""What the columns of a directory of institutions hold, told by their headers in es, pt and en."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from graph.errors import UnreadableDocument

MAPPING_SUFFIX = ".columns.toml"

_BODY = (
    "institucion|organizacion|organismo|entidad|ente|asociacion|actor|instituicao|organizacao|entidade|"
    "institution|organization|organisation|entity|body"
)
_TOWN = "ciudad|localidad|municipio|cidade|localidade|city|town"
# Headers by the field they fill, as `plain` makes them. Later rows of one field give way to earlier ones: a
# list that has both "Institución" and "Nombre" gives persons under the second.
_HEADERS = {
    "name": (
        rf"(?:nombre|nome|name|denominacion|denominacao|designacao) (?:{_BODY})|(?:{_BODY}) (?:name|title)|"
        r"razon social|razao social|legal name",
        rf"{_BODY}|empresa|company",
        r"nombre|nome|name|denominacion|denominacao|designacao|title",
    ),
    "acronym": (
        r"siglas?|acronimo|abreviaturas?|abreviacion|abreviacao|acronym|abbreviation|initials|sigla acronimo",
    ),
    "type": (
        rf"(?:tipo|tipologia|categoria|clase|naturaleza|natureza|type|kind|category)(?: (?:{_BODY}))?|"
        rf"(?:{_BODY}) (?:type|kind|category)|naturaleza juridica|natureza juridica|sector type",
    ),
    "country": (
        r"(?:pais|country|nation)(?: (?:sede|origen|origem|residencia|origin|headquarters))?|"
        r"(?:home|headquarters) country",
    ),
    "city": (rf"(?:{_TOWN})(?: (?:sede|{_TOWN}))?|sede|location|headquarters",),
    "website": (
        r"(?:(?:sitio|pagina|portal|web|direccion|endereco) )?(?:web|internet|site|url|oficial)|"
        r"sitio|pagina|portal|website|enlace|link|homepage|home page",
    ),
    "themes": (
        r"(?:areas? |lineas? |linhas? )?(?:temas?|tematicas?|themes?|topics?|tematica|trabajo|atuacao)|areas",
    ),
    "offers": (
        r"(?:que )?(?:ofrece|ofrecemos|oferece|oferecemos)(?: red| pares)?|ofertas?|offers?|offering",
    ),
    "seeks": (
        r"(?:que )?(?:busca|buscamos|procura|procuramos|necesita|precisa)(?: red| pares)?|"
        r"necesidades|necessidades|demandas?|seeks?|seeking|needs?|looking for|wanted",
    ),
}
_COLUMNS = [
    (field, rank, re.compile(pattern))
    for field, patterns in _HEADERS.items()
    for rank, pattern in enumerate(patterns)
]
_SMALL = frozenset("de del da do das dos la el los las o a os as of the en em para y e and".split())
_ADDED = frozenset("completo completa oficial full official principal main".split())


def plain(text: str) -> str:
    """A text without accents, case and punctuation, to compare by."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    return " ".join(re.sub(r"[^\w ]+", " ", folded).split())


def fields_of(cells: Sequence[str], mapped: dict[str, str]) -> dict[int, str]:
    """The fields by columns; a field that the mapping gives is not looked for under other headers.

    Each field is that of one column, the first of those whose header says it best.
    """
    given = {i: mapped[key] for i, cell in enumerate(cells) if (key := plain(cell)) in mapped}
    best: dict[str, tuple[int, int]] = {}
    for index, cell in enumerate(cells):
        header = _header(cell)
        for field, rank, pattern in _COLUMNS if header and index not in given else ():
            if field not in given.values() and pattern.fullmatch(header):
                best[field] = min(best.get(field, (rank, index)), (rank, index))
                break
    return given | {index: field for field, (_, index) in best.items()}


def _header(cell: str) -> str:
    """A header without notes in brackets, numbers and small words: "1. Nombre de la entidad (completo)*"."""
    words = plain(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", cell)).split()
    return " ".join(w for w in words if w not in _SMALL and not w.isdecimal() and w not in _ADDED)


def columns_file(path: Path) -> Path:
    """Where the file of columns of a directory stands, if it has one."""
    return path.with_name(path.name + MAPPING_SUFFIX)


def read_mapping(path: Path) -> dict[str, str]:
    """The fields by the headers that a mapping file gives them; empty where there is no such file.

    Raises UnreadableDocument for one that is not TOML or names a field that there is not.
    """
    try:
        stated = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UnreadableDocument(
            f'{path.name}: not a file of columns ({error}); write lines such as "Denominación" = "name"'
        ) from error
    for header, field in stated.items():
        if not isinstance(field, str) or field not in _HEADERS:
            raise UnreadableDocument(
                f"{path.name}: {header!r} is given the field {field!r}; use one of {', '.join(_HEADERS)}"
            )
    return {plain(header): field for header, field in stated.items()}
