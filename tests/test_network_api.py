"""The network over HTTP, as files and on the command line; paths between institutions with their sources."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from fictitious import TEXT
from network import HOSTILE, hostile, publish, settings
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.collaborations import LARGE, Collaborations
from ontology.namespaces import RDF, ROLE_PROPERTIES, RP, SCHEMA, iri
from search_api.app import create_app
from search_api.cli import redpyme
from search_api.network.answers import path_answer
from search_api.network.picture import HEIGHT, WIDTH, network_picture
from search_api.network.selection import NetworkFilters, OpenNetwork
from search_api.pages.network import BAR_HEIGHT, year_bars
from search_api.publishing.build import ingest_paths
from search_api.representations.network_files import NETWORK_FILES, network_file
from search_api.resources.actors import ActorSummary
from search_api.resources.network import Network, NetworkEdge, NetworkNode, NetworkStatistics

IDP, BANK = "instituto-de-prueba-uy", "banco-imaginario"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("network")
    publish(root)
    with TestClient(create_app(settings(root))) as client:
        yield client


# What is selected

PARTS = [
    *((name, "e1", "sponsor") for name in "abc"),
    *((name, "e2", "participant") for name in "ab"),
    *((name, "e3", "sponsor") for name in "cd"),
    ("a", "e4", "sponsor"), ("d", "e4", "host"), ("d", "e4", "sponsor"),
    *((name, "e5", "speaker") for name in "ef"),
]  # fmt: skip
YEARS = {"e1": 2001, "e2": 2003, "e3": 2005, "e4": 2003}
COUNTRIES = {"a": "ve", "b": "ve", "c": "ar", "d": "cl"}
COMMUNITY = {"a": "one", "b": "one", "c": "one", "d": "one", "e": "two", "f": "two"}
THEMES = {"credit": ("e1", "e3")}


def opened() -> OpenNetwork:
    """The participations above as a snapshot's graph has them."""
    links = [
        *((iri("actor", a), ROLE_PROPERTIES[role], iri("event", e)) for a, e, role in PARTS),
        *((iri("actor", a), RDF + "type", RP + "Actor") for a in COMMUNITY),
        *((iri("actor", a), RP + "country", iri("place", c)) for a, c in COUNTRIES.items()),
        *((iri("actor", a), RP + "community", iri("community", c)) for a, c in COMMUNITY.items()),
    ]
    store = Store()
    store.extend(Quad(NamedNode(s), NamedNode(p), NamedNode(o), DefaultGraph()) for s, p, o in links)
    for event, year in YEARS.items():
        store.add(Quad(NamedNode(iri("event", event)), NamedNode(SCHEMA + "startDate"), Literal(str(year))))
    return OpenNetwork(store, themes=lambda slug: [iri("event", e) for e in THEMES.get(slug, ())])


def pairs(edges: Collaborations) -> dict[str, float]:
    ends = zip(edges.first, edges.second, edges.weight, strict=True)
    return {edges.actors[a][-1] + edges.actors[b][-1]: round(float(w), 6) for a, b, w in ends}


