"""The explorer of /network in Chromium without a graphics card: how long frames take with 2,000 institutions.

    make web && python -m benchmarks.explorer [--nodes N] [--edges N]

A frame is the time from one repaint to the next, 16.7 ms where the browser keeps up with the screen: while
the drawing finds its layout, is zoomed by the wheel, has the pointer over it, is panned.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.visits import chromium_running
from network import serving

from benchmarks.network import by_chance, quads
from graph.network_snapshot import publish_network
from graph.settings import Settings
from graph.store import load_store
from graph.workspace import Workspace

COMMUNITIES = 12
#: Collects the times between repaints until `stop` is called.
FRAMES = """() => {
  const frames = []; let last = performance.now(); let on = true;
  const next = (now) => { frames.push(now - last); last = now; if (on) requestAnimationFrame(next); };
  requestAnimationFrame(next);
  window.stop = () => { on = false; return frames.slice(2); };
}"""


def drawing(nodes: int, edges: int) -> dict[str, Any]:
    """A network of communities with heavy tails, as `/network/drawing` tells it; the same each time."""
    draw = np.random.default_rng(3)
    community = draw.integers(COMMUNITIES, size=nodes)
    activity = np.minimum(1 + draw.pareto(1.2, size=nodes), 60)
    members = [np.flatnonzero(community == n) for n in range(COMMUNITIES)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < edges:
        own = members[draw.integers(COMMUNITIES)] if draw.random() < 0.8 else np.arange(nodes)
        one, other = draw.choice(own, 2, p=activity[own] / activity[own].sum()).tolist()
        if one != other:
            pairs.add((min(one, other), max(one, other)))
    ends = np.array(sorted(pairs))
    weight = -np.sort(-(0.2 + draw.pareto(2, size=edges)).round(3))
    strength = np.bincount(ends.ravel(), np.repeat(weight, 2), nodes)
    order = np.argsort(-strength)
    place = np.argsort(order)
    return {
        "actors": nodes,
        "collaborations": edges,
        "nodes": {
            "slug": [f"a{n}" for n in order.tolist()],
            "label": [f"Institución {n}" for n in order.tolist()],
            "community": (community[order] + 1).tolist(),
            "strength": strength[order].tolist(),
            "degree": np.bincount(ends.ravel(), minlength=nodes)[order].tolist(),
        },
        "edges": {
            "source": place[ends[:, 0]].tolist(),
            "target": place[ends[:, 1]].tolist(),
            "weight": weight.tolist(),
            "events": [1] * edges,
            "first_year": draw.integers(1995, 2026, size=edges).tolist(),
        },
    }


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--nodes", type=int, default=2_000)
    options.add_argument("--edges", type=int, default=10_000)
    asked = options.parse_args()
    told = json.dumps(drawing(asked.nodes, asked.edges))
    with tempfile.TemporaryDirectory() as root, chromium_running() as browser:
        workspace = Path(root) / "workspace"
        with Workspace(workspace).writer() as writer:
            writer.put_graph("network-by-chance", quads(by_chance(actors=90, events=120, groups=6)))
            publish_network(writer, load_store(writer.graph_files()))
            writer.commit(software="benchmark", ontology="benchmark", model="none")
        with serving(Settings(workspace=workspace, cache=Path(root) / "cache", model="hashing")) as address:
            page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 900})
            page.route("**/network/drawing**", lambda route: route.fulfill(body=told))
            page.goto("/es/network")
            page.locator(".board canvas").wait_for()
            walk(page)


def walk(page: Any) -> None:
    """What a person does, and the frames of each of it."""
    page.evaluate(FRAMES)
    page.wait_for_timeout(3000)
    report(page, "layout")
    page.wait_for_timeout(6000)
    box = page.locator(".board canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.evaluate(FRAMES)
    for _ in range(30):
        page.mouse.wheel(0, -40)
        page.wait_for_timeout(30)
    report(page, "zoom")
    page.evaluate(FRAMES)
    for n in range(60):
        page.mouse.move(x - 150 + 5 * n, y + n)
        page.wait_for_timeout(10)
    report(page, "pointer")
    page.evaluate("document.querySelector('.zooms button:last-child').click()")
    page.wait_for_timeout(1500)
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    page.evaluate(FRAMES)
    for n in range(60):
        page.mouse.move(box["x"] + 6 + 3 * n, box["y"] + 6 + n)
        page.wait_for_timeout(10)
    page.mouse.up()
    report(page, "pan")


def report(page: Any, what: str) -> None:
    """Print the median and the 95th percentile of the frames since the last call."""
    frames = page.evaluate("stop()")
    p50, p95 = np.percentile(frames, (50, 95))
    print(f"{what}: {len(frames)} frames, p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
