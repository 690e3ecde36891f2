"""The layers: a package imports itself and what stands to its left, and ranking does not know of HTTP."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("ontology", "graph", "ingest", "search_api")
#: The packages and modules of search_api, each importing those before it only: the way of the data.
INSIDE = (
    *("wording", "errors", "http", "resources", "embedding", "search", "catalogue", "reading", "network"),
    *("peers", "served", "service", "answers", "sparql", "representations", "pages", "routers", "app"),
    *("frames", "publishing", "scoring", "commands", "cli"),
)
#: Those that answer over HTTP or draw pages; no other may import FastAPI. `redpyme serve` starts uvicorn.
HTTP = {"http", "pages", "routers", "app"}
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_left_only(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    right = set(LAYERS[LAYERS.index(layer) + 1 :])
    assert not {name for name in imported(path) if name.partition(".")[0] in right}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_is_imported_by_its_modules(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert not set(bare) & set(LAYERS) - {"ontology"}, "write `from graph.store import …`"


OURS = sorted(
    path for path in (ROOT / "search_api").rglob("*.py") if path.parts[-2:] != ("search_api", "__init__.py")
)


def unit(path: Path) -> str:
    """The package, or the module, directly in search_api that a file belongs to."""
    return path.relative_to(ROOT / "search_api").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_packages_of_search_api_have_an_order(path: Path) -> None:
    later = INSIDE[INSIDE.index(unit(path)) + 1 :]
    names = [name.split(".") for name in imported(path)]
    assert not {
        ".".join(parts) for parts in names if parts[0] == "search_api" and set(parts[1:2]) & set(later)
    }


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_ranks_and_embeds_does_not_import_fastapi(path: Path) -> None:
    if unit(path) not in HTTP and path.name != "serve.py":
        assert not {n for n in imported(path) if n.partition(".")[0] in ("fastapi", "starlette", "uvicorn")}


def test_every_layer_has_modules() -> None:
    assert all(any(path.is_relative_to(ROOT / layer) for path in MODULES) for layer in LAYERS)
    assert len(MODULES) > 60
    assert {unit(path) for path in OURS} == set(INSIDE)
