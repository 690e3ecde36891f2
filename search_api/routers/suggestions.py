"""What may be meant by what somebody types."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from search_api.answers.suggestions import KINDS, SuggestionKind, SuggestionList, suggestions
from search_api.routers.dependencies import LONGEST_QUERY, Current
from search_api.wording.languages import message

router = APIRouter(tags=["search"])
#: Seconds for which a browser need not ask again: who deletes a letter is answered at once.
FRESH = 60


@router.get("/suggest", response_model=SuggestionList, summary=message("Sugerencias al escribir"))
def suggest(
    response: Response,
    served: Current,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="What was typed so far.")],
    kind: Annotated[
        list[SuggestionKind] | None, Query(description="Of these kinds only; it may be repeated.")
    ] = None,
    lang: Annotated[
        str | None, Query(pattern="^(es|pt|en)$", description="Language of the labels: that of the address.")
    ] = None,
    k: Annotated[int, Query(ge=1, le=20, description="How many of each kind.")] = 4,
) -> SuggestionList:
    """Institutions, themes, places, events and documents with a name that has words beginning as those typed,
    whatever their case and accents, by kind.

    First what is called just so (an acronym, say), then what begins so, then what has most to tell. Words
    that are in no name, and an empty `q`, find nothing.
    """
    response.headers["cache-control"] = f"public, max-age={FRESH}"
    return suggestions(served.catalogue, q, kinds=kind or KINDS, k=k)
