"""What an editor of SPARQL completes: prefixes, terms of vocabulary and data, resources by name."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from ontology.namespaces import PREFIXES
from ontology.reference import reference
from search_api.catalogue import matcher
from search_api.dependencies import LONGEST_QUERY, Current
from search_api.languages import language
from search_api.lexical import fold
from search_api.links import split_iri
from search_api.resources import CompletionTerm, CompletionTerms, Ref

router = APIRouter(tags=["sparql"])
#: Resources offered at once: what fits in a menu.
MOST = 20
_KINDS: dict[str, Literal["class", "function"]] = {"class": "class", "function": "function"}


@router.get("/sparql/terms", response_model=CompletionTerms, summary="Términos para un editor de SPARQL")
def terms(
    served: Current,
    lang: Annotated[
        str | None, Query(pattern="^(es|pt|en)$", description="Language of the labels: that of the address.")
    ] = None,
) -> CompletionTerms:
    """The prefixes that queries need not declare, and every class, property and function that the vocabulary
    defines or the data uses, with the number of statements or instances."""
    figures = served.queries.statistics
    found = {iri: CompletionTerm(id=iri, kind="class", count=n) for iri, n in figures.classes.items()}
    for iri, counts in figures.properties.items():
        found[iri] = CompletionTerm(id=iri, kind="property", count=counts.triples)
    for term in reference().terms:
        known = found.get(term.iri) or CompletionTerm(id=term.iri, kind=_KINDS.get(term.kind, "property"))
        found[term.iri] = known.model_copy(update={"label": term.labels.get(lang or language(), term.name)})
    return CompletionTerms(
        prefixes=dict(PREFIXES), terms=tuple(sorted(found.values(), key=lambda t: (-t.count, t.id)))
    )


@router.get("/sparql/resources", response_model=tuple[Ref, ...], summary="Recursos por su nombre")
def resources(
    served: Current,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="Words that the name has.")],
) -> tuple[Ref, ...]:
    """Resources whose name has the words: first those that are called just so, then the shortest names."""
    if not any(char.isalnum() for char in q):
        return ()
    matches, wanted = matcher(q), fold(q.strip())
    lists = served.catalogue
    found = [iri for iri, name in lists.names.items() if matches(name) and split_iri(iri)]

    def order(iri: str) -> tuple[bool, int, str]:
        return all(fold(name) != wanted for name in lists.spellings[iri]), len(lists.names[iri]), iri

    return tuple(lists.ref(iri) for iri in sorted(found, key=order)[:MOST])
