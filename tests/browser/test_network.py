"""The explorer of the network with its script, by pointer and by keyboard, wide and narrow."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import network
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from benchmarks.network import by_chance, quads
from browser.test_accessibility import AXE, COLOURS, EVERYTHING, violations
from browser.visits import DESK, PHONE, Visitor, keep_screenshot, path_of
from graph.network_snapshot import publish_network
from graph.store import load_store
from graph.workspace import Workspace
from ontology.namespaces import GRAPH
from ontology.vocabulary import ontology_graph

needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: make web")


def explored(page: Any, address: str = "/es/network") -> Any:
    """The page with its explorer at work, and at rest."""
    page.goto(address)
    page.locator(".board canvas").wait_for()
    page.locator("#network-names option").first.wait_for(state="attached")
    return page


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of 90 institutions of many countries, communities and years."""
    root: Path = tmp_path_factory.mktemp("crowd")
    with Workspace(root / "workspace").writer() as writer:
        writer.put_graph("network-by-chance", quads(by_chance(actors=90, events=120, groups=6)))
        vocabulary = parse(ontology_graph().serialize(format="nt"), format=RdfFormat.N_TRIPLES)
        graph = NamedNode(GRAPH + "ontology")
        writer.put_graph("ontology", [Quad(*quad.triple, graph) for quad in vocabulary])
        publish_network(writer, load_store(writer.graph_files()))
        writer.commit(software="test", ontology="test", model="none")
    with network.serving(network.settings(root)) as address:
        yield address


@pytest.fixture
def page(visit: Visitor, crowd: str) -> Any:
    """Nothing moves by itself, so that places hold."""
    return explored(visit(crowd, expected=(404,), reduced_motion="reduce"))


def drawn_names(page: Any) -> list[str]:
    """Names of the institutions drawn, the strongest first."""
    names: list[str] = page.locator("#network-names option").evaluate_all("all => all.map(o => o.value)")
    return names


def find(page: Any, name: str) -> tuple[float, float]:
    """Choose an institution by its name: where its middle is in the window."""
    page.locator("#network-find").fill(name)
    page.locator("#network-find").press("Tab")
    page.locator(".told-of h2", has_text=name).wait_for()
    return place(page)


def place(page: Any) -> tuple[float, float]:
    """Where the institution that the keyboard is at is drawn."""
    page.wait_for_timeout(200)
    box = page.locator(".at-node").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def painted(page: Any) -> str:
    """The drawing as it is painted."""
    page.wait_for_timeout(400)
    picture: str = page.locator(".board canvas").evaluate("canvas => canvas.toDataURL()")
    return picture


def test_an_institution_that_is_clicked_is_told_of_beside_the_drawing(page: Any) -> None:
    name = drawn_names(page)[0]
    x, y = find(page, name)
    page.keyboard.press("Escape")
    assert not page.locator(".told-of").is_visible()
    page.mouse.click(x, y)
    told = page.locator(".told-of")
    assert told.locator("h2").inner_text() == name
    told.locator(".partners li").first.wait_for()
    assert re.search(r"peso \d", told.locator(".partners li").first.inner_text())
    profile = told.get_by_role("link", name="Su perfil").get_attribute("href")
    assert told.get_by_role("link", name="Sus pares").get_attribute("href") == f"{profile}/peers"
    assert page.request.get(profile, headers={"accept": "text/html"}).ok
    slug = profile.rpartition("/")[2]
    known = page.request.get(f"/network?actor={slug}&limit=1", headers={"accept": "application/json"}).json()
    degree = next(node["degree"] for node in known["nodes"] if node["slug"] == slug)
    assert f"Colaboraciones: {degree}" in told.inner_text()
    keep_screenshot(page, "network-institution-1280")
    told.get_by_role("button", name="Cerrar").click()
    assert not told.is_visible()


def test_the_wheel_and_the_buttons_bring_it_nearer_and_all_of_it_is_a_button_away(page: Any) -> None:
    whole = painted(page)
    box = page.locator(".board canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    nearer = painted(page)
    assert nearer != whole
    page.get_by_role("button", name="Acercar").click()
    assert painted(page) != nearer
    page.get_by_role("button", name="Ver todo").click()
    page.mouse.move(1, 1)
    assert painted(page) == whole


def test_what_is_dragged_stays_where_it_was_put_and_the_ground_pans(page: Any) -> None:
    x, y = find(page, drawn_names(page)[2])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    moved = place(page)
    assert moved == pytest.approx((x + 40, y + 30), abs=3)
    box = page.locator(".board canvas").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 34, box["y"] + 24, steps=4)
    page.mouse.up()
    assert place(page) == pytest.approx((moved[0] + 30, moved[1] + 20), abs=2)


