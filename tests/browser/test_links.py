"""Every link of every page leads somewhere, and every number that is a link to as many things."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from lxml import html

from browser.pages import Site
from browser.walks import number, numbers
from search_api.http.middleware import HEADERS

#: Pages that the crawl reads, and addresses that it asks for of those alike but for their values.
PAGES, ALIKE = 150, 15
#: What a link to a list of things looks like: "12 eventos", "Las 40 prácticas", "1.234".
LISTS = re.compile(r"^/(?:actors|events|practices|themes|documents|search|sparql)(?:\?|$)|/peers$")


def links(page: Any, address: str) -> Iterator[tuple[str, Any]]:
    """The addresses on this server that a page links to, and the elements that do."""
    for element in page.iter("a", "link", "script", "img", "{http://www.w3.org/2000/svg}a"):
        target = element.get("href") or element.get("src")
        if target and not urlsplit(target).netloc:
            yield urljoin(address, target), element


def test_every_link_of_every_page_answers(site: Site) -> None:
    waiting = [*site.pages.values(), *site.states.values()]
    asked = dict.fromkeys(waiting)
    alike: Counter[tuple[str, int, frozenset[str]]] = Counter()
    dead: set[str] = set()
    read = 0
    anchors: dict[str, set[str]] = {}
    wanted: set[tuple[str, str, str]] = set()
    while waiting:
        address = waiting.pop(0)
        answer = site.client.get(address)
        expected = address in site.states.values()
        if answer.status_code >= 400 and not expected:
            dead.add(f"{answer.status_code} {address}")
        if read == PAGES or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        read += 1
        page = html.fromstring(answer.content)
        anchors[address] = {element.get("id") for element in page.iter() if element.get("id")}
        for target, _element in links(page, address):
            there, _, fragment = target.partition("#")
            if fragment:
                wanted.add((address, there or address, fragment))
            if there and there not in asked and not re.match("/(?:es|pt|en)(?:/|$)", there):
                parts = urlsplit(there)
                shape = parts.path.split("/")[1], parts.path.count("/"), frozenset(parse_qs(parts.query))
                alike[shape] += 1
                if alike[shape] <= ALIKE:
                    asked[there] = None
                    waiting.append(there)
    assert not dead, dead
    assert read == PAGES
    lost = {
        (here, f"{there}#{name}") for here, there, name in wanted if name not in anchors.get(there, {name})
    }
    assert not lost, lost


def promised(element: Any) -> int | None:
    """The number that a link shows, right behind it or in its words; none where it takes a filter away."""
    if element.get("aria-current"):
        return None
    behind = element.getnext()
    if behind is not None and behind.get("class") == "count" and not (element.tail or "").strip():
        shown = numbers(behind.text_content())
        return shown[0] if shown else None
    words = " ".join(element.text_content().split())
    if year := re.match(r"\d{4}: (\d+)$", words):
        return int(year[1])
    return number(words) if re.match(r"(?:\w+ )?\d[\d.,\s]*\w* \w+|\d{1,3}$", words) else None


def test_a_number_that_is_a_link_leads_to_as_many_things(site: Site) -> None:
    wrong: set[str] = set()
    checked: dict[str, int] = {}
    for address in [*site.pages.values(), *site.states.values()]:
        answer = site.client.get(address)
        for target, element in links(html.fromstring(answer.content), address):
            count = promised(element)
            if count is None or not LISTS.match(target) or checked.get(target) == count:
                continue
            checked[target] = count
            found = site.json(target)
            if "results" not in found:  # a list to take along
                continue
            total = found["total"] if "total" in found else len(found["results"]["bindings"])
            if total != count:
                wrong.add(f"{address}: {count} leads to {total} at {target}")
    assert len(checked) > 100
    assert not wrong, "\n" + "\n".join(sorted(wrong))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/actors", 200),
        ("GET", "/actors?format=csv", 200),
        ("GET", "/events?format=turtle", 200),
        ("GET", "/id/actor/caf?format=json-ld", 200),
        ("GET", "/id/actor/caf", 303),
        ("GET", "/es/feed.atom", 200),
        ("GET", "/sitemap.xml", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/health", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/.well-known/void?format=turtle", 200),
        ("GET", "/static/redpyme.css", 200),
        ("GET", "/static/nothing.js", 404),
        ("POST", "/sparql", 415),
        ("GET", "/sparql?query=SELEKT", 400),
        ("GET", "/actors/nobody", 404),
        ("GET", "/actors?k=0", 422),
        ("DELETE", "/actors", 405),
        ("OPTIONS", "/sparql", 204),
    ],
)
def test_every_kind_of_answer_carries_the_headers_that_protect_a_reader(
    site: Site, method: str, path: str, status: int
) -> None:
    answer = site.client.request(method, path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], name
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "set-cookie" not in answer.headers