WHOLE = {"ab": 1.5, "ac": 0.5, "bc": 0.5, "cd": 1.0, "ad": 1.0, "ef": 1.0}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (NetworkFilters(), WHOLE),
        (NetworkFilters(theme="credit"), {"ab": 0.5, "ac": 0.5, "bc": 0.5, "cd": 1.0}),
        (NetworkFilters(theme="no-such"), {}),
        (NetworkFilters(year_from=2002, year_to=2004), {"ab": 1.0, "ad": 1.0}),
        (NetworkFilters(year_to=2001), {"ab": 0.5, "ac": 0.5, "bc": 0.5}),
        (NetworkFilters(role="sponsor"), {"ab": 0.5, "ac": 0.5, "bc": 0.5, "cd": 1.0, "ad": 1.0}),
        (NetworkFilters(role="host"), {}),
        (NetworkFilters(role="no-such"), {}),
        (NetworkFilters(countries=frozenset({"ve"})), {"ab": 1.5}),
        (NetworkFilters(countries=frozenset({"ve", "ar"})), {"ab": 1.5, "ac": 0.5, "bc": 0.5}),
        (NetworkFilters(community="two"), {"ef": 1.0}),
        (NetworkFilters(min_weight=1.0), {"ab": 1.5, "cd": 1.0, "ad": 1.0, "ef": 1.0}),
        (NetworkFilters(actor=iri("actor", "b")), {"ab": 1.5, "ac": 0.5, "bc": 0.5}),
        (NetworkFilters(actor=iri("actor", "nobody")), {}),
        (NetworkFilters(actor=iri("actor", "a"), year_from=2003, theme=None), {"ab": 1.0, "ad": 1.0}),
    ],
)
def test_a_filter_leaves_what_meets_it(wanted: NetworkFilters, expected: dict[str, float]) -> None:
    selection = opened().select(wanted)
    assert pairs(selection.edges) == expected
    assert selection.actor_count == len(set("".join(expected)))
    assert sorted(selection.order.tolist()) == list(range(len(expected)))


def test_the_edges_of_the_actor_asked_for_come_first_then_the_strongest() -> None:
    selection = opened().select(NetworkFilters(actor=iri("actor", "c")))
    found = list(pairs(selection.edges))
    ordered = [found[n] for n in selection.order]
    assert ordered == ["cd", "ac", "bc", "ab", "ad"]


def test_an_edge_is_found_by_its_ends() -> None:
    network = opened()
    assert [network.edges.actors[e][-1] for e in (network.edges.first[network.edge(1, 0)],)] == ["a"]
    for a, b in itertools.combinations(range(6), 2):
        name = "abcdef"[a] + "abcdef"[b]
        if name in WHOLE:
            assert list(pairs(network.edges))[network.edge(b, a)] == name
        else:
            with pytest.raises(KeyError):
                network.edge(a, b)


# Over HTTP


def test_the_network_is_told_with_communities_and_years(client: TestClient) -> None:
    found = client.get("/network").json()
    assert [(n["slug"], n["strength"], n["degree"], n["community"]) for n in found["nodes"]] == [
        (BANK, 1.0, 1, 1),
        (IDP, 1.0, 1, 1),
    ]
    (edge,) = found["edges"]
    assert (edge["source"], edge["target"], edge["weight"]) == (BANK, IDP, 1.0)
    assert (edge["first_year"], edge["last_year"], edge["events"]) == (2019, 2019, 1)
    assert (edge["source_roles"], edge["target_roles"]) == (["sponsor"], ["sponsor", "speaker"])
    assert [event["label"] for event in edge["event_list"]] == ["Foro de Avales de Prueba"]
    (community,) = found["communities"]
    assert (community["number"], community["members"], community["shown"]) == (1, 2, 2)
    assert community["label"].startswith("Banco Imaginario y IDP: sistemas de garantías")
    (year,) = found["statistics"]["years"]
    assert (year["year"], year["actors"], year["new_collaborations"]) == (2019, 2, 1)


@pytest.mark.parametrize(
    ("query", "edges"),
    [
        ("theme=garantias-financiamiento", 1), ("theme=th-garantias-financiamiento", 1), ("theme=tic", 0),
        ("country=uy", 0), ("role=sponsor", 1), ("role=Sponsor", 1), ("role=speaker", 0),
        ("year_from=2019&year_to=2019", 1), ("year_from=2020", 0), ("actor=IDP", 1),
        ("actor=unidad-de-avales-uy", 0), ("min_weight=1.1", 0),
        ("year_from=&year_to=&actor=&theme=&country=&role=&min_weight=&limit=", 1),
        (f"community={BANK}", 1), ("community=no-such", 0),
    ],
)  # fmt: skip
def test_the_network_can_be_narrowed(client: TestClient, query: str, edges: int) -> None:
    response = client.get(f"/network?{query}")
    assert response.status_code == 200
    assert len(response.json()["edges"]) == edges


