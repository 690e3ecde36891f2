"""What scripts add to searching and listing, and that all of it is there without them."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from browser.test_accessibility import AXE, EVERYTHING, violations
from browser.visits import DESK, PATIENCE, PHONE, Visitor

#: Where a navigation to another page shows: a mark that a fetched list leaves, and a new page has not.
MARK = "document.documentElement.dataset.sameDocument = 'yes'"
SAME = "document.documentElement.dataset.sameDocument === 'yes'"


@pytest.fixture
def page(visit: Visitor, sample: str) -> Any:
    return visit(sample)


def combobox(page: Any) -> Any:
    """The search of the page's own form."""
    return page.locator("main").get_by_role("combobox")


def result_count(page: Any) -> str:
    found: str = page.locator("#results [data-told]").first.inner_text()
    return found


def query_of(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def open_list(page: Any, address: str) -> None:
    page.goto(address)
    page.evaluate(MARK)


def until(page: Any, what: str, argument: Any = None) -> None:
    """Wait until an expression of the page is true (`wait_for_function` would need `unsafe-eval`)."""
    for _ in range(PATIENCE // 20):
        if page.evaluate(what, argument):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never true: {what}")


def until_title(page: Any, words: str) -> None:
    """Wait until the page is called by these words."""
    until(page, "words => document.title.startsWith(words)", words)


# suggestions


def test_suggestions_are_a_combobox_that_the_keyboard_walks_through(page: Any) -> None:
    page.goto("/")
    field = combobox(page).first
    listed = page.get_by_role("listbox", name="Sugerencias")
    assert field.get_attribute("aria-expanded") == "false"
    field.press_sequentially("garant")
    listed.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-controls") == listed.get_attribute("id")
    options = listed.get_by_role("option")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert options.first.get_attribute("aria-selected") == "true"
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None, "the field itself is a place of the round"
    field.press("ArrowUp")
    assert "garant" in options.last.inner_text()
    assert options.last.get_attribute("aria-selected") == "true"
    assert field.evaluate("field => field === document.activeElement"), "the focus stays in the field"
    field.press("Escape")
    assert listed.is_hidden()
    assert field.input_value() == "garant"
    field.press("ArrowDown")
    assert listed.is_visible()
    field.press("Tab")
    assert listed.is_hidden()


def test_a_suggestion_leads_to_its_page_and_the_last_line_searches(page: Any) -> None:
    page.goto("/about")
    field = page.locator("header").get_by_role("combobox")
    field.press_sequentially("garant")
    group = page.get_by_role("group", name="Temas")
    group.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/themes/*")
    page.go_back()
    field.fill("garant")
    page.get_by_role("option", name="Buscar «garant»").click()
    page.wait_for_url("**/search?q=garant")


def test_enter_without_a_choice_searches_for_the_words(page: Any) -> None:
    page.goto("/")
    combobox(page).first.press_sequentially("garant")
    page.get_by_role("listbox").wait_for()
    combobox(page).first.press("Enter")
    page.wait_for_url("**/search?q=garant")


def test_a_suggestion_is_a_link_that_a_new_tab_can_open(page: Any) -> None:
    page.goto("/")
    combobox(page).first.press_sequentially("garant")
    with page.context.expect_page() as opened:
        page.get_by_role("option").first.click(modifiers=["Control"])
    assert "/themes/" in opened.value.url
    assert urlsplit(page.url).path == "/"


def test_a_field_for_an_institution_suggests_no_other_kind(page: Any) -> None:
    page.goto("/")
    known = page.request.get("/actors", headers={"accept": "application/json"}).json()["results"][0]
    field = page.locator("input[data-suggest=actors]")
    with page.expect_response("**/suggest?*") as asked:
        field.press_sequentially(known["label"].split()[-1])
    assert parse_qs(urlsplit(asked.value.url).query)["kind"] == ["actors"]
    assert page.get_by_role("group").get_attribute("aria-labelledby")
    assert page.get_by_role("group").count() == 1


@pytest.mark.parametrize(("language", "themes"), [("pt", "Temas"), ("en", "Themes")])
def test_suggestions_speak_the_language_of_the_page(
    visit: Visitor, sample: str, language: str, themes: str
) -> None:
    page = visit(sample)
    page.goto(f"/{language}/")
    combobox(page).first.press_sequentially("garant")
    page.get_by_role("group", name=themes).get_by_role("option").first.click()
    page.wait_for_url(f"**/{language}/themes/*")


def test_what_is_typed_fast_is_asked_for_once_and_kept_by_the_browser(page: Any) -> None:
    asked: list[str] = []
    page.goto("/")
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    combobox(page).first.press_sequentially("garantías", delay=10)
    page.get_by_role("listbox").wait_for()
    assert len(asked) == 1
    answers: list[Any] = []
    page.on("response", lambda response: answers.append(response) if "/suggest" in response.url else None)
    combobox(page).first.press_sequentially("x")
    page.get_by_role("listbox").wait_for(state="hidden")
    combobox(page).first.press("Backspace")
    page.get_by_role("listbox").wait_for()
    assert answers[-1].url == asked[0]
    assert (
        page.evaluate("address => performance.getEntriesByName(address).pop().transferSize", asked[0]) == 0
    ), "from the cache of the browser"


def test_a_page_asks_for_nothing_before_somebody_types(page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    for address in ("/", "/search?q=avales", "/actors"):
        page.goto(address)
    page.wait_for_timeout(400)
    assert [path for path in asked if not path.startswith("/static/")] == ["/", "/search", "/actors"]


def test_suggestions_can_be_touched_on_a_phone(visit: Visitor, sample: str) -> None:
    page = visit(sample, width=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    combobox(page).first.press_sequentially("garant")
    option = page.get_by_role("option").first
    option.wait_for()
    assert option.bounding_box()["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    option.tap()
    page.wait_for_url("**/themes/*")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: make web")
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_open_suggestions_and_in_what_a_script_tells(
    visit: Visitor, sample: str, *, dark: bool
) -> None:
    page = visit(sample, dark=dark)
    page.goto("/")
    combobox(page).first.press_sequentially("garant")
    page.get_by_role("listbox").wait_for()
    combobox(page).first.press("ArrowDown")
    assert not violations(page, EVERYTHING)
    open_list(page, "/actors")
    page.route("**/actors?*", lambda route: route.abort("aborted"))
    page.locator(".facets a").first.click()
    page.get_by_role("alert").wait_for()
    assert not violations(page, EVERYTHING)


# search as one types


def test_results_follow_what_is_typed_and_the_focus_stays(page: Any) -> None:
    open_list(page, "/search")
    field = combobox(page)
    field.press_sequentially("avales", delay=20)
    page.wait_for_url("**/search?q=avales")
    page.locator("#results .item").first.wait_for()
    assert page.evaluate(SAME)
    assert field.evaluate("field => field === document.activeElement")
    assert page.title().startswith("avales")
    said = page.locator("body > [role=status]")
    assert said.inner_text().startswith(result_count(page))
    assert re.match(r"\d+ resultados?", said.inner_text())


def test_who_stops_typing_can_go_back_to_what_was_there(page: Any) -> None:
    open_list(page, "/search?q=avales")
    before = result_count(page), page.locator("#results h2").all_inner_texts()
    entries = page.evaluate("history.length")
    field = combobox(page)
    field.press("End")
    for letters in (" para", " talleres"):
        field.press_sequentially(letters, delay=20)
        until_title(page, field.input_value())
    assert page.evaluate("history.length") == entries + 1, "one entry for what is typed in one go"
    field.press("Escape")
    page.go_back()
    until_title(page, "avales ·")
    assert (result_count(page), page.locator("#results h2").all_inner_texts()) == before
    assert field.input_value() == "avales"
    page.go_forward()
    until_title(page, "avales para talleres")
    assert field.input_value() == "avales para talleres"


def test_a_late_answer_does_not_replace_that_to_newer_words(page: Any) -> None:
    open_list(page, "/search")
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "q=ava&" in route.request.url + "&":
            held.append(route)
        else:
            route.continue_()

    page.route("**/search?*", hold)
    field = combobox(page)
    field.press_sequentially("ava")
    until(page, "document.getElementById('results').ariaBusy === 'true'")
    field.press_sequentially("les", delay=10)
    page.wait_for_url("**/search?q=avales")
    assert len(held) == 1
    page.wait_for_timeout(100)
    assert page.title().startswith("avales")


def test_filters_are_kept_while_somebody_types(page: Any) -> None:
    open_list(page, "/search?q=avales")
    page.locator(".facets").get_by_role("link", name="Eventos").click()
    page.wait_for_url("**type=event**")
    field = combobox(page)
    field.fill("talleres")
    until_title(page, "talleres")
    assert query_of(page) == {"q": ["talleres"], "type": ["event"]}
    assert page.evaluate(SAME)


# lists without a reload

LISTS = ("/search?q=talleres", "/actors", "/events", "/practices", "/documents")


@pytest.mark.parametrize("address", LISTS)
def test_a_filter_is_chosen_and_taken_back_without_a_reload(page: Any, address: str) -> None:
    open_list(page, address)
    before = result_count(page)
    facet = page.locator(".facets li:nth-child(2) a").first
    name = facet.inner_text()
    facet.focus()
    facet.press("Enter")
    chosen = page.locator(".facets a.chosen")
    chosen.wait_for()
    assert chosen.inner_text() == name
    assert chosen.evaluate("link => link === document.activeElement"), "the focus stays with the filter"
    assert result_count(page) != before
    assert page.evaluate(SAME)
    narrowed = page.url
    page.goto(narrowed)
    assert page.locator(".facets a.chosen").inner_text() == name, "the address is that of the server's page"
    page.evaluate(MARK)
    page.locator(".facets a.chosen").click()
    page.locator(".facets a.chosen").wait_for(state="detached")
    assert result_count(page) == before
    page.go_back()
    page.locator(".facets a.chosen").wait_for()
    assert page.evaluate(SAME)


def test_turning_pages_begins_at_the_top_and_back_is_where_one_was(page: Any) -> None:
    open_list(page, "/actors?k=5")
    first = page.locator("#results h3").first.inner_text()
    following = page.get_by_role("link", name="Siguientes")
    following.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    left = page.evaluate("scrollY")
    following.click()
    until(page, "location.search.includes('offset=5')")
    assert page.locator("#results h3").first.inner_text() != first
    assert page.evaluate("document.activeElement.id") == "results"
    assert 0 <= page.locator("#results").bounding_box()["y"] < 450
    page.go_back()
    until(page, "first => document.querySelector('#results h3').innerText === first", first)
    assert page.evaluate("scrollY") == left
    assert page.evaluate(SAME)


def test_who_comes_back_before_an_earlier_list_does_stays_with_the_list_there(page: Any) -> None:
    open_list(page, "/actors")
    page.locator(".facets a").first.click()
    page.locator(".facets a.chosen").wait_for()
    chosen, found = page.url, result_count(page)
    held: list[Any] = []
    page.route("**/actors", lambda route: held.append(route))
    page.evaluate("history.back()")
    until(page, "document.getElementById('results').ariaBusy === 'true'")
    page.evaluate("history.forward()")
    until(page, "location.search !== ''")
    held[0].continue_()
    page.wait_for_timeout(400)
    assert page.evaluate("document.getElementById('results').ariaBusy") is None
    assert (page.url, result_count(page)) == (chosen, found)
    page.unroute("**/actors")
    page.go_back()
    page.locator(".facets a.chosen").wait_for(state="detached")
    assert urlsplit(page.url).path == "/actors", "the entry before is still that of the whole list"


def test_a_message_that_going_back_failed_goes_when_one_returns(page: Any) -> None:
    open_list(page, "/actors")
    page.locator(".facets a").first.click()
    page.locator(".facets a.chosen").wait_for()
    page.route("**/actors", lambda route: route.abort("aborted"))
    page.evaluate("history.back()")
    page.get_by_role("alert").wait_for()
    page.evaluate("history.forward()")
    page.get_by_role("alert").wait_for(state="detached")
    assert page.locator(".facets a.chosen").count() == 1


def test_year_bars_and_the_form_of_years_narrow_without_a_reload(page: Any) -> None:
    open_list(page, "/search?q=talleres")
    page.locator("svg.years a").first.press("Enter")
    page.wait_for_url("**year_from=**")
    assert page.locator("svg.years a.chosen").count() == 1
    page.get_by_label("desde").fill("2001")
    page.get_by_label("hasta").fill("")
    page.locator("form.years button").click()
    until(page, "location.search.includes('year_from=2001')")
    assert query_of(page) == {"q": ["talleres"], "year_from": ["2001"]}, "an empty year is left out"
    page.get_by_role("link", name="Quitar el filtro 2001–").click()
    page.wait_for_url("**/search?q=talleres")
    assert page.evaluate(SAME)


def test_lenses_of_peers_and_pages_of_a_need_change_without_a_reload(page: Any) -> None:
    actor = page.request.get("/actors", headers={"accept": "application/json"}).json()["results"][0]
    open_list(page, f"{actor['url']}/peers")
    lens = page.locator(".lenses a:not([aria-current])").first
    lens.click()
    page.wait_for_url("**lens=**")
    assert page.evaluate(SAME)
    open_list(page, "/peers")
    page.get_by_label("Diga qué experiencia busca").fill("organizar talleres")
    page.keyboard.press("Enter")
    page.locator("#results .item").first.wait_for()
    assert query_of(page) == {"q": ["organizar talleres"]}
    assert page.evaluate(SAME)


def test_filtering_a_list_by_words_follows_what_is_typed(page: Any) -> None:
    open_list(page, "/themes")
    page.locator("main input[type=search]").press_sequentially("guarantee", delay=10)
    page.wait_for_url("**/themes?q=guarantee")
    assert page.evaluate(SAME)
    assert 1 <= page.locator("#results h3").count() < 5
    assert page.locator("nav.languages a").nth(2).get_attribute("href") == "/en/themes?q=guarantee"


def test_who_wants_another_tab_gets_one(page: Any) -> None:
    open_list(page, "/actors")
    with page.context.expect_page() as opened:
        page.locator(".facets a").first.click(modifiers=["Control"])
    assert urlsplit(opened.value.url).query
    assert not urlsplit(page.url).query


def test_a_slow_answer_is_awaited_and_a_lost_one_is_told_and_tried_again(visit: Visitor, sample: str) -> None:
    page = visit(sample)
    open_list(page, "/actors")
    page.route("**/actors?*", lambda route: route.abort("aborted"))
    before = result_count(page)
    page.locator(".facets a").first.click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "no responde" in alert.inner_text()
    assert result_count(page) == before
    assert not urlsplit(page.url).query, "the address is that of what is shown"
    page.unroute("**/actors?*")
    alert.get_by_role("link", name="Probar otra vez").click()
    page.locator(".facets a.chosen").wait_for()
    assert page.get_by_role("alert").count() == 0
    assert page.evaluate(SAME)


def test_an_error_that_the_server_tells_is_shown_on_its_own_page(visit: Visitor, sample: str) -> None:
    page = visit(sample, expected=(422,))
    open_list(page, "/search?q=talleres")
    page.get_by_label("desde").evaluate("field => { field.type = 'text'; field.value = 'ayer' }")
    page.locator("form.years button").click()
    page.wait_for_url("**year_from=ayer**")
    page.get_by_role("heading", level=1).wait_for()
    assert "Error 422" in page.locator("main").inner_text()


# copying


def test_a_citation_and_a_link_are_copied_and_that_is_told(visit: Visitor, sample: str) -> None:
    page = visit(sample, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/documents")
    page.locator("#results h3 a").first.click()
    page.get_by_role("button", name="Copiar la cita").click()
    page.get_by_role("button", name="Copiado").wait_for()
    assert page.locator("body > [role=status]").inner_text() == "Copiado"
    clip = "navigator.clipboard.readText()"
    assert page.evaluate(clip) == page.locator(".citation").inner_text()
    page.locator(".cite").get_by_role("button", name="Copiar el enlace").click()
    until(page, f"{clip}.then(text => text === location.href)")


def test_the_link_of_a_passage_opens_the_document_at_its_words(visit: Visitor, sample: str) -> None:
    page = visit(sample, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/search?q=avales")
    page.locator("#results .item").first.get_by_role("button", name="Copiar el enlace").click()
    page.get_by_role("button", name="Copiado").wait_for()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    assert page.locator("mark#span").is_visible()


def test_where_nothing_can_be_copied_that_is_told(page: Any) -> None:
    page.goto("/documents")
    page.locator("#results h3 a").first.click()
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    page.get_by_role("button", name="Copiar la cita").click()
    page.get_by_role("button", name="No se pudo copiar").wait_for()


# without scripts, and on a phone


@pytest.mark.parametrize("scripts", [True, False])
def test_filters_fold_on_a_phone_and_stand_open_on_a_desk(
    visit: Visitor, sample: str, *, scripts: bool
) -> None:
    page = visit(sample, width=PHONE, scripts=scripts)
    for address in LISTS:
        page.goto(address)
        facet = page.locator(".facets a").first
        assert not facet.is_visible(), address
        first = page.locator("#results .item").first.bounding_box()
        assert page.locator(".facets").bounding_box()["y"] < first["y"]
        page.locator(".facets summary").click()
        assert facet.is_visible()
    page.set_viewport_size({"width": DESK, "height": 900})
    page.goto(LISTS[0])
    assert page.locator(".facets a").first.is_visible()
    assert not page.locator(".facets summary").is_visible()


def test_without_scripts_each_control_is_a_link_or_a_form(visit: Visitor, sample: str) -> None:
    page = visit(sample, scripts=False)
    page.goto("/search")
    page.get_by_label("Pregunte con sus palabras").fill("talleres")
    page.keyboard.press("Enter")
    before = result_count(page)
    page.locator(".facets a").first.click()
    assert query_of(page)["q"] == ["talleres"]
    assert result_count(page) != before
    page.get_by_role("link", name=re.compile("Quitar el filtro")).click()
    assert result_count(page) == before
    assert page.get_by_role("button", name="Copiar").count() == 0, "what needs a script is not offered"
    assert json.dumps(query_of(page)) == '{"q": ["talleres"]}'


def test_an_open_filter_list_stays_open_while_filters_are_chosen(visit: Visitor, sample: str) -> None:
    page = visit(sample, width=PHONE)
    open_list(page, "/actors")
    page.locator(".facets summary").click()
    page.locator(".facets a").first.click()
    page.locator(".facets a.chosen").wait_for()
    assert page.locator(".facets a.chosen").is_visible()
    assert page.evaluate(SAME)
