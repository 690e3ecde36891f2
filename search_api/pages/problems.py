"""What a person is told of a problem: a heading and what to do, by the kind of problem."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, NamedTuple

from search_api.http.problems import TYPE_BASE, Problem
from search_api.wording.languages import gettext, language, message
from search_api.wording.quotation import quoted


@dataclass(frozen=True, slots=True)
class ProblemPage:
    template: ClassVar[str] = "problem.html"
    status: int
    heading: str
    advice: str
    detail: str


class Words(NamedTuple):
    """A problem in words: what happened, and what to do about it."""

    heading: str
    advice: str


#: By the name of the kind of problem, as `problems.KINDS` gives it to our own errors.
BY_KIND = {
    "not-found": Words(
        message("Aquí no hay nada"),
        message("La dirección no lleva a ningún recurso de esta red. Pruebe a buscarlo."),
    ),
    "query-syntax": Words(
        message("La consulta no es SPARQL válido"),
        message("Corrija la consulta; abajo se indica dónde está el error."),
    ),
    "query-timeout": Words(
        message("La consulta tardó demasiado"), message("Hágala más selectiva o añada un LIMIT.")
    ),
    "query-too-large": Words(
        message("El resultado de la consulta es demasiado grande"),
        message("Hágala más selectiva o añada un LIMIT."),
    ),
    "query-busy": Words(
        message("Hay demasiadas consultas a la vez"), message("Vuelva a cargar esta página en unos segundos.")
    ),
    "query-remote": Words(
        message("Otro servicio consultado no respondió"),
        message("La consulta pregunta a otro servicio con SERVICE; abajo se indica cuál y qué pasó."),
    ),
    "not-acceptable": Words(
        message("No hay respuesta en el formato pedido"),
        message("Pida uno de los formatos que se nombran abajo."),
    ),
    "query": Words(
        message("La consulta no se puede responder"), message("Revise lo que pide; abajo se indica la razón.")
    ),
    "not-ready": Words(
        message("Todavía no hay nada que mostrar"),
        message(
            "Falta leer los primeros documentos con «redpyme ingest ARCHIVO…», o el servicio se está "
            "preparando. Vuelva a cargar esta página en unos segundos."
        ),
    ),
    "model": Words(
        message("La búsqueda no está disponible"),
        message(
            "No se pudo cargar el modelo de lenguaje. Las listas, las fichas y SPARQL siguen a su "
            "disposición; quien mantiene el servicio encuentra abajo la causa."
        ),
    ),
    "workspace": Words(
        message("Los datos no se pueden leer"),
        message(
            "Hay un archivo dañado o inaccesible; quien mantiene el servicio encuentra abajo cuál "
            "y qué hacer."
        ),
    ),
}
#: By HTTP status, for the problems that are no more than that.
BY_STATUS = {
    HTTPStatus.NOT_FOUND: BY_KIND["not-found"],
    HTTPStatus.METHOD_NOT_ALLOWED: Words(
        message("Esta dirección no admite esa operación"),
        message("Use los enlaces y formularios de las páginas."),
    ),
    HTTPStatus.NOT_ACCEPTABLE: BY_KIND["not-acceptable"],
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(
        message("La petición es demasiado grande"), message("Acorte la consulta y envíela de nuevo.")
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Words(
        message("No se puede leer lo que se envió"), message("Use el formulario de la página de SPARQL.")
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Words(
        message("Un dato de la petición no es válido"),
        message("Revise la dirección o los datos del formulario."),
    ),
}
_OF_THE_CLIENT = Words(
    message("No se pudo entender la petición"), message("Revise la dirección o los datos del formulario.")
)
_OF_THE_SERVER = Words(
    message("El servicio tuvo un error"), message("Quedó registrado. Inténtelo de nuevo más tarde.")
)


def words_of(problem: Problem) -> Words:
    """The words for a problem, for the reader; for a parameter that cannot be used they name it."""
    words = BY_KIND.get(problem.type.removeprefix(TYPE_BASE))
    if words is None and problem.status in BY_STATUS:
        words = BY_STATUS[HTTPStatus(problem.status)]
    if words is None:
        words = _OF_THE_SERVER if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _OF_THE_CLIENT
    advice = gettext(words.advice)
    if problem.errors:
        named = ", ".join(quoted(error.parameter, language()) for error in problem.errors)
        advice = gettext("Revise el valor de %(named)s en la dirección o en el formulario.") % {
            "named": named
        }
    return Words(gettext(words.heading), advice)
