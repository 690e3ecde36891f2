"""A small document about institutions that do not exist, and what a reader would make of it."""

from graph.model import (
    Actor,
    DocumentInfo,
    Event,
    Evidence,
    Excerpt,
    Extraction,
    Methodology,
    Participation,
    Passage,
    Person,
    Place,
    Practice,
    Span,
    ThemeAssignment,
)

TEXT = (
    "MEMORIA FICTICIA 2019\n\n"
    "1. Foro de Avales de Prueba. Patrocinado por el Instituto de Prueba (IDP) y el Banco Imaginario. "
    "26 y 27 de marzo de 2019. Montevideo, Uruguay.\n\n"
    "Ana Ejemplo, directora del Instituto de Prueba, presentó el método FARO.\n\n"
    "- Conviene que el aval cubra la mitad del crédito: donde se hizo, subieron los préstamos.\n\n"
    "2. Taller de Cierre, dentro del Foro de Avales de Prueba. Abril de 2019.\n\n"
    "Anexo: Unidad de Avales del Instituto de Prueba."
)


def span(words: str, *, nth: int = 0) -> Span:
    """Where `words` stand in the text, for the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def evidence(words: str, *, rule: str = "test", confidence: float = 0.9, nth: int = 0) -> Evidence:
    return Evidence(span(words, nth=nth), rule, confidence)


def passage(id: str, words: str, **more: object) -> Passage:
    return Passage(id, words, span(words), **more)  # type: ignore[arg-type]


_PARAGRAPHS = TEXT.split("\n\n")
_LESSON = _PARAGRAPHS[3].removeprefix("- ")

EXTRACTION = Extraction(
    document=DocumentInfo(
        id="ab" * 32,
        name="memoria.txt",
        media_type="text/plain",
        title="Memoria ficticia 2019",
        language="es",
        reference="MF-1",
        year=2019,
        characters=len(TEXT),
    ),
    passages=(
        passage("p1", _PARAGRAPHS[1], event="e1", language="es", page=1),
        passage("p2", _PARAGRAPHS[2], event="e1", language="es", heading="Foro de Avales"),
        passage("p3", _PARAGRAPHS[3], event="e1", language="es"),
        passage("p4", _PARAGRAPHS[4], event="e2", language="es"),
    ),
    events=(
        Event(
            id="e1",
            title="Foro de Avales de Prueba",
            type="foro",
            status="held",
            span=Span(span("1. Foro").start, span("2. Taller").start),
            evidence=(evidence("Foro de Avales de Prueba"),),
            start_date="2019-03-26",
            end_date="2019-03-27",
            city="Montevideo",
            country="UY",
            venue="Sala Inventada",
            participations=(
                Participation("a1", "Instituto de Prueba", "sponsor", (evidence("Instituto de Prueba"),)),
                Participation("a2", "Banco Imaginario", "sponsor", (evidence("el Banco Imaginario"),)),
                Participation(
                    "a1", "IDP", "speaker", (evidence("directora del Instituto de Prueba", confidence=0.6),)
                ),
            ),
            themes=(
                ThemeAssignment(
                    "th-garantias-financiamiento", 0.8, "el texto dice «aval»", (evidence("aval cubra"),)
                ),
            ),
            objectives=(Excerpt("cubra la mitad", span("cubra la mitad")),),
            fields={"start_date": evidence("26 y 27 de marzo de 2019", rule="date-range", confidence=1.0)},
        ),
        Event(
            id="e2",
            title="Taller de Cierre",
            type="taller",
            status="scheduled",
            span=span(_PARAGRAPHS[4]),
            evidence=(evidence("Taller de Cierre"),),
            start_date="2019-04",
            part_of="e1",
        ),
    ),
    actors=(
        Actor(
            "a1", "Instituto de Prueba", "government-agency", "UY",
            mentions=(
                evidence("Instituto de Prueba"),
                evidence("Instituto de Prueba", nth=1),
                evidence("Instituto de Prueba", nth=2),
            ),
            acronyms=("IDP",), variants=("INSTITUTO DE PRUEBA", "Inst. de Prueba"),
        ),
        Actor("a2", "Banco Imaginario", "development-bank", None, mentions=(evidence("Banco Imaginario"),)),
        Actor(
            "a3", "Unidad de Avales", "government-agency", "UY",
            mentions=(evidence("Unidad de Avales"),), part_of="a1",
        ),
    ),
    practices=(
        Practice(
            "l1", "lesson-learned", _LESSON, span(_LESSON),
            evidence("Conviene que", rule="advice"),
            event="e1",
            themes=(ThemeAssignment("th-garantias-financiamiento", 0.7, "«crédito»", ()),),
            actors=("a2",),
            conditions=(Excerpt("donde se hizo", span("donde se hizo")),),
            results=(Excerpt("subieron los préstamos", span("subieron los préstamos")),),
        ),
    ),
    places=(
        Place("c1", "Uruguay", "country", "UY", mentions=(evidence("Uruguay"),)),
        Place(
            "c2", "Montevideo", "city", "UY", mentions=(evidence("Montevideo"),),
            geonames=3441575, latitude=-34.90328, longitude=-56.18816,
        ),
    ),
    persons=(Person("s1", "Ana Ejemplo", "directora", "a1", mentions=(evidence("Ana Ejemplo"),)),),
    methodologies=(
        Methodology("m1", "FARO", mentions=(evidence("FARO"),), developers=("a1",), events=("e1",)),
    ),
)  # fmt: skip
