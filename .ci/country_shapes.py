"""Draw the countries of the map of the network from Natural Earth, small enough to stand in a page.

Usage: python .ci/country_shapes.py ATLAS

ATLAS is `countries-50m.json` of the npm package world-atlas 2.0.2 (ISC), which has Natural Earth (public
domain) as TopoJSON. Borders are simplified once for both their countries, so that no gaps open between them
(Visvalingam and Whyatt 1993, doi:10.1179/000870493786962263).
"""

import json
import sys
from pathlib import Path

import pycountry

from search_api.pages.projection import HEIGHT, IBERIAN, WIDTH, Panel, panel_of

TARGET = Path(__file__).parents[1] / "search_api" / "pages" / "country_shapes.json"
DRAWN = (
    "AR BO BR BB BS BZ CL CO CR CU DM DO EC SV GD GT GY HT HN JM MX NI PA PY PE PR LC VC KN AG SR TT UY VE "
    "FR ES PT AD"
).split()
#: Areas, in square units of the map, below which a corner, and an island, is not worth its characters.
CORNER, ISLAND = 14.0, 24.0
Point = tuple[float, float]


def arcs_of(atlas: dict) -> list[list[Point]]:
    """The arcs in degrees."""
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    found = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        found.append(points)
    return found


def area(points: list[Point]) -> float:
    """Area of a ring."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def simplified(points: list[Point], *, least: int) -> list[Point]:
    """The line without its smallest corners; its ends stay."""
    kept = list(points)
    while len(kept) > least:
        corners = [(area(kept[i - 1 : i + 2]), i) for i in range(1, len(kept) - 1)]
        smallest, at = min(corners, default=(CORNER, 0))
        if smallest >= CORNER:
            break
        del kept[at]
    return kept


def ring(numbers: list[int], arcs: list[list[Point]], panel: Panel) -> list[Point]:
    """A ring of arcs as points of the map."""
    points: list[Point] = []
    for number in numbers:
        raw = arcs[number if number >= 0 else ~number]
        line = simplified([panel.project(*p) for p in raw], least=4 if len(numbers) == 1 else 2)
        points += (line if number >= 0 else line[::-1])[:-1]
    return points


def path(points: list[Point]) -> str:
    """A closed path with whole coordinates, relative to the first."""
    at = tuple(map(round, points[0]))
    text = f"M{at[0]} {at[1]}l"
    for point in points[1:]:
        to = tuple(map(round, point))
        step = f"{to[0] - at[0]} {to[1] - at[1]}"
        text += ("" if text[-1] == "l" or step[0] == "-" else " ") + step.replace(" -", "-")
        at = to
    return text + "z"


def centre(points: list[Point]) -> list[int]:
    """Centre of mass of a ring."""
    twice = x = y = 0.0
    for a, b in zip(points, points[1:] + points[:1], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        twice, x, y = twice + cross, x + (a[0] + b[0]) * cross, y + (a[1] + b[1]) * cross
    return [round(x / (3 * twice)), round(y / (3 * twice))]


def on_the_map(points: list[Point], code: str) -> bool:
    """Is a ring where its panel has room for it? Of France only what is in America is."""
    x, y = points[0]
    if code in IBERIAN:
        return 950 < x < WIDTH and 60 < y < 420
    return 0 < x < (1150 if code == "FR" else WIDTH) and 0 < y < HEIGHT and (code != "FR" or y > 500)


def main() -> int:
    """Write the shapes; say how large they are."""
    atlas = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    arcs = arcs_of(atlas)
    shapes = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        country = pycountry.countries.get(numeric=geometry.get("id", ""))
        if country is None or country.alpha_2 not in DRAWN:
            continue
        code = country.alpha_2
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [ring(polygon[0], arcs, panel_of(code)) for polygon in polygons]
        rings = sorted((r for r in rings if on_the_map(r, code)), key=area, reverse=True)
        kept = [r for i, r in enumerate(rings) if len(r) > 2 and (i == 0 or area(r) >= ISLAND)]
        if kept:
            shapes["GF" if code == "FR" else code] = {
                "path": "".join(map(path, kept)),
                "centre": centre(kept[0]),
            }
    text = json.dumps(dict(sorted(shapes.items())), separators=(",", ":")).replace('},"', '},\n"')
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(shapes)} countries, {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
