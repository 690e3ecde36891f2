"""Bring the catalogues of messages up to date with the code and the templates.

Usage: python .ci/messages.py

A message is the Spanish text in `_()`, `gettext()`, `ngettext()` and `message()` of Python code, in `_()` and
`{% trans %}` of templates. Translations stay as they are, messages that are gone leave, and new ones come
without a translation: nothing is guessed from similar ones. Messages are sorted, and their places are named
without line numbers, so that a change of code moves nothing here.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "search_api"
LOCALE = PACKAGE / "locale"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
#: As the environment in `search_api/pages/drawing.py`; a template with a mistake is an error here, too.
OPTIONS = {
    "templates/**.html": {
        "trimmed": "true",
        "newstyle_gettext": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "message": None}
#: The head of a catalogue, without the times and names that change by themselves.
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"

"""


def extracted() -> Catalog:
    """Every message of code and templates, without translations."""
    found = Catalog()
    places = extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("For translators:",)
    )
    for name, line, said, comments, _ in places:
        found.add(said, locations=[(name, line)], auto_comments=comments)
    return found


def read(language: str) -> Catalog:
    """The catalogue of a language as it is."""
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> str:
    """The text of the catalogue of a language with exactly the messages that there are."""
    catalogue = read(language)
    plurals = catalogue.plural_forms
    catalogue.update(extracted(), no_fuzzy_matching=True)
    for message in catalogue:  # one that became plural: its forms that are missing are told all the same
        message.flags.discard("fuzzy")
    text = io.BytesIO()
    write_po(
        text,
        catalogue,
        width=0,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return HEADER.format(language=language, plurals=plurals) + text.getvalue().decode("utf-8")


def main() -> int:
    """Write the catalogues; say how many messages wait for a translation."""
    for path in sorted(LOCALE.glob("*.po")):
        path.write_text(updated(path.stem), encoding="utf-8")
        waiting = [one.id for one in read(path.stem) if one.id and not _translated(one.string)]
        print(f"{path.relative_to(ROOT)}: {len(waiting)} of {len(read(path.stem))} wait for a translation")
    return 0


def _translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