def test_the_keyboard_goes_from_one_to_the_next_by_one_stop(page: Any) -> None:
    here = page.locator(".at-node")
    assert here.count() == 1
    here.focus()
    first = here.get_attribute("aria-label")
    reached = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert len(reached | {first}) > 2
    assert all(re.fullmatch(r".+\. Colaboraciones: \d+\.( Comunidad \d+\.)?", name) for name in reached)
    before = painted(page)
    page.keyboard.press("+")
    assert painted(page) != before
    page.keyboard.press("Enter")
    page.locator(".told-of h2").wait_for()
    assert (
        page.locator(".told-of h2").inner_text() in page.locator("#network-stage [role=status]").inner_text()
    )
    page.keyboard.press("Escape")
    assert not page.locator(".told-of").is_visible()
    assert page.evaluate("document.activeElement.className") == "at-node"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.board')") is None


def test_a_filter_narrows_all_without_a_reload_and_back_leads_back(page: Any) -> None:
    page.evaluate("window.same = true")
    before = (page.locator("#network-count").inner_text(), len(drawn_names(page)))
    page.get_by_label("Tema", exact=True).select_option(index=2)
    page.wait_for_url("**theme=*")
    page.wait_for_function(
        "told => document.getElementById('network-count').innerText !== told", arg=before[0]
    )
    names = drawn_names(page)
    assert 0 < len(names) < before[1]
    assert page.locator("#network-count").inner_text().startswith(f"{len(names)} instituci")
    assert set(page.locator("#network-told tbody").first.locator("td:first-child").all_inner_texts()) <= set(
        names
    )
    assert page.locator("#network-told a[download]").first.get_attribute("href").count("theme=") == 1
    page.go_back()
    page.wait_for_function(
        "told => document.getElementById('network-count').innerText === told", arg=before[0]
    )
    assert len(drawn_names(page)) == before[1]
    assert page.get_by_label("Tema", exact=True).input_value() == ""
    assert page.evaluate("window.same"), "nothing was loaded anew"


def test_several_countries_are_kept_in_the_address_and_the_form(page: Any) -> None:
    page.locator("#network-countries summary").click()
    for box in page.locator("#network-countries input").all()[:2]:
        box.check()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('country').length === 2")
    page.reload()
    page.locator(".board canvas").wait_for()
    assert page.locator("#network-countries input:checked").count() == 2


def test_where_the_filters_leave_nothing_the_drawing_says_so(page: Any) -> None:
    nothing = page.locator("#network-stage .nothing")
    assert not nothing.is_visible()
    page.get_by_label("Desde el año").fill("9999")
    page.get_by_label("Desde el año").press("Enter")
    nothing.wait_for()
    assert nothing.inner_text() == "Ninguna colaboración cumple lo que se pide."
    page.go_back()
    nothing.wait_for(state="hidden")


def test_an_address_that_was_cut_or_asks_for_too_much_is_still_drawn(visit: Visitor, crowd: str) -> None:
    page = visit(crowd, reduced_motion="reduce")
    for address in ("/es/network#%E0%A4%A", "/es/network?limit=500000", "/es/network?limit=3"):
        page.goto("about:blank")
        assert len(drawn_names(explored(page, address))) > 2
    assert page.get_by_label("Colaboraciones dibujadas").input_value() == "200"


def test_where_the_drawing_does_not_come_the_page_goes_on_as_without_a_script(
    visit: Visitor, crowd: str
) -> None:
    page = visit(crowd, expected=(503,))
    answer = {"status": 503, "content_type": "application/json", "body": "{}"}
    page.route("**/network/drawing*", lambda route: route.fulfill(**answer))
    with page.expect_console_message(lambda said: "stays as" in said.text):
        page.goto("/es/network")
    complaints = visit.complaints[-1].found
    assert complaints == ["console: the drawing stays as the server made it: 503"]
    complaints.clear()
    assert page.locator("#network-stage svg").is_visible()
    page.unroute("**/network/drawing*")
    page.get_by_label("Desde el año").fill("9999")
    page.get_by_label("Desde el año").press("Enter")
    page.wait_for_url("**year_from=9999*")
    page.locator("#network-stage .nothing").wait_for()


def test_of_two_with_one_name_the_chain_goes_from_the_one_that_was_chosen(visit: Visitor, crowd: str) -> None:
    page = visit(crowd, reduced_motion="reduce")

    def alike(route: Any) -> None:
        told = route.fetch().json()
        told["nodes"]["label"][:3] = ["Cámara de Comercio"] * 3
        route.fulfill(json=told)

    page.route("**/network/drawing*", alike)
    explored(page)
    here = page.locator(".at-node")
    here.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Camino hasta otra").click()
    here.focus()
    page.keyboard.press("ArrowRight")
    with page.expect_request("**/path?*") as asked:
        page.keyboard.press("Enter")
    slugs = page.request.get("/network/drawing").json()["nodes"]["slug"]
    assert f"one={slugs[0]}&" in asked.value.url