def test_an_institution_that_is_not_there_is_told_with_the_nearest_names(client: TestClient) -> None:
    for path in ("/network?actor=Banco%20Marginal", "/actors/Banco%20Marginal/path/idp"):
        response = client.get(path)
        assert response.status_code == 404
        assert "the nearest: Banco Imaginario (banco-imaginario)" in response.json()["detail"]
    assert client.get("/network?year_from=x").status_code == 422
    assert client.get("/network?format=xls").status_code == 400


def test_a_path_tells_events_roles_and_sources(client: TestClient) -> None:
    found = client.get(f"/actors/IDP/path/{BANK}").json()
    assert (found["total"], found["reason"]) == (1, None)
    (path,) = found["results"]
    assert path["length"] == 1.0
    assert [actor["slug"] for actor in path["actors"]] == [IDP, BANK]
    (step,) = path["steps"]
    (event,) = step["event_list"]
    assert event["date"] == "2019-03-26"
    assert [role["slug"] for role in event["from_roles"]] == ["sponsor", "speaker"]
    assert [role["slug"] for role in event["to_roles"]] == ["sponsor"]
    told = {(claim["property"], claim["subject"].rpartition("/")[2]) for claim in event["evidence"]}
    assert told == {("sponsors", IDP), ("speaksAt", IDP), ("sponsors", BANK)}
    for claim in event["evidence"]:
        source = claim["source"]
        assert TEXT[source["start"] : source["end"]] == claim["quote"]


def test_the_form_of_a_path_leads_to_its_address(client: TestClient) -> None:
    found = client.get("/pt/path?one=IDP&other=Banco+Imaginario", follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (303, f"/pt/actors/{IDP}/path/{BANK}")
    assert client.get("/path?one=IDP&other=Nadie+de+aqui").status_code == 404
    asked_again = client.get("/path?one=IDP&other=", follow_redirects=False)
    assert asked_again.headers["location"] == "/network"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (IDP, IDP, "Es la misma institución."),
        (IDP, "unidad-de-avales-uy", "El grafo no dice de ningún evento en el que Unidad de Avales haya"),
        ("unidad-de-avales-uy", IDP, "El grafo no dice de ningún evento en el que Unidad de Avales haya"),
    ],
)
def test_why_two_are_not_connected_is_told(client: TestClient, one: str, other: str, reason: str) -> None:
    found = client.get(f"/actors/{one}/path/{other}").json()
    assert (found["total"], found["results"]) == (0, [])
    assert found["reason"].startswith(reason)


def test_who_was_only_one_of_a_crowd_is_not_told_that_nobody_else_was_there(client: TestClient) -> None:
    crowd = [iri("actor", f"a{n:02}") for n in range(LARGE + 1)]
    store = Store()
    for actor in crowd:
        for prop, value in (
            (RDF + "type", RP + "Actor"),
            (ROLE_PROPERTIES["participant"], iri("event", "e")),
        ):
            store.add(Quad(NamedNode(actor), NamedNode(prop), NamedNode(value), DefaultGraph()))
    one, other = (ActorSummary(id=a, slug=a[-3:], url=f"/actors/{a[-3:]}", label=a[-3:]) for a in crowd[:2])
    with client.app.state.service.lease() as served:  # type: ignore[attr-defined]
        network = OpenNetwork(store, themes=lambda slug: ())
        found = path_answer(network, served.catalogue, one, other, limit=1)
    assert found.reason is not None
    assert found.reason.startswith("Ningún evento une a a00 con otra")
    assert "tantas instituciones" in found.reason


