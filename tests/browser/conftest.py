"""One browser and one server of each kind for all tests of this folder.

`visit(sample, language="pt", width=PHONE, scripts=False)` is a page of Playwright; `tests/browser/visits.py`
says what else it takes. What the browser complains of fails the test that made the visit: errors in the
console, in scripts and of the Content-Security-Policy, dialogs, answers of 400 and above, requests that fail
or go to another host.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import network
import pytest

from browser.crowd import publish_crowd
from browser.pages import Site
from browser.visits import ROOT, Visitor, chromium_running
from graph.settings import load_settings
from search_api.publishing.build import ingest_paths


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the sample needs the model that it is read with."""
    for item in items:
        if "sample" in getattr(item, "fixturenames", ()) and Path(__file__).parent in item.path.parents:
            item.add_marker("model")


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the sample, and of a directory of offers and needs beside it, read as
    `redpyme ingest` reads them."""
    settings = load_settings().model_copy(update={"workspace": tmp_path_factory.mktemp("sample")})
    offers = ROOT / "tests" / "data" / "directorio-de-ofertas.csv"
    ingest_paths([ROOT / "sample" / "documents", offers], settings=settings)
    with network.serving(settings) as address:
        yield address


@pytest.fixture(scope="package")
def site(sample: str) -> Iterator[Site]:
    """What the sample has, asked as programs ask, and the addresses of all its pages."""
    site = Site(sample)
    yield site
    site.client.close()


@pytest.fixture(scope="package")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of a document with markup in its title, its text and the names in it."""
    root = tmp_path_factory.mktemp("hostile")
    extraction, text = network.hostile()
    network.publish(root, extraction=extraction, text=text)
    with network.serving(network.settings(root)) as address:
        yield address


@pytest.fixture(scope="package")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """What a larger network has that was made up: 150 institutions at 120 events."""
    root = tmp_path_factory.mktemp("crowd")
    publish_crowd(root)
    with network.serving(network.settings(root)) as address:
        site = Site(address)
        yield site
        site.client.close()


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has read no document yet."""
    with network.serving(network.settings(tmp_path_factory.mktemp("empty"))) as address:
        yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Closed with the last test of the folder: as long as it runs, nothing else can use asyncio here."""
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visitor]:
    """Opens pages as somebody; nothing that the browser complains of may be left at the end."""
    with ExitStack() as stack:
        visitor = Visitor(chromium, stack)
        yield visitor
        visitor.check()
