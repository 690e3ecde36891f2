"""What an editor of SPARQL completes: prefixes, terms of vocabulary and data, resources by name."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from ontology.namespaces import PREFIXES
from ontology.reference import reference
from search_api.catalogue.name_index import GROUPS
from search_api.resources.base import Ref
from search_api.resources.completions import CompletionTerm, CompletionTerms
from search_api.resources.links import split_iri
from search_api.routers.dependencies import LONGEST_QUERY, Current
from search_api.wording.languages import language, message

router = APIRouter(tags=["sparql"])
#: Resources offered at once: what fits in a menu.
MOST = 20
_KINDS: dict[str, Literal["class", "function"]] = {"class": "class", "function": "function"}


@router.get(
    "/sparql/terms", response_model=CompletionTerms, summary=message("Términos para un editor de SPARQL")
)
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


@router.get("/sparql/resources", response_model=tuple[Ref, ...], summary=message("Recursos por su nombre"))
def resources(
    served: Current,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="Words that the name has.")],
) -> tuple[Ref, ...]:
    """Resources with a name that has the words, or words beginning so: first those that are called just so,
    then those with a name that begins so, the shortest first."""
    lists = served.catalogue
    found = lists.name_index.find(q, among=GROUPS, k=MOST)
    matches = (match for group in found.values() for match in group.first if split_iri(match.iri))
    ordered = sorted((match.distance, len(lists.labels.get(match.iri, "")), match.iri) for match in matches)
    return tuple(lists.ref(iri) for _, _, iri in ordered[:MOST])