def test_columns_for_a_drawing_tell_what_the_network_tells(client: TestClient) -> None:
    whole = client.get("/network").json()
    drawn = client.get("/network/drawing").json()
    assert (drawn["actors"], drawn["collaborations"]) == (2, 1)
    for column in ("slug", "label", "community", "strength", "degree"):
        assert drawn["nodes"][column] == [node[column] for node in whole["nodes"]]
    edges, (edge,) = drawn["edges"], whole["edges"]
    ends = [drawn["nodes"]["slug"][edges[end][0]] for end in ("source", "target")]
    assert ends == [edge["source"], edge["target"]]
    assert (edges["weight"], edges["events"], edges["first_year"]) == ([1.0], [1], [2019])
    assert client.get("/network/drawing?year_from=2020").json()["nodes"]["slug"] == []
    assert client.get("/network/drawing?limit=0").status_code == 422


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("es", "El grafo no dice de ningún evento"),
        ("pt", "O grafo não"),
        ("en", "The graph tells of no event"),
    ],
)
def test_why_an_institution_is_not_in_the_network_is_told(
    client: TestClient, language: str, reason: str
) -> None:
    address = f"/{language}/network?actor=unidad-de-avales-uy"
    assert client.get(address).json()["reason"].startswith(reason)
    page = client.get(address, headers={"accept": "text/html"}).text
    told = page.partition('class="empty"')[2].partition("</div>")[0]
    assert reason in told
    assert f'href="/{language}/actors/unidad-de-avales-uy"' in told
    assert client.get("/network?actor=IDP&year_from=2020").json()["reason"] is None


# As files


def example() -> Network:
    """Three institutions, one with a name that would break a file that were put together carelessly."""
    names = {"a": HOSTILE, "b": "=SUM(A1) \x00\x1b", "c": "Cámara «Ñ» 日本"}
    nodes = tuple(
        NetworkNode(
            id=iri("actor", slug), slug=slug, label=name, url=f"/actors/{slug}", strength=1.5, degree=2,
            community=None if slug == "c" else 1, brokerage=0.25,
        )
        for slug, name in names.items()
    )  # fmt: skip
    edges = (
        NetworkEdge(source="a", target="b", weight=1.5, events=2, first_year=1999, last_year=2004),
        NetworkEdge(source="b", target="c", weight=0.25, events=1, source_roles=("host",)),
    )
    return Network(
        nodes=nodes, edges=edges, communities=(), statistics=NetworkStatistics(actors=3, collaborations=2)
    )


def file_of(name: str, network: Network) -> str:
    chosen = next(offer for offer in NETWORK_FILES if offer.name == name)
    return "".join(network_file(chosen, iter(network.nodes), iter(network.edges), date="2024-05-06"))


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_a_file_is_read_by_networkx_as_it_was(name: str) -> None:
    text = file_of(name, example())
    read = nx.read_graphml if name == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(text.encode()))
    assert set(graph.nodes) == {"a", "b", "c"}
    assert not graph.is_directed()
    assert graph.nodes["a"]["label"] == HOSTILE
    assert graph.nodes["b"]["label"] == "=SUM(A1) ��"
    assert graph.nodes["c"]["label"] == "Cámara «Ñ» 日本"
    assert graph.nodes["a"]["community"] == 1
    assert "community" not in graph.nodes["c"]
    assert graph.nodes["a"]["brokerage"] == 0.25
    assert (graph["a"]["b"]["weight"], graph["a"]["b"]["first_year"]) == (1.5, 1999)
    assert "first_year" not in graph["b"]["c"]


