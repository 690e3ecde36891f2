"""What a person is told of a problem: a heading and what to do, in Spanish, by the kind of problem."""

from http import HTTPStatus
from typing import NamedTuple

from search_api.problems import TYPE_BASE, Problem


class Words(NamedTuple):
    """A problem in words: what happened, and what to do about it."""

    heading: str
    advice: str


#: By the name of the kind of problem, as `problems.KINDS` gives it to our own errors.
BY_KIND = {
    "not-found": Words(
        "Aquí no hay nada", "La dirección no lleva a ningún recurso de esta red. Pruebe a buscarlo."
    ),
    "query-syntax": Words(
        "La consulta no es SPARQL válido", "Corrija la consulta; abajo se indica dónde está el error."
    ),
    "query-timeout": Words("La consulta tardó demasiado", "Hágala más selectiva o añada un LIMIT."),
    "query-too-large": Words(
        "El resultado de la consulta es demasiado grande", "Hágala más selectiva o añada un LIMIT."
    ),
    "query-busy": Words("Hay demasiadas consultas a la vez", "Vuelva a cargar esta página en unos segundos."),
    "query-remote": Words(
        "Otro servicio consultado no respondió",
        "La consulta pregunta a otro servicio con SERVICE; abajo se indica cuál y qué pasó.",
    ),
    "not-acceptable": Words(
        "No hay respuesta en el formato pedido", "Pida uno de los formatos que se nombran abajo."
    ),
    "query": Words("La consulta no se puede responder", "Revise lo que pide; abajo se indica la razón."),
    "not-ready": Words(
        "Todavía no hay nada que mostrar",
        "Falta leer los primeros documentos con «redpyme ingest ARCHIVO…», o el servicio se está preparando. "
        "Vuelva a cargar esta página en unos segundos.",
    ),
    "model": Words(
        "La búsqueda no está disponible",
        "No se pudo cargar el modelo de lenguaje. Las listas, las fichas y SPARQL siguen a su disposición; "
        "quien mantiene el servicio encuentra abajo la causa.",
    ),
    "workspace": Words(
        "Los datos no se pueden leer",
        "Hay un archivo dañado o inaccesible; quien mantiene el servicio encuentra abajo cuál y qué hacer.",
    ),
}
#: By HTTP status, for the problems that are no more than that.
BY_STATUS = {
    HTTPStatus.NOT_FOUND: BY_KIND["not-found"],
    HTTPStatus.METHOD_NOT_ALLOWED: Words(
        "Esta dirección no admite esa operación", "Use los enlaces y formularios de las páginas."
    ),
    HTTPStatus.NOT_ACCEPTABLE: BY_KIND["not-acceptable"],
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(
        "La petición es demasiado grande", "Acorte la consulta y envíela de nuevo."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Words(
        "No se puede leer lo que se envió", "Use el formulario de la página de SPARQL."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Words(
        "Un dato de la petición no es válido", "Revise la dirección o los datos del formulario."
    ),
}
_OF_THE_CLIENT = Words("No se pudo entender la petición", "Revise la dirección o los datos del formulario.")
_OF_THE_SERVER = Words("El servicio tuvo un error", "Quedó registrado. Inténtelo de nuevo más tarde.")


def words_of(problem: Problem) -> Words:
    """The words for a problem; for a parameter that cannot be used they name it."""
    words = BY_KIND.get(problem.type.removeprefix(TYPE_BASE))
    if words is None and problem.status in BY_STATUS:
        words = BY_STATUS[HTTPStatus(problem.status)]
    if words is None:
        words = _OF_THE_SERVER if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else _OF_THE_CLIENT
    if problem.errors:
        named = ", ".join(f"«{error.parameter}»" for error in problem.errors)
        return words._replace(advice=f"Revise el valor de {named} en la dirección o en el formulario.")
    return words