def test_on_a_phone_the_filters_are_folded_so_that_the_drawing_comes_first(
    visit: Visitor, crowd: str
) -> None:
    page = explored(visit(crowd, width=PHONE, expected=(404,), reduced_motion="reduce"))
    assert not page.get_by_label("Papel de ambas").is_visible()
    assert page.locator(".board").bounding_box()["y"] < 480
    page.get_by_text("Filtros", exact=True).click()
    page.get_by_label("Alrededor de").fill("Nadie de aquí")
    page.get_by_label("Alrededor de").press("Enter")
    page.locator("#network-refused").wait_for()
    page.get_by_text("Filtros", exact=True).click()
    assert page.locator("#network-refused").is_visible(), "what was refused is told outside of what is folded"
    page = visit(crowd, width=PHONE, scripts=False)
    page.goto("/es/network")
    assert not page.get_by_label("Papel de ambas").is_visible()
    page.get_by_text("Filtros", exact=True).click()
    page.get_by_label("Papel de ambas").select_option(index=1)
    page.get_by_role("button", name="Mostrar").click()
    assert "role=" in page.url
    page = visit(crowd, width=DESK, scripts=False)
    page.goto("/es/network")
    assert page.get_by_label("Papel de ambas").is_visible()
    assert not page.get_by_text("Filtros", exact=True).is_visible()


def test_an_institution_that_nobody_knows_is_told_beside_the_form(page: Any) -> None:
    page.get_by_label("Alrededor de").fill("Nadie de aquí")
    page.get_by_label("Alrededor de").press("Enter")
    page.locator("#network-refused").wait_for()
    assert page.locator("#network-refused").inner_text()
    assert len(drawn_names(page)) > 2


def test_years_are_chosen_by_dragging_over_their_bars(page: Any) -> None:
    bars = page.locator("#network-years a")
    bars.first.scroll_into_view_if_needed()
    first, last = bars.nth(0), bars.nth(1)
    ends = [bar.locator(".hit").bounding_box() for bar in (first, last)]
    page.mouse.move(ends[0]["x"] + 2, ends[0]["y"] + 5)
    page.mouse.down()
    page.mouse.move(ends[1]["x"] + 2, ends[1]["y"] + 5, steps=5)
    page.mouse.up()
    years = [bar.get_attribute("data-year") for bar in (first, last)]
    page.wait_for_url(f"**year_from={years[0]}&year_to={years[1]}*")
    page.wait_for_function(f"() => document.getElementById('year_to').value === '{years[1]}'")


def test_the_network_grows_year_by_year_and_pauses(page: Any) -> None:
    told = page.locator("#network-stage p.meta")
    whole = told.inner_text()
    slider = page.get_by_role("slider", name="Hasta el año")
    slider.focus()
    page.keyboard.press("Home")
    assert told.inner_text() != whole
    page.keyboard.press("End")
    assert told.inner_text() == whole
    page.get_by_role("button", name="Ver crecer").click()
    assert told.inner_text() != whole
    page.get_by_role("button", name="Pausa").click()
    held = slider.input_value()
    page.wait_for_timeout(1500)
    assert slider.input_value() == held


def test_a_community_is_shown_alone_or_hidden(page: Any) -> None:
    told = page.locator("#network-stage p.meta")
    whole = told.inner_text()
    item = page.locator("#network-communities li").first
    members = int(re.findall(r"\d+", item.locator(".count").inner_text())[0])
    only, hide = (item.get_by_role("button", name=name) for name in ("Solo esta", "Ocultar"))
    only.click()
    assert only.get_attribute("aria-pressed") == "true"
    assert f" {members} instituciones" in told.inner_text()
    only.click()
    assert told.inner_text() == whole
    hide.click()
    assert told.inner_text() != whole
    page.get_by_role("button", name="Mostrar todas").click()
    assert told.inner_text() == whole


def test_the_chain_between_two_is_drawn_and_told_in_words(page: Any) -> None:
    one = drawn_names(page)[0]
    answer = page.request.get("/network?limit=1000", headers={"accept": "application/json"}).json()
    centre = next(node["slug"] for node in answer["nodes"] if node["label"] == one)
    own = {
        end
        for e in answer["edges"]
        if centre in (e["source"], e["target"])
        for end in (e["source"], e["target"])
    }
    far = next(n for n in answer["nodes"] if n["slug"] not in own)
    before = painted(page)
    page.get_by_label("Una institución").fill(one)
    page.get_by_label("Otra", exact=True).fill(far["label"])
    page.get_by_label("Otra", exact=True).press("Enter")
    steps = page.locator(".told-of ol.chain > li")
    steps.first.wait_for()
    assert steps.count() > 1
    assert one in page.locator("#network-stage [role=status]").inner_text()
    assert painted(page) != before
    keep_screenshot(page, "network-chain-1280")
    page.get_by_role("link", name="El camino entero").click()
    page.wait_for_url("**/path/**")
    assert path_of(page) == f"/actors/{centre}/path/{far['slug']}"


