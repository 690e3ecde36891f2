"""What a search may be narrowed to, in the words of the reader."""

from search_api.wording.languages import gettext, message

#: The parameters of a search, and "year", in Spanish.
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
}


def filter_name(name: str) -> str:
    """A filter in the language of the reader."""
    return gettext(FILTER_NAMES[name])
