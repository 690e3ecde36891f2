"""Files of gold, in three formats, and the documents they are about.

report     the annotation of the 2007 report: every institution with its mentions, exact roles, spans
short      one document's events and institutions with what is required, optional and accepted beside it
contract   what `redpyme extract --json` prints, put right by a person

The formats are told apart by their keys.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.errors import ConfigurationError
from ingest.readers import SUPPORTED_SUFFIXES
from search_api.scoring.gold import Gold
from search_api.scoring.gold_contract import from_contract
from search_api.scoring.gold_report import from_report
from search_api.scoring.gold_short import from_short

Item = Mapping[str, Any]


def gold_files(paths: Iterable[Path]) -> list[Path]:
    """The gold files named, and those in the folders named; other JSON of a folder is left out.

    Raises ConfigurationError for a path that is not there, and for a folder without gold.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.glob("*.json")) if _is_gold(_read(file))]
            if not inside:
                raise ConfigurationError(f"{path}: no gold in this folder; name the files or their folder")
            found += inside
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def read_gold(path: Path) -> Gold:
    """The gold in a file. Raises ConfigurationError where it is none of the formats."""
    content = _read(path)
    if not _is_gold(content):
        raise ConfigurationError(
            f"{path}: not gold: it needs the lists `events` and `actors`, as the annotation of a report, its "
            "short form, or `redpyme extract --json` have them"
        )
    try:
        return to_gold(content, name=path.stem)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"{path}: not gold as it should be ({type(error).__name__}: {error})"
        ) from error


def to_gold(content: Item, *, name: str) -> Gold:
    """The gold that a JSON object holds; `name` is what its file is called, without the suffix."""
    if "lessons_practices" in content:
        return from_report(content, name=name)
    if any("title_keywords" in event for event in content["events"]) or "doc" in content:
        return from_short(content, name=name)
    return from_contract(content, name=name)


def document_of(gold: Gold, path: Path, *, documents: Path | None = None) -> Path:
    """The document that the gold in `path` is about: in `documents`, else near the gold.

    It has the name that the gold tells, with or without its suffix, or begins with the number of the gold
    file ("22-….txt" for 22.json). Near are the folder of the gold, the one above, the folder `corpus` beside
    it, and `corpus/NAME` where the gold is in `gold/NAME`. Raises ConfigurationError that says what was
    looked for.
    """
    folder = path.resolve().parent
    near = [folder.parent, folder, folder.parent / "corpus", folder.parents[1] / "corpus" / folder.name]
    folders = [documents] if documents is not None else near
    names = list(dict.fromkeys((gold.document, path.stem)))
    for place in folders:
        candidates = [file for file in _files(place) if file.suffix.lower() in SUPPORTED_SUFFIXES]
        for found in (
            [file for file in candidates if file.name in names],
            [file for file in candidates if file.stem in names],
            [file for file in candidates if path.stem.isdigit() and file.name.startswith(f"{path.stem}-")],
        ):
            if len(found) > 1:
                told = ", ".join(file.name for file in found)
                raise ConfigurationError(
                    f"{path}: several documents in {place} may be its own ({told}); leave one, or name the "
                    "folder of the right one with --documents"
                )
            if found:
                return found[0]
    wanted = " or ".join(names) + (f" or {path.stem}-…" if path.stem.isdigit() else "")
    looked = ", ".join(str(place) for place in dict.fromkeys(folders))
    raise ConfigurationError(
        f"{path}: its document is missing: looked for {wanted} ({', '.join(sorted(SUPPORTED_SUFFIXES))}) in "
        f"{looked}; name its folder with --documents"
    )


def _files(folder: Path) -> Sequence[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else ()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigurationError(f"{path}: not gold: it cannot be read as JSON ({reason})") from error


def _is_gold(content: Any) -> bool:
    return isinstance(content, dict) and all(
        isinstance(content.get(name), list) and all(isinstance(item, dict) for item in content[name])
        for name in ("events", "actors")
    )