def test_the_other_end_of_a_chain_is_chosen_in_the_drawing(page: Any) -> None:
    names = drawn_names(page)
    find(page, names[0])
    page.get_by_role("button", name="Camino hasta otra").click()
    page.get_by_role("button", name="Ver todo").click()
    page.locator(".at-node").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".told-of ol.chain > li").first.wait_for()


def test_what_a_chain_goes_through_is_drawn_only_as_long_as_the_chain_is(page: Any) -> None:
    page.goto("/es/network?year_from=2010&year_to=2010")
    page.locator(".board canvas").wait_for()
    drawn = page.locator("#network-stage p.meta")
    before, names = drawn.inner_text(), drawn_names(page)
    answer = page.request.get("/network?limit=1000", headers={"accept": "application/json"}).json()
    other = next(node["label"] for node in answer["nodes"] if node["label"] not in names)
    page.get_by_label("Una institución").fill(names[0])
    page.get_by_label("Otra", exact=True).fill(other)
    page.get_by_label("Otra", exact=True).press("Enter")
    page.locator(".told-of ol.chain > li").first.wait_for()
    page.get_by_role("button", name="Cerrar").click()
    page.get_by_role("button", name="Ocultar").first.click()
    page.get_by_role("button", name="Mostrar todas").click()
    assert drawn.inner_text() == before


def test_why_two_are_not_connected_is_told_in_the_page(page: Any) -> None:
    name = drawn_names(page)[0]
    for field in ("Una institución", "Otra"):
        page.get_by_label(field, exact=True).fill(name)
    page.get_by_label("Otra", exact=True).press("Enter")
    page.get_by_role("alert").wait_for()
    assert "Es la misma institución" in page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_it_starts_in_each_language_on_a_desk_and_a_phone(
    visit: Visitor, sample: str, language: str, width: int, dark: bool
) -> None:
    page = explored(visit(sample, language=language, width=width, dark=dark), f"/{language}/network")
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    words = page.locator("#explorer").evaluate("one => Object.values(one.dataset)")
    assert all(words)
    assert "{" not in page.locator("main").inner_text()
    keep_screenshot(page, f"network-{language}-{width}-{'dark' if dark else 'light'}")


@needs_axe
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_axe_finds_nothing_in_what_the_script_adds(visit: Visitor, crowd: str, width: int) -> None:
    page = explored(visit(crowd, width=width, reduced_motion="reduce"))
    names = drawn_names(page)

    def choose() -> None:
        find(page, names[2])
        page.locator(".partners summary").first.click()

    def connect() -> None:
        page.get_by_label("Una institución").fill(names[0])
        page.get_by_label("Otra", exact=True).fill(names[-1])
        page.get_by_label("Otra", exact=True).press("Enter")
        page.locator(".told-of ol.chain > li").first.wait_for()

    if width == PHONE:
        page.get_by_text("Filtros", exact=True).click()
    states = {
        "at first": lambda: None,
        "an institution chosen": choose,
        "a community hidden": page.get_by_role("button", name="Ocultar").first.click,
        "countries open": page.locator("#network-countries summary").click,
        "a chain": connect,
    }
    found: list[str] = []
    for name, reach in states.items():
        reach()
        page.emulate_media(color_scheme="light")
        found += [f"{name}: {text}" for text in violations(page, EVERYTHING)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name}, dark: {text}" for text in violations(page, COLOURS)]
    assert not found, "\n".join(found)


def test_it_weighs_what_a_page_may(page: Any, crowd: str) -> None:
    """Compressed, with all modules; the page itself as it is."""
    assert len(page.request.get("/es/network", headers={"accept": "text/html"}).body()) < 60_000
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('.js'))"
    )
    assert len(loaded) > 1
    assert sum(len(gzip.compress(page.request.get(name).body())) for name in loaded) < 250_000


def test_without_a_script_the_page_has_its_drawing_and_its_form(visit: Visitor, sample: str) -> None:
    page = visit(sample, scripts=False)
    page.goto("/es/network")
    assert page.locator("svg.picture.network a").count() > 2
    page.get_by_label("Tema", exact=True).select_option(index=2)
    page.get_by_role("button", name="Mostrar").click()
    assert "theme=" in page.url
    page.locator("#network-years a").first.click()
    assert "year_from=" in page.url
    assert "theme=" in page.url
