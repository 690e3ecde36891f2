"""Write a constraints file: the version of everything that the project pulls into the running environment.

Usage: python .ci/constraints.py constraints.txt

Packages that are installed but that neither the project nor one of its dependencies asks for are left out, so
the file is the same whatever else lies in the environment.
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "redpyme"
HEADER = """\
# Every package of the environment at the version it was tested with.
# Written by `make constraints`; to hold a package back, pin it in the Makefile as torch is.
"""


def required_by(name: str, extras: frozenset[str]) -> list[Requirement]:
    """Requirements of an installed package that hold on this machine, with those of `extras`."""
    found = []
    for text in distribution(name).requires or []:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            found.append(requirement)
    return found


def closure(extra: str) -> set[str]:
    """Canonical names of all that the project needs with `extra`, the project itself left out."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(PROJECT, frozenset({extra}))]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            needed = required_by(name, extras)
        except PackageNotFoundError:
            sys.exit(f"{name} is required and not installed: install the project with its dev extra first")
        waiting += [(canonicalize_name(r.name), frozenset(r.extras)) for r in needed]
    return {name for name, _ in seen} - {PROJECT}


def pins(names: set[str]) -> str:
    """One `name==version` a line, in order; a local version (a build for one machine) is cut off."""
    return "".join(f"{name}=={distribution(name).version.split('+')[0]}\n" for name in sorted(names))


def constraints() -> str:
    """The text of the constraints file, in groups: asked for, pulled in, and what only development needs."""
    needed, with_dev = closure(""), closure("dev")
    asked = {canonicalize_name(r.name) for r in required_by(PROJECT, frozenset())}
    groups = {
        "Asked for by the project": asked,
        "Pulled in by these": needed - asked,
        "For development only": with_dev - needed,
    }
    return HEADER + "".join(f"\n# {title}\n{pins(names)}" for title, names in groups.items())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(constraints(), encoding="utf-8")
