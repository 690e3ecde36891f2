"""What programs look for at addresses that are well known: the map of the site, robots.txt, the feed."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from graph.errors import NotFound
from graph.naming import digest
from search_api.representations.feed import atom, news
from search_api.representations.site_map import PAGES, files, paths, robots, site_map, site_map_index
from search_api.routers.dependencies import Current, Offset, site_of
from search_api.wording.languages import language, message, reader

router = APIRouter(tags=["site"])
_XML = "application/xml"
_ATOM = "application/atom+xml"


@router.get(
    "/feed.atom",
    response_class=Response,
    responses={200: {"content": {_ATOM: {}}}},
    summary=message("Prácticas y eventos nuevos (Atom)"),
)
def feed(request: Request, served: Current, offset: Offset = 0) -> Response:
    """Practices and events, those first that were read from the documents that came last."""
    manifest = served.snapshot.manifest
    root = site_of(request).root.rstrip("/") + reader().prefix
    tag = f'"{served.number}-{language()}-{offset}-{digest(root)}"'
    if tag in request.headers.get("if-none-match", ""):  # readers of feeds ask again every hour
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": tag})
    received = {slug: entry.received or manifest.created for slug, entry in manifest.documents.items()}
    content = atom(
        news(served.catalogue, received),
        root=root,
        offset=offset,
        updated=manifest.created,
    )
    return Response(content, media_type=_ATOM, headers={"etag": tag})


@router.get("/sitemap.xml", include_in_schema=False)
def map_of_the_site(request: Request, served: Current) -> Response:
    """The pages of the site, or the list of files that have them where they are many."""
    found, root = paths(served.catalogue), site_of(request).root
    if files(found) == 1:
        return StreamingResponse(site_map(found, root=root), media_type=_XML)
    return Response(site_map_index(files(found), root=root), media_type=_XML)


@router.get("/sitemap-{number}.xml", include_in_schema=False)
def part_of_the_map(request: Request, served: Current, number: Annotated[int, Path(ge=1)]) -> Response:
    """One of the files that have the pages of the site."""
    found = paths(served.catalogue)
    shown = found[(number - 1) * PAGES : number * PAGES]
    if not shown:
        raise NotFound(f"the map of the site has {files(found)} files; /sitemap.xml lists them")
    return StreamingResponse(site_map(shown, root=site_of(request).root), media_type=_XML)


@router.get("/robots.txt", include_in_schema=False)
def rules_for_robots(request: Request) -> PlainTextResponse:
    """What crawlers may read."""
    return PlainTextResponse(robots(root=site_of(request).root))
