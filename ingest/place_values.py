"""Places of a document: one for each country, city and region that it mentions."""

from collections import Counter, defaultdict

from graph.model import Evidence, Place
from ingest.gazetteer import country_name
from ingest.places import PlaceMention
from ingest.reading import Reading, Sentence
from ingest.tokens import fold
from ontology.namespaces import slugify


def place_values(reading: Reading) -> tuple[Place, ...]:
    """The places of a document with all their mentions; a country has its Spanish name."""
    grouped: dict[tuple[str, str | None, str], list[tuple[Sentence, PlaceMention]]] = defaultdict(list)
    for sentence in reading.sentences:
        for place in sentence.places:
            key = (place.kind, place.country, str(place.geonames) if place.geonames else fold(place.name))
            if place.kind == "country":
                key = (place.kind, place.country, "")
            grouped[key].append((sentence, place))
    values = []
    for (kind, country, _), found in grouped.items():
        name = Counter(p.name for _, p in found).most_common(1)[0][0]
        if kind == "country" and country:
            name = country_name(country, language="es") or name
            slug = country.lower()
        else:
            slug = "-".join(filter(None, ((country or "").lower(), slugify(name))))
        first = found[0][1]
        values.append(
            Place(
                slug,
                name,
                kind,
                country,
                tuple(
                    Evidence(
                        reading.source(s.start + p.span.start, s.start + p.span.end),
                        "gazetteer",
                        p.confidence,
                    )
                    for s, p in found
                ),
                first.geonames,
                first.latitude,
                first.longitude,
            )
        )
    return tuple(values)
