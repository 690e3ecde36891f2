"""What a search or a list may be narrowed to, in the words of the reader."""

from search_api.wording.languages import gettext, message

#: The parameters of a search and of lists, and "year", in Spanish.
FILTER_NAMES = {
    "type": message("clase de resultado"),
    "event_type": message("tipo de evento"),
    "practice_kind": message("clase de práctica"),
    "theme": message("tema"),
    "country": message("país"),
    "place": message("ciudad"),
    "actor": message("institución"),
    "role": message("papel"),
    "year": message("años"),
    "document": message("documento"),
    "language": message("idioma"),
    "actor_type": message("tipo de institución"),
    "event": message("evento"),
    "status": message("estado"),
    "month": message("mes"),
}


def filter_name(name: str) -> str:
    """A filter in the language of the reader."""
    return gettext(FILTER_NAMES[name])
