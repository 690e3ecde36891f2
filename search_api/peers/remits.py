"""What institutions are for, as their names say: "Ministerio de Industria", "Cámara de Industrias"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from search_api.search.words import analyse

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SMALL_FIRMS = frozenset(
    {
        *("pyme", "mipyme", "mpyme", "mype", "micro", "microempres", "pequen", "median"),
        *("pme", "mpme", "medi", "sme", "msme", "small", "medium"),
    }
)
"""Stems that say that small firms are meant; however many of them, they are one word."""
FIRMS = frozenset(("empres", "enterpris", "busi"))
"""Stems that add nothing beside those."""

REGIONS = frozenset(
    {
        *(
            "amer",
            "americ",
            "american",
            "latin",
            "latinoamer",
            "latinoamerican",
            "iberoamer",
            "iberoamerican",
        ),
        *("carib", "caribb", "centroamer", "centroamerican", "sudamer", "suramer", "sudamerican"),
    }
)
"""Stems that say where, not what for."""


def remits(names: Sequence[str]) -> "csr_array":
    """n × w unit rows: the words of the names of each actor, weighted by how few have them, log(1 + n / n_w).

    `names` are all names of an actor in one text.
    """
    from scipy.sparse import csr_array

    columns: dict[str, int] = {}
    cells = [
        (row, columns.setdefault(word, len(columns)))
        for row, name in enumerate(names)
        for word in sorted(remit_words(name))
    ]
    at = np.array(cells, np.int64).reshape(-1, 2)
    having = np.bincount(at[:, 1], minlength=len(columns))
    weight = np.log1p(len(names) / np.maximum(having, 1))[at[:, 1]]
    length = np.sqrt(np.bincount(at[:, 0], weight * weight, minlength=len(names)))
    return csr_array((weight / length[at[:, 0]], (at[:, 0], at[:, 1])), shape=(len(names), len(columns)))


def remit_words(name: str) -> set[str]:
    """The stems that tell what an institution is for."""
    stems = {stem for _, stem in analyse(name, "es")} - REGIONS
    if stems & SMALL_FIRMS:
        return stems - SMALL_FIRMS - FIRMS | {"pyme"}
    return stems
