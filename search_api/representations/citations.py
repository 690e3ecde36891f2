"""How to cite what a page shows: in words, in BibTeX and in RIS.

BibTeX as biber reads it, in UTF-8; RIS by its tags of 2011. Of a document we know no author and no publisher,
so none is claimed. A citation names the version of the data, so that it can be checked later.
"""

import re
from dataclasses import dataclass
from functools import singledispatch

from search_api.answers.dataset import DatasetDetail
from search_api.resources.base import Resource
from search_api.resources.documents import DocumentDetail
from search_api.resources.events import EventDetail
from search_api.resources.practices import PracticeDetail
from search_api.wording.languages import gettext as _
from search_api.wording.localised import dates

#: Longest title made of the text of a practice.
LONGEST_TITLE = 160
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\{",
    "}": r"\}",
    **{character: f"\\{character}" for character in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Version:
    """A published state of the data: the number of its snapshot, and its day (ISO 8601)."""

    number: int
    day: str


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. `kind` says in words what it is, `within` is the document that tells it, `date` is as
    precise as the source."""

    key: str
    kind: str
    title: str
    url: str
    date: str | None = None
    place: str | None = None
    within: str | None = None
    number: str | None = None
    page: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A work in the three forms."""

    text: str
    bibtex: str
    ris: str


def citation(resource: Resource, *, root: str, version: Version) -> Citation | None:
    """How to cite a resource of the site at `root` (without a slash at its end); None where one does not."""
    work = work_of(resource, root)
    return cited(work, version) if work else None


def cited(work: Work, version: Version) -> Citation:
    """A work in words, BibTeX and RIS."""
    return Citation(text=_words(work, version), bibtex=_bibtex(work, version), ris=_ris(work, version))


@singledispatch
def work_of(resource: Resource, root: str) -> Work | None:
    """The resource as something to cite."""
    return None


@work_of.register
def _document(document: DocumentDetail, root: str) -> Work:
    return Work(
        key=document.slug,
        kind=_("Documento"),
        title=document.label,
        url=root + document.url,
        date=str(document.year) if document.year else None,
        number=document.reference,
        language=document.language,
    )


@work_of.register
def _event(event: EventDetail, root: str) -> Work:
    told = next((passage.source for passage in event.passages), None)
    return Work(
        key=event.slug,
        kind=event.type.label.capitalize() if event.type else _("Evento"),
        title=event.label,
        url=root + event.url,
        date=event.start_date,
        place=", ".join(ref.label for ref in (event.city, event.country) if ref) or None,
        within=told.document.label if told else None,
        page=told.page if told else None,
    )


@work_of.register
def _practice(practice: PracticeDetail, root: str) -> Work:
    words = " ".join(practice.text.split())
    short = words if len(words) <= LONGEST_TITLE else words[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return Work(
        key=practice.slug,
        kind=practice.kind.label.capitalize() if practice.kind else _("Práctica"),
        title=short.rstrip("."),
        url=root + practice.url,
        within=practice.source.document.label if practice.source else None,
        page=practice.source.page if practice.source else None,
    )


@work_of.register
def _dataset(dataset: DatasetDetail, root: str) -> Work:
    return Work(
        key=f"redpyme-{dataset.version}",
        kind=_("Conjunto de datos"),
        title=_("redpyme: red temática de apoyo a las MIPYME"),
        url=root + dataset.url,
        date=dataset.created[:10],
    )


def _words(work: Work, version: Version) -> str:
    said = [f"{work.title} [{work.kind}]"]
    if work.number:
        said.append(work.number)
    day = dates(work.date) if work.date != version.day else ""
    when = [part for part in (work.place, day) if part]
    if when:
        said.append(", ".join(when))
    if work.within:
        said.append(_("En: %(document)s") % {"document": _with_page(work)})
    return ". ".join([*said, f"{_edition(version)}. {work.url}"])


def _with_page(work: Work) -> str:
    if work.page is None:
        return work.within or ""
    return _("%(title)s, pág. %(page)s") % {"title": work.within, "page": work.page}


def _edition(version: Version) -> str:
    return _("redpyme, versión %(number)s (%(day)s)") % {"number": version.number, "day": dates(version.day)}


def _bibtex(work: Work, version: Version) -> str:
    fields = {
        "title": work.title,
        "year": work.date[:4] if work.date else None,
        "date": work.date if work.date and len(work.date) > 4 else None,
        "type": work.kind,
        "number": work.number,
        "location": work.place,
        "howpublished": _("En: %(document)s") % {"document": _with_page(work)} if work.within else None,
        "langid": {"es": "spanish", "pt": "portuguese", "en": "english"}.get(work.language or ""),
        "note": _edition(version),
    }
    key = re.sub(r"[^A-Za-z0-9:.-]", "-", work.key)
    lines = [f"  {name} = {{{_escaped(name, value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, f"  url = {{{work.url}}},", "}", ""])


def _escaped(name: str, value: str) -> str:
    text = "".join(_BIBTEX.get(character, character) for character in " ".join(value.split()))
    return f"{{{text}}}" if name == "title" else text  # a second pair of braces keeps capitals as they are


def _ris(work: Work, version: Version) -> str:
    day = "/".join((*work.date.split("-"), "", "", "")[:3]) + "/" if work.date else None
    fields = (
        ("TY", "GEN"),
        ("ID", work.key),
        ("TI", work.title),
        ("T2", work.within),
        ("PY", work.date[:4] if work.date else None),
        ("DA", day),
        ("CY", work.place),
        ("SP", str(work.page) if work.page else None),
        ("M1", work.number),
        ("M3", work.kind),
        ("LA", work.language),
        ("N1", _edition(version)),
        ("UR", work.url),
    )
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])
