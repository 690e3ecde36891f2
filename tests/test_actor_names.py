"""Which institution a text means, and what is told where it means none."""

import pytest
from peer_network import actor, small_network

from graph.errors import NotFound
from graph.store import GraphView
from search_api.catalogue.actor_names import find_actor


@pytest.fixture(scope="module")
def view() -> GraphView:
    return small_network()


@pytest.mark.parametrize(
    "text",
    ["alfa", actor("alfa"), "Agencia Alfa", "agencia alfa", "AAA", "aaa", " Agencia  Alfa ", "Agensia Alfa"],
)
def test_an_actor_is_found_by_slug_address_name_acronym_and_misspelt(view: GraphView, text: str) -> None:
    assert find_actor(view, text) == actor("alfa")


def test_an_actor_that_is_to_be_named_exactly_is_not_guessed(view: GraphView) -> None:
    assert find_actor(view, "agencia alfa", exactly=True) == actor("alfa")
    with pytest.raises(NotFound, match=r"Agencia Alfa \(alfa\)"):
        find_actor(view, "Agensia Alfa", exactly=True)


def test_a_name_in_another_language_is_a_name(view: GraphView) -> None:
    assert find_actor(view, "beta bank") == actor("beta")


def test_what_is_like_no_name_is_not_found_and_the_nearest_are_told(view: GraphView) -> None:
    with pytest.raises(NotFound, match=r"Agencia Alfa \(alfa\)"):
        find_actor(view, "agencia de nada")
