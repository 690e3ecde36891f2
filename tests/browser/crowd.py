"""A made-up network, larger than the sample: many institutions that met often, and told much."""

from pathlib import Path

import network
from fictitious import EXTRACTION

from graph.model import (
    Actor,
    DocumentInfo,
    Event,
    Evidence,
    Extraction,
    Participation,
    Passage,
    Place,
    Practice,
    Span,
    ThemeAssignment,
)

ACTORS, EVENTS, TOGETHER = 150, 120, 12
COUNTRIES = {"UY": "Uruguay", "PE": "Perú", "MX": "México", "VE": "Venezuela", "CL": "Chile", "ES": "España"}
TYPES = ("ministry", "government-agency", "development-bank", "business-association", "university")
ROLES = ("sponsor", "organiser", "speaker", "participant")
THEMES = ("th-garantias-financiamiento", "th-internacionalizacion", "th-tic", "th-asociatividad")


class Written:
    """A text as it is written, which knows where each part of it stands."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.at = 0

    def add(self, text: str) -> Span:
        start, self.at = self.at, self.at + len(text)
        self.parts.append(text)
        return Span(start, self.at)

    def evidence(self, text: str) -> Evidence:
        return Evidence(self.add(text), "test", 0.9)


def publish_crowd(root: Path) -> None:
    """Publish `EVENTS` events in which `TOGETHER` of `ACTORS` institutions met, in the workspace of
    `network.settings(root)`."""
    written = Written()
    countries = list(COUNTRIES)
    names = [f"Instituto Inventado número {n} para el Fomento de la Empresa" for n in range(ACTORS)]
    mentions: list[list[Evidence]] = [[] for _ in names]
    events, passages, practices = [], [], []
    for n in range(EVENTS):
        begin = written.at
        title = f"Taller inventado número {n} sobre la cooperación entre empresas de la región"
        told = (written.evidence(title),)
        parts = []
        written.add(". Con ")
        for k in range(TOGETHER):
            who = (n * 7 + k * k * (n % 5 + 1)) % ACTORS
            said = written.evidence(names[who])
            written.add("; ")
            mentions[who].append(said)
            parts.append(Participation(f"a{who}", names[who], ROLES[k % 4], (said,)))
        country = countries[n % len(countries)]
        written.add(f"{COUNTRIES[country]}, {2001 + n % 20}. ")
        lesson = (
            f"Conviene que el taller {n} empiece por lo que las empresas ya saben hacer en su territorio."
        )
        span = written.add(lesson)
        theme = ThemeAssignment(THEMES[n % len(THEMES)], 0.8, "test", told)
        events.append(
            Event(
                id=f"e{n}", title=title, type="taller", status="held", span=Span(begin, written.at),
                evidence=told, start_date=f"{2001 + n % 20}-05-{n % 28 + 1:02}", country=country,
                participations=tuple({p.actor: p for p in parts}.values()), themes=(theme,),
            )
        )  # fmt: skip
        practices.append(
            Practice(f"l{n}", "lesson-learned", lesson, span, Evidence(span, "test", 0.8), event=f"e{n}",
                     themes=(theme,), actors=(parts[0].actor,))
        )  # fmt: skip
        whole = "".join(written.parts)[begin:]
        passages.append(Passage(f"p{n}", whole, Span(begin, written.at), event=f"e{n}", language="es"))
        written.add("\n\n")
    text = "".join(written.parts)
    actors = tuple(
        Actor(
            f"a{n}", name, TYPES[n % len(TYPES)], countries[n % len(countries)], mentions=tuple(mentions[n])
        )
        for n, name in enumerate(names)
        if mentions[n]
    )
    nothing = Evidence(Span(0, 1), "test", 0.5)
    extraction = Extraction(
        document=DocumentInfo(
            id="ef" * 32, name="crowd.txt", media_type="text/plain", title="Memoria de la muchedumbre",
            language="es", reference="MM-1", year=2021, characters=len(text),
        ),
        passages=tuple(passages),
        events=tuple(events),
        actors=actors,
        practices=tuple(practices),
        places=tuple(Place(c, name, "country", c, mentions=(nothing,)) for c, name in COUNTRIES.items()),
        persons=(),
        methodologies=EXTRACTION.methodologies[:0],
    )  # fmt: skip
    network.publish(root, slug="muchedumbre", extraction=extraction, text=text)