def test_gexf_is_as_its_schema_asks() -> None:
    """The rules of gexf.xsd 1.3: order, required attributes, types of values."""
    root = ElementTree.fromstring(file_of("gexf", example()))
    space = "{http://gexf.net/1.3}"
    assert (root.tag, root.get("version")) == (f"{space}gexf", "1.3")
    meta, graph = root
    assert (meta.tag, meta.get("lastmodifieddate")) == (f"{space}meta", "2024-05-06")
    assert {child.tag for child in meta} <= {f"{space}creator", f"{space}keywords", f"{space}description"}
    assert graph.attrib == {
        "defaultedgetype": "undirected",
        "mode": "dynamic",
        "timerepresentation": "interval",
        "timeformat": "date",
    }
    assert [child.tag for child in graph] == [
        f"{space}{n}" for n in ("attributes", "attributes", "nodes", "edges")
    ]
    for attributes, kind in zip(graph[:2], ("node", "edge"), strict=True):
        assert attributes.get("class") == kind
        assert len({a.get("id") for a in attributes}) == len(attributes)
        assert {a.get("type") for a in attributes} <= {"string", "integer", "double"}
    types = [{a.get("id"): a.get("type") for a in attributes} for attributes in graph[:2]]
    for items, declared in zip(graph[2:], types, strict=True):
        for item in items:
            for value in item.iter(f"{space}attvalue"):
                {"string": str, "integer": int, "double": float}[declared[value.get("for")] or ""](
                    value.get("value")
                )
    edges = list(graph[3])
    assert len({edge.get("id") for edge in edges}) == 2
    assert (edges[0].get("start"), edges[0].get("end")) == ("1999-01-01", "2004-12-31")
    assert edges[1].get("start") is None


def test_tables_have_the_headers_of_gephi_and_no_formulas() -> None:
    edges = list(csv.reader(io.StringIO(file_of("csv", example()))))
    assert edges[0][:4] == ["Source", "Target", "Type", "Weight"]
    assert edges[1][:4] == ["a", "b", "Undirected", "1.5"]
    nodes = list(csv.reader(io.StringIO(file_of("csv-nodes", example()))))
    assert nodes[0][:2] == ["Id", "Label"]
    assert nodes[2][1].startswith("'=SUM")


@pytest.mark.parametrize("offer", NETWORK_FILES, ids=lambda offer: offer.name)
def test_a_file_is_had_by_its_name_or_by_accept(client: TestClient, offer: object) -> None:
    by_name = client.get("/network", params={"format": offer.name})  # type: ignore[attr-defined]
    assert by_name.headers["content-type"].startswith(offer.media_type)  # type: ignore[attr-defined]
    assert f'filename="network{offer.suffix}"' in by_name.headers["content-disposition"]  # type: ignore[attr-defined]
    by_accept = client.get("/network", headers={"accept": offer.media_type})  # type: ignore[attr-defined]
    assert by_accept.text == by_name.text
    assert BANK in by_name.text


def test_markup_in_names_stays_text_in_files(tmp_path: Path) -> None:
    extraction, text = hostile()
    publish(tmp_path, extraction=extraction, text=text)
    with TestClient(create_app(settings(tmp_path))) as client:
        graph = nx.read_graphml(io.BytesIO(client.get("/network?format=graphml").content))
        assert HOSTILE in {data["label"] for _, data in graph.nodes(data=True)}
        page = client.get("/network", headers={"accept": "text/html"}).text
        assert "<script>alert" not in page


# As a drawing


def test_a_drawing_is_the_same_each_time_and_within_its_frame() -> None:
    first, second = network_picture(example()), network_picture(example())
    assert first == second
    assert first is not None
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in first.dots)
    assert len({(dot.x, dot.y) for dot in first.dots}) == 3
    assert len(first.lines) == 2
    assert first.lines[0].width > first.lines[1].width
    assert network_picture(example().model_copy(update={"nodes": ()})) is None


def test_the_page_says_in_a_table_what_the_drawing_shows(client: TestClient) -> None:
    page = client.get("/network", headers={"accept": "text/html"}).text
    drawing, _, table = page.partition("</svg>")
    for name in ("Banco Imaginario", "Instituto de Prueba"):
        assert name in drawing
        assert name in table
    assert f'href="/actors/{BANK}/path/{IDP}"' in table


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    chosen = settings(tmp_path_factory.mktemp("sample"))
    ingest_paths([Path(__file__).parents[1] / "sample" / "documents"], settings=chosen)
    with TestClient(create_app(chosen)) as client:
        yield client


def test_the_links_of_the_page_keep_every_country_asked_for(sample: TestClient) -> None:
    page = sample.get("/network?country=mx&country=br", headers={"accept": "text/html"}).text
    links = [unescape(link) for link in re.findall(r'href="(/network\?[^"]+)"', page)]
    assert len(links) > len(NETWORK_FILES)
    assert all("country=mx&country=br" in link for link in links)


