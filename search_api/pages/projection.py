"""Where a place stands on the map of the network: two panels, each in an equal-area projection of its own.

Lambert azimuthal equal-area on the sphere (Snyder 1987, "Map Projections: A Working Manual", p. 182 ff.,
doi:10.3133/pp1395): areas can be compared, and shapes stay what people know. The Iberian Peninsula stands in
the empty Atlantic at twice the scale.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

#: Mean radius of the Earth in kilometres.
_RADIUS = 6371.0
#: Size of the map in its own units.
WIDTH, HEIGHT = 1420, 1660


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the map: its centre in degrees, where that stands, and units of the map to a kilometre."""

    longitude: float
    latitude: float
    x: float
    y: float
    scale: float

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Degrees to units of the map, x to the right and y down."""
        lon, lat = radians(longitude - self.longitude), radians(latitude)
        lat0 = radians(self.latitude)
        cosine = sin(lat0) * sin(lat) + cos(lat0) * cos(lat) * cos(lon)
        k = sqrt(2 / (1 + cosine)) * _RADIUS * self.scale
        east = k * cos(lat) * sin(lon)
        north = k * (cos(lat0) * sin(lat) - sin(lat0) * cos(lat) * cos(lon))
        return self.x + east, self.y - north


AMERICAS = Panel(longitude=-78, latitude=-11, x=652, y=822, scale=0.16)
IBERIA = Panel(longitude=-3.5, latitude=40.0, x=1190, y=230, scale=0.32)
IBERIAN = frozenset({"ES", "PT", "AD"})


def panel_of(country: str) -> Panel:
    """The panel that a country (ISO 3166-1 alpha-2, any case) stands in."""
    return IBERIA if country.upper() in IBERIAN else AMERICAS
