"""Institutions that may be one, for curators' tools."""

from typing import Annotated

from fastapi import APIRouter, Query

from search_api.catalogue.candidates import CandidateList, actor_candidates
from search_api.routers.dependencies import Current, Limit, Offset
from search_api.wording.languages import message

router = APIRouter(tags=["actors"])


@router.get("/candidates", response_model=CandidateList, summary=message("Instituciones que pueden ser una"))
def candidates(
    served: Current,
    least: Annotated[float, Query(ge=0, le=1, description="Lowest score of a pair.")] = 0,
    k: Limit = 20,
    offset: Offset = 0,
) -> CandidateList:
    """Pairs of institutions that wait for a curator, the likeliest first, each with its reason."""
    found = actor_candidates(served.view, served.catalogue, least=least)
    return CandidateList(total=len(found), results=found[offset : offset + k])
