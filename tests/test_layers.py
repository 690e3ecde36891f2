"""The layers: a package imports itself and what stands to its left, and ranking does not know of HTTP."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("ontology", "graph", "ingest", "search_api")
#: Modules of search_api that answer over HTTP or draw pages; no other may import FastAPI.
HTTP = {
    "app",
    "answers",
    "cli",
    "dependencies",
    "lists",
    "middleware",
    "pages",
    "peer_answers",
    "seek_answers",
    "records",
    "problems",
    "query_threads",
    "quick_sparql",
    "routers",
    "service",
    "details",
}
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


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "search_api").glob("*.py"), *(ROOT / "search_api" / "peers").glob("*.py")]),
    ids=lambda path: path.name,
)
def test_what_ranks_and_embeds_does_not_import_fastapi(path: Path) -> None:
    if path.stem not in HTTP:
        assert not {n for n in imported(path) if n.partition(".")[0] in ("fastapi", "starlette", "uvicorn")}
        assert not {n for n in imported(path) if n.startswith(("search_api.routers", "search_api.app"))}


def test_every_layer_has_modules() -> None:
    assert all(any(path.is_relative_to(ROOT / layer) for path in MODULES) for layer in LAYERS)
    assert len(MODULES) > 60
