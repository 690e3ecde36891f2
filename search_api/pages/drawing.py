"""Drawing: a context of a page and the template of the same name in, HTML out, complete without a script.

Templates see the fields of their context by name, plus the few helpers named here, and nothing else.
"""

import re
from dataclasses import fields
from pathlib import Path
from typing import ClassVar, Protocol

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from search_api.pages.head import head_of
from search_api.pages.markup import (
    any_language_link,
    capital,
    code_words,
    excerpt,
    fallback,
    lang,
    language_links,
    marked,
    refs,
    script,
)
from search_api.representations.citations import Citation
from search_api.resources.links import iri_path, resource_path, span_path, with_query
from search_api.wording.codes import LENS_VALUES, RESULT_KINDS, REVIEW_NAMES, STATUS_NAMES, named
from search_api.wording.filters import filter_name
from search_api.wording.languages import gettext, language, ngettext, reader
from search_api.wording.localised import dates, decimal, language_name, number
from search_api.wording.quotation import quoted

#: Where templates and static files are.
FOLDER = Path(__file__).parents[1]


#: Where a page leads to an address of this server, but for files, which have no language, and for its own
#: address in whichever language the browser prefers.
_OWN_ADDRESS = re.compile(
    r'(?<!hreflang="x-default")(\s(?:href|action)=")/(?![/]|static/|(?:es|pt|en)(?:/|"))'
)


class Page(Protocol):
    """A context: a dataclass whose `template` draws it."""

    template: ClassVar[str]


class Pages:
    """Draws pages. Everything that enters a template is escaped there."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            auto_reload=False,  # the templates of the code that runs, also where the package is replaced
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.policies["ext.i18n.trimmed"] = True
        self.environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        self.environment.globals |= {
            "resource_path": resource_path,
            "iri_path": iri_path,
            "span_path": span_path,
            "with_query": with_query,
            "refs": refs,
            "lang": lang,
            "fallback": fallback,
            "marked": marked,
            "script": script,
            "reader": reader,
            "language_links": language_links,
            "any_language_link": any_language_link,
        }
        self.environment.filters |= {
            "dates": dates,
            "number": number,
            "decimal": decimal,
            "language": language_name,
            "quoted": lambda text: quoted(text, language()),
            "status": lambda code: named(STATUS_NAMES, code),
            "review": lambda code: named(REVIEW_NAMES, code),
            "filter_kind": filter_name,
            "result_kind": lambda kind: named(RESULT_KINDS, kind),
            "capital": capital,
            "lens_value": lambda name: gettext(LENS_VALUES[name]),
            "excerpt": excerpt,
            "code_words": code_words,
        }

    def draw(self, page: Page, *, status: int = 200, citation: Citation | None = None) -> HTMLResponse:
        """The page as a response; `citation` is how to cite what it shows."""
        context = {f.name: getattr(page, f.name) for f in fields(page)}  # type: ignore[arg-type]
        head = head_of(context.values(), root=reader().root)
        html = self.environment.get_template(page.template).render(context, head=head, citation=citation)
        if reader().prefix:
            html = _OWN_ADDRESS.sub(rf"\1{reader().prefix}/", html)
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)
