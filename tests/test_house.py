"""The house: targets, pins, version, documentation and files agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pyoxigraph
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from graph.settings import Settings
from search_api.cli import redpyme

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    """The files of the project that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> dict[Path, str]:
    """The text of every tracked file that is text."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found[path] = data.decode("utf-8")
    return found


def blocks(markdown: str, language: str) -> list[str]:
    """The code blocks of a Markdown text in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, flags=re.MULTILINE | re.DOTALL)


def pins() -> dict[str, str]:
    """Name and version of each line of the constraints file."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pinned)
    return {canonicalize_name(name): version for name, version in pinned}


# Makefile


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_the_makefile_has_the_targets_that_people_are_told_of() -> None:
    promised = {"install", "run", "test", "lint", "bench", "constraints", "clean", "help"}
    told = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(blocks(README, "sh") + blocks(CONTRIBUTING, "sh"))))
    assert {"run", "test", "install", "help"} <= told
    assert promised | told <= targets()


def test_help_names_every_target() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.split()[1] for line in said.stdout.splitlines()} == targets()


def test_continuous_integration_runs_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert re.search(r"^make test\b", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    subprocess.run(["bash", "-n", str(script)], check=True)


# Pins and version


def test_every_dependency_is_pinned() -> None:
    asked = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    names = {canonicalize_name(Requirement(text).name) for text in asked}
    assert len(names) > 20
    assert names - pins().keys() == set()


def test_torch_is_pinned_at_the_version_the_makefile_holds() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    held = re.search(r"^TORCH := (\S+)$", makefile, flags=re.MULTILINE)
    assert held is not None
    assert pins()["torch"] == held[1]


def test_the_version_stands_in_one_place() -> None:
    version = re.escape(PROJECT["version"])
    stated = re.compile(rf"(?i)\bversion(?:__)?\b[^\n\w]{{1,6}}{version}(?![\d.])")
    assert [path for path, text in texts().items() if stated.search(text)] == [ROOT / "pyproject.toml"]


# Documentation


def test_the_readme_names_commands_that_exist_and_all_of_them() -> None:
    commands = set(redpyme.commands)
    run = {line.split()[1] for block in blocks(README, "sh") for line in block.splitlines() if is_ours(line)}
    assert run >= {"ingest", "serve", "sparql", "search", "peers"}
    assert run <= commands
    section = README.split("### Command line")[1].split("###")[0]
    listed = {name.split()[0] for name in re.findall(r"`(?:redpyme )?([a-z]+(?: [^`]*)?)`", section)}
    assert listed == commands


def is_ours(line: str) -> bool:
    return line.startswith("redpyme ")


def test_the_readme_explains_every_setting() -> None:
    table = set(re.findall(r"`REDPYME_([A-Z_]+)`", README))
    assert table == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("number", range(2))
def test_the_queries_of_the_readme_are_sparql(number: int) -> None:
    queries = re.findall(r"<<'RQ'\n(.*?)^RQ$", README, flags=re.MULTILINE | re.DOTALL)
    assert len(queries) == 2
    pyoxigraph.Store().query(queries[number])


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample/README.md"])
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


# Files


def test_every_package_is_packaged() -> None:
    files = (path.relative_to(ROOT) for path in tracked() if path.name == "__init__.py")
    there = {".".join(path.parent.parts) for path in files if path.parts[0] != "tests"}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == there


def test_no_file_names_a_place_of_one_machine() -> None:
    # The names are put together here, so that this file does not hold what it looks for.
    places = {f"/{top}" for top in ("work", "root", "home", "tmp")} | ({str(ROOT.parent)} - {"/"})
    named = re.compile(rf"(?<![\w.}}/])(?:{'|'.join(map(re.escape, sorted(places)))})/")
    hits = {str(path.relative_to(ROOT)): named.search(text) for path, text in texts().items()}
    assert {path: hit[0] for path, hit in hits.items() if hit} == {}
