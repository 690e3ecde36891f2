"""Names of no known form that the address of their link spells, with the type and country that it tells."""

import pytest

from ingest.linked_names import linked_names
from ingest.well_known_places import is_place

GOLDEN = [
    ("[Hilo Rojo](https://hilorojo.org.ar/quienes)", "Hilo Rojo", "ngo-foundation", "AR"),
    ('<a class="x" href="http://www.telarvivo.com.br/">Telar Vivo</a>', "Telar Vivo", "company", "BR"),
    (
        '<a href="https://lpr.edu.uy"><b>Lanas y Paños del Río</b></a>',
        "Lanas y Paños del Río",
        "university",
        "UY",
    ),
    ("[**LANA Livre**](https://www.facebook.com/pg/lanalivre/posts/)", "LANA Livre", None, None),
    ("[Trama Abierta](https://tramaabierta.wordpress.com)", "Trama Abierta", None, None),
    ("[Fundación Ovillo](https://ovillo.com)", "Fundación Ovillo", None, None),
]
NOTHING = [
    "[Ana Ruiz](https://anaruiz.com)",  # a person
    "[Rocío Tejada](https://instagram.com/rociotejada)",  # an account of who may be one
    "[Festival Ovillo](https://festivalovillo.org)",  # an event
    "[Loom Freedom Day](https://loomfreedomday.org)",
    "[Montevideo](https://montevideo.gub.uy)",  # a place
    "[Telar Vivo](https://news.example.org/a-note)",  # the address of something else
    "[más información](https://masinformacion.org)",
    "![Hilo Rojo](https://hilorojo.org/logo.png)",
]


@pytest.mark.parametrize(("text", "name", "kind", "country"), GOLDEN)
def test_address_spells_name(text: str, name: str, kind: str | None, country: str | None) -> None:
    found = dict(linked_names(text, is_place))
    if name == "Fundación Ovillo":
        assert not found or found[name].type is None  # its head noun says more than the address
        return
    assert [(n, k.type, k.country) for n, k in found.items()] == [(name, kind, country)]


@pytest.mark.parametrize("text", NOTHING)
def test_no_name(text: str) -> None:
    assert linked_names(text, is_place) == []
