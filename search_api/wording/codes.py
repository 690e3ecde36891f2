"""Codes of the graph in words: statuses, kinds of result, lenses, properties; translated when shown."""

from collections.abc import Mapping

from search_api.wording.languages import gettext, message

#: Statuses and properties in words, translated when they are shown.
STATUS_NAMES = {"held": message("realizado"), "scheduled": message("programado")}


REVIEW_NAMES = {
    "proposed": message("propuesto"),
    "accepted": message("aceptado"),
    "rejected": message("rechazado"),
    "corrected": message("corregido"),
}


#: What a result may be, in words.
RESULT_KINDS = {
    "passage": message("pasaje"),
    "event": message("evento"),
    "practice": message("práctica"),
    "actor": message("institución"),
}


#: The lenses of peers in words, and what each shows.
LENS_NAMES = {
    "alike": (message("parecidas"), message("los mismos temas, tipos de eventos, prácticas y papeles")),
    "connected": (message("conectadas"), message("eventos en los que coincidieron y socias en común")),
    "complementary": (
        message("complementarias"),
        message("con experiencia en lo que a esta le falta, o a lo que solo asiste"),
    ),
    "counterpart": (message("homólogas"), message("del mismo tipo en otro país")),
}


#: The value of each lens in words.
LENS_VALUES = {
    "alike": message("parecido"),
    "connected": message("conexión"),
    "complementary": message("complemento"),
    "counterpart": message("homología"),
}


#: Properties in words, for the statements that pages show with their evidence.
PROPERTY_NAMES = {
    "label": message("nombre"),
    "altLabel": message("otro nombre"),
    "acronym": message("sigla"),
    "eventType": message("tipo de evento"),
    "startDate": message("fecha de inicio"),
    "endDate": message("fecha de fin"),
    "city": message("ciudad"),
    "country": message("país"),
    "venue": message("lugar"),
    "status": message("estado"),
    "theme": message("tema"),
    "objective": message("objetivo"),
    "outcome": message("resultado"),
    "superEvent": message("forma parte de"),
    "practiceKind": message("tipo de práctica"),
    "event": message("evento"),
    "actor": message("institución"),
    "type": message("clase"),
    "text": message("texto"),
    "context": message("contexto"),
    "condition": message("condición"),
    "result": message("resultado"),
    "pitfall": message("dificultad"),
}


def named(names: Mapping[str, str], code: str) -> str:
    """The name of a code in the language of the reader; the code itself where it has none."""
    return gettext(names[code]) if code in names else code
