"""Editions listed by year under a heading that says so."""

import pytest

from graph.model import Document
from ingest.extraction import extract
from ingest.readers import parse_document


def editions(text: str) -> list[tuple[str, str | None, str | None]]:
    """Title, start and city of each event of a Markdown text."""
    return [(e.title, e.start_date, e.city) for e in extract(document(text)).events]


def document(text: str) -> Document:
    return parse_document(text.encode(), name="ediciones.md", max_bytes=10**6, max_pages=10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "# Edições anteriores\n\n- SBCA 2019 - São Paulo, SP\n- SBCA 2018 - Natal, RN\n"
            "- SBCA 2017 - Brasília, DF\n",
            [
                ("SBCA 2019", "2019", "São Paulo"),
                ("SBCA 2018", "2018", "Natal"),
                ("SBCA 2017", "2017", "Brasília"),
            ],
        ),
        (
            "# Feria del Telar Claro\n\n## Ediciones anteriores\n\n"
            "- 2015: Cuenca, Ecuador\n- 2016: Loja, Ecuador\n- 2018: Lima, Perú\n",
            [
                ("Feria del Telar Claro 2015", "2015", "Cuenca"),
                ("Feria del Telar Claro 2016", "2016", "Loja"),
                ("Feria del Telar Claro 2018", "2018", "Lima"),
            ],
        ),
        (
            "# Previous editions of the Small Looms Fair\n\n"
            "## 2019\n\nForty weavers came to Porto on 4 May 2019.\n\n"
            "## 2018\n\nThirty came.\n\n## 2017\n\nTwenty came.\n",
            [
                ("Small Looms Fair 2019", "2019-05-04", "Porto"),
                ("Small Looms Fair 2018", "2018", None),
                ("Small Looms Fair 2017", "2017", None),
            ],
        ),
        ("# Ediciones anteriores\n\n- 2015\n- 2016\n", []),
        ("# Nuestra historia\n\n- 2015: Cuenca\n- 2016: Loja\n- 2018: Lima\n", []),
        ("# Ediciones\n\n- 2015-16: 40 becas\n- 2016-17: 50 becas\n- 2017-18: 60 becas\n", []),
    ],
)
def test_editions_are_events_where_a_heading_says_so(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = [e for e in editions(text) if e[1] is not None]
    assert found == expected