def test_the_form_keeps_every_country_asked_for(sample: TestClient) -> None:
    page = sample.get("/network?country=mx&country=CO&country=jp", headers={"accept": "text/html"}).text
    chosen = re.findall(r'name="country" value="(\w+)" checked', page)
    assert sorted(chosen) == ["co", "mx"]
    assert '<input type="hidden" name="country" value="jp">' in page, "from where nobody took part"


def test_what_was_measured_in_the_whole_network_says_so_in_a_part_of_it(sample: TestClient) -> None:
    said = "Se midió en toda la red"
    assert said not in sample.get("/network", headers={"accept": "text/html"}).text
    assert said in sample.get("/network?year_to=2007", headers={"accept": "text/html"}).text


def test_the_years_below_the_drawing_are_those_of_the_other_filters(client: TestClient) -> None:
    page = client.get("/network?year_from=2020", headers={"accept": "text/html"}).text
    assert 'data-year="2019"' in page
    assert "Ninguna colaboración cumple" in page


def test_a_bar_leads_to_its_year_and_that_of_the_year_shown_to_all_of_them() -> None:
    years = opened().select(NetworkFilters()).years
    bars = year_bars(years, {"theme": "tic", "year_from": "2003", "year_to": "2003"})
    assert [(bar.year, bar.collaborations, bar.within) for bar in bars] == [
        (2001, 3, False), (2002, 0, False), (2003, 2, True), (2004, 0, False), (2005, 1, False),
    ]  # fmt: skip
    assert bars[0].url == "/network?theme=tic&year_from=2001&year_to=2001"
    assert bars[2].url == "/network?theme=tic"
    assert (bars[0].height, bars[1].height) == (BAR_HEIGHT, 0)
    assert year_bars((), {}) == ()


def test_bridges_are_the_foremost_of_all_and_not_of_the_collaborations_told(sample: TestClient) -> None:
    def listed(query: str) -> list[str]:
        page = sample.get(f"/network{query}", headers={"accept": "text/html"}).text
        section = page.partition("Puentes entre países")[2].partition("</section>")[0]
        return re.findall(r'href="/actors/([^"]+)"', section)

    nodes = sample.get("/network?limit=1000000").json()["nodes"]
    values = sorted((n["country_participation"] or 0 for n in nodes), reverse=True)
    of_slug = {n["slug"]: n["country_participation"] for n in nodes}
    assert [of_slug[slug] for slug in listed("?limit=1")] == [v for v in values[:8] if v]
    assert listed("?limit=1") == listed("")


# On the command line


def run(root: Path, *arguments: str) -> str:
    environment = {"REDPYME_MODEL": "hashing", "REDPYME_CACHE": str(root / "cache")}
    asked = [*arguments, "--workspace", str(root / "workspace")]
    result = CliRunner().invoke(redpyme, asked, env=environment, standalone_mode=False)
    assert result.exception is None, result.exception
    return result.output


def test_the_command_line_has_the_same(tmp_path: Path) -> None:
    publish(tmp_path)
    assert "2 institutions, 1 collaborations" in run(tmp_path, "network", "--actor", "IDP")
    graph = nx.read_gexf(io.BytesIO(run(tmp_path, "network", "--format", "gexf").encode()))
    assert set(graph.nodes) == {IDP, BANK}
    told = run(tmp_path, "path", "IDP", "Banco Imaginario")
    assert "1. Instituto de Prueba → Banco Imaginario (length 1.00)" in told
    assert "Foro de Avales de Prueba (2019-03-26): patrocinador, ponente / patrocinador" in told
    start = TEXT.index("el Banco Imaginario")
    assert f"memoria {start}–{start + len('el Banco Imaginario')}" in told
    assert "Es la misma" in run(tmp_path, "path", "IDP", IDP)
