"""A large collection for benchmarks of search: the graph of documents that nobody wrote, and their vectors.

Everything follows from a seed. Texts have the shape of real ones where it matters for speed: words by Zipf's
law out of some 10^5, of which the frequent ones are the project's own words in three languages and the rest
is made of syllables, with articles and prepositions between; sentences of 8 to 30 words, one to nine a
passage; a hundred passages a document, ten an event. Vectors are those of real texts, mixed (`Mixtures`),
because encoding 10^5 passages and their sentences would take an hour or two.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from pyoxigraph import Literal, NamedNode, Quad

from graph.reference import country_statements
from ontology.namespaces import DCTERMS, GRAPH, ID, OA, PROV, RDF, RDFS, ROLE_PROPERTIES, RP, SCHEMA, XSD
from ontology.vocabulary import event_types, practice_kinds, themes
from search_api.embedding.cache import EmbeddingCache, encode_with_cache
from search_api.embedding.encoder import Encoder
from search_api.search.words import fold, is_stop_word, tokens

SEED = 20
VOCABULARY = 120_000
"""Words of each language; in 10^5 passages some 2 × 10^5 different ones occur."""
QUOTED = 40
"""Code points of what a claim quotes."""
COUNTRIES = "MX CO AR CL PE EC UY CR BR VE BO PY PA GT SV HN NI DO CU ES PT".split()
_LANGUAGES, _SHARES = ("es", "pt", "en"), (0.6, 0.25, 0.15)
_BETWEEN = {
    "es": "de la que el en y a los del se las por un para con una su al lo como más o sus este entre".split(),
    "pt": "de a que o em e os do da as por um para com uma não dos mais ao na no se pelo seu foi".split(),
    "en": "the of and to in a that for with on as by is this are from at it be or which its an was".split(),
}
_SYLLABLES = (
    *("ba", "ca", "da", "fa", "ga", "la", "ma", "na", "pa", "ra", "sa", "ta", "va", "za", "cha", "lla"),
    *("be", "ce", "de", "fe", "ge", "le", "me", "ne", "pe", "re", "se", "te", "ve", "que", "tre", "bre"),
    *("bi", "ci", "di", "fi", "gi", "li", "mi", "ni", "pi", "ri", "si", "ti", "vi", "cri", "pri", "gui"),
    *("bo", "co", "do", "fo", "go", "lo", "mo", "no", "po", "ro", "so", "to", "vo", "cio", "tor", "dor"),
    *("bu", "cu", "du", "fu", "gu", "lu", "mu", "nu", "pu", "ru", "su", "tu", "ción", "mente", "dad", "ía"),
)
_HEADS = ("Instituto de", "Cámara de", "Agencia de", "Red de", "Centro para", "Federación de", "Fundación")
_TEMPLATES = json.loads(Path(__file__).with_name("ingest_templates.json").read_text("utf-8"))


class Collection:
    """Documents with `passages` passages in all. `homes` tells of each text which topic it is about, `texts`
    has the text of each document; both fill while `quads` are read."""

    def __init__(self, passages: int) -> None:
        self.passages = passages
        self.documents = max(1, passages // 100)
        self.events = max(1, passages // 10)
        self.actors = max(20, passages // 33)
        self.topics = max(20, passages // 250)
        self.homes: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self._chance = np.random.default_rng(SEED)
        self._words = {language: _vocabulary(language, self._chance) for language in _LANGUAGES}

    def words(self, language: str, count: int, *, topic: int | None = None) -> list[str]:
        """`count` words by their frequency; those of a topic are drawn from its own half of the time."""
        ranks = (VOCABULARY ** self._chance.random(count)).astype(np.int64) - 1
        if topic is not None:
            own = self._chance.random(count) < 0.3
            ranks[own] = 50 + (topic * 7919 + self._chance.integers(0, 30, own.sum()) ** 2) % 9000
        return [self._words[language][rank] for rank in ranks]

    def sentence(self, language: str, topic: int) -> str:
        """A sentence: every other word or so is one of those that say nothing."""
        between = _BETWEEN[language]
        said = []
        for word in self.words(language, int(self._chance.integers(5, 18)), topic=topic):
            if self._chance.random() < 0.75:
                said.append(between[int(len(between) * self._chance.random() ** 2)])
            said.append(word)
        text = " ".join(said)
        return text[0].upper() + text[1:] + "."

    def query(self, number: int) -> str:
        """The query of a number: words of a topic, now and then with a typing error, a country or a year."""
        chance = np.random.default_rng((SEED, number))
        language = _LANGUAGES[int(chance.choice(3, p=_SHARES))]
        topic = int(chance.integers(self.topics))
        ranks = 50 + (topic * 7919 + chance.integers(0, 30, int(chance.integers(1, 5))) ** 2) % 9000
        frequent = (400 ** chance.random(int(chance.integers(1, 4)))).astype(np.int64)
        words = [self._words[language][rank] for rank in (*frequent, *ranks)]
        if chance.random() < 0.2:
            word = words[-1]
            at = int(chance.integers(1, len(word)))
            words[-1] = word[:at] + word[at + 1 :]
        if chance.random() < 0.2:
            words.append(str(chance.choice(("Ecuador", "Perú", "Brasil", "2007", "Costa Rica", "2015"))))
        chance.shuffle(words)
        return " ".join([*("cómo", "para")[: int(chance.integers(0, 3))], *words])

    def filters(self, number: int) -> dict[str, str]:
        """Two filters for the query of a number, as parameters of the address."""
        chance = np.random.default_rng((SEED, number, 2))
        year = int(chance.integers(1996, 2020))
        offered = {
            "theme": themes()[int(len(themes()) * chance.random() ** 3)].slug,
            "country": COUNTRIES[int(len(COUNTRIES) * chance.random() ** 2)],
            "year_from": str(year),
            "language": str(chance.choice(_LANGUAGES, p=_SHARES)),
            "type": str(chance.choice(("passage", "event", "practice"), p=(0.6, 0.2, 0.2))),
            "actor": f"a{int(self.actors * chance.random() ** 4)}",
        }
        return {name: offered[name] for name in chance.choice(list(offered), 2, replace=False)}

    def quads(self) -> Iterator[Quad]:
        """The graph: about ten statements a passage, each document in a named graph of its own."""
        for code in COUNTRIES:
            for subject, predicate, value in country_statements(code):
                yield Quad(NamedNode(subject), NamedNode(predicate), value, NamedNode(GRAPH + "synthetic"))
        self._names = [self._actor_name(n) for n in range(self.actors)]
        per_document = self.passages // self.documents
        for number in range(self.documents):
            graph = NamedNode(f"{GRAPH}document/d{number}")
            statements = list(self._document(number, per_document))
            for subject, predicate, value in dict.fromkeys(statements):
                yield Quad(subject, NamedNode(predicate), value, graph)

    def _actor_name(self, number: int) -> str:
        head = _HEADS[number % len(_HEADS)]
        return f"{head} {' '.join(word.capitalize() for word in self.words('es', 2))} {number}"

    def _document(self, number: int, passages: int) -> Iterator[tuple[NamedNode, str, NamedNode | Literal]]:
        chance = self._chance
        language = _LANGUAGES[int(chance.choice(3, p=_SHARES))]
        year = 1995 + int(30 * chance.random() ** 0.7)
        document = _node("document", f"d{number}")
        yield document, RDF + "type", NamedNode(RP + "Document")
        title = f"Informe {year} {' '.join(self.words(language, 4))}"
        yield document, DCTERMS + "title", Literal(title)
        yield document, RP + "reportYear", Literal(str(year), datatype=NamedNode(XSD + "gYear"))
        yield document, DCTERMS + "language", Literal(language)
        per_event = max(1, self.passages // self.events)
        start, claims = 0, 0
        event, topic = document, 0
        told: list[str] = []
        for position in range(passages):
            passage = _node("passage", f"d{number}-{position}")
            if position % per_event == 0:
                topic = int(self.topics * chance.random() ** 1.5)
                event = _node("event", f"d{number}-{position}")
                # Claims are what a real graph is made of most: 7 statements each, and 4 of where it is said.
                for predicate, value in self._event(topic, language, year):
                    actor = isinstance(value, tuple)
                    subject, spoken = value if isinstance(value, tuple) else (event, value)
                    yield subject, predicate, spoken if not actor else event
                    if predicate in (RDF + "type", RDFS + "label") and subject != event:
                        continue
                    claim, claims = _node("claim", f"d{number}-{claims}"), claims + 1
                    yield claim, RDF + "type", NamedNode(RP + "Claim")
                    yield claim, RDF + "subject", subject
                    yield claim, RDF + "predicate", NamedNode(predicate)
                    yield claim, RDF + "object", spoken if not actor else event
                    yield claim, RP + "confidence", Literal("0.9", datatype=NamedNode(XSD + "decimal"))
                    yield claim, PROV + "wasDerivedFrom", passage
                    yield claim, RP + "reviewStatus", _node("review-status", "proposed")
                    selector = NamedNode(f"{document.value}#char={start},{start + QUOTED}")
                    yield claim, OA + "hasSelector", selector
                    yield selector, OA + "start", Literal(start)
                    yield selector, OA + "end", Literal(start + QUOTED)
                    if actor:
                        yield subject, RDF + "type", NamedNode(RP + "Actor")
                        name = self._names[int(subject.value.rpartition("/a")[2])]
                        yield subject, RDFS + "label", Literal(name, language="es")
            sentences = [
                self.sentence(language, topic)
                for _ in range(
                    1 + int(chance.choice(9, p=(0.1, 0.15, 0.2, 0.2, 0.12, 0.1, 0.06, 0.04, 0.03)))
                )
            ]
            text = " ".join(sentences)
            self.homes.update(dict.fromkeys((text, *sentences), topic))
            yield passage, RDF + "type", NamedNode(RP + "Passage")
            yield passage, RP + "text", Literal(text, language=language)
            yield passage, RP + "start", Literal(start)
            yield passage, RP + "end", Literal(start + len(text))
            yield passage, DCTERMS + "isPartOf", document
            told.append(text)
            start += len(text) + 2
            if position % per_event < 7:
                yield passage, RP + "event", event
            if chance.random() < 0.4:
                yield passage, RP + "mentions", _node("actor", f"a{int(self.actors * chance.random() ** 4)}")
            if chance.random() < 0.1:
                practice = _node("practice", f"d{number}-{position}")
                kind = practice_kinds()[int(chance.integers(len(practice_kinds())))]
                yield practice, RDF + "type", NamedNode(RP + "Practice")
                yield practice, RP + "text", Literal(sentences[-1], language=language)
                yield practice, RP + "practiceKind", NamedNode(kind.iri)
                yield practice, RP + "passage", passage
                yield practice, RP + "event", event
        self.texts[f"d{number}"] = "\n\n".join(told)

    def _event(
        self, topic: int, language: str, year: int
    ) -> Iterator[tuple[str, "NamedNode | Literal | tuple[NamedNode, NamedNode | Literal]"]]:
        chance = self._chance
        kind = event_types()[int(len(event_types()) * chance.random() ** 2)]
        yield RDF + "type", NamedNode(RP + "Event")
        label = f"{kind.label()} {' '.join(self.words(language, 4, topic=topic))}"
        yield RDFS + "label", Literal(label, language=language)
        yield RP + "eventType", NamedNode(kind.iri)
        for _ in range(int(chance.integers(1, 4))):
            theme = themes()[(topic + int(3 * chance.random() ** 3)) % len(themes())]
            yield RP + "theme", NamedNode(theme.iri)
        country = COUNTRIES[int(len(COUNTRIES) * chance.random() ** 2)]
        yield RP + "country", _node("place", country.lower())
        day = f"{year}-{chance.integers(1, 13):02}-{chance.integers(1, 29):02}"
        yield SCHEMA + "startDate", Literal(day, datatype=NamedNode(XSD + "date"))
        roles = list(ROLE_PROPERTIES.values())
        for _ in range(int(chance.integers(1, 6))):
            actor = _node("actor", f"a{int(self.actors * chance.random() ** 4)}")
            yield roles[int(chance.integers(len(roles)))], (actor, actor)


class Mixtures:
    """Stands for an encoder while an index is built: vectors as real texts have them, without encoding.

    A topic lies where a text of the base does, which the encoder has really encoded: the project's labels of
    themes and the sentences of `ingest_templates.json`, filled. A text lies about its topic by chance, in as
    many directions as real texts do: `SPREAD` makes the effective dimension (of the eigenvalues λ of the
    covariance, (Σλ)² / Σλ²) some 80, which is that of the paragraphs of XQuAD; so cosines, too, spread alike.
    """

    SPREAD, OF_TOPIC, PLACES = 0.48, 0.55, 4096

    def __init__(self, encoder: Encoder, homes: Mapping[str, int], cache: EmbeddingCache | None) -> None:
        self.id, self.dimension = encoder.id, encoder.dimension
        self._homes = homes
        base = encode_with_cache(encoder, _base_texts(), cache)
        self._mean = base.mean(0)
        apart = base - self._mean
        self._topics = self.SPREAD * apart / np.linalg.norm(apart, axis=1, keepdims=True)
        axes = np.linalg.svd(apart, full_matrices=False)[2]
        sizes = (np.arange(len(axes)) + 20.0) ** -0.5
        axes *= (self.SPREAD * sizes / np.linalg.norm(sizes))[:, None]
        drawn = np.random.default_rng(SEED).standard_normal((self.PLACES, len(axes)))
        self._places = (drawn @ axes).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        marks = [zlib.crc32(text.encode()) for text in texts]
        topics = [self._homes.get(text, mark) for text, mark in zip(texts, marks, strict=True)]
        drawn = np.array(marks)[:, None] >> np.array([0, 10, 20])
        own = self._places[drawn % self.PLACES].sum(1) / 3**0.5  # Gaussian as each of them
        vectors = self._mean + self.OF_TOPIC * self._topics[np.array(topics) * 7919 % len(self._topics)]
        vectors += (1 - self.OF_TOPIC**2) ** 0.5 * own
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _base_texts() -> list[str]:
    """Some two thousand texts: labels of themes, and sentences of templates with what fills them."""
    found = [label for theme in themes() for label in theme.terms()]
    for manner in _TEMPLATES.values():
        chance = np.random.default_rng(SEED)
        patterns = [*manner["fillers"], *manner["announcements"]]
        for _ in range(500):
            city, country = manner["places"][int(chance.integers(len(manner["places"])))]
            filled = {
                name: manner[key][int(chance.integers(len(manner[key])))]
                for name, key in (("event", "events"), ("topic", "topics"), ("month", "months"))
            }
            names = [
                f"{manner['heads'][int(chance.integers(len(manner['heads'])))]} "
                f"{manner['fields'][int(chance.integers(len(manner['fields'])))]}"
                for _ in range(2)
            ]
            pattern = patterns[int(chance.integers(len(patterns)))]
            found.append(
                pattern.format(
                    **filled,
                    city=city,
                    country=country,
                    actor=names[0],
                    other=names[1],
                    person="Ana Belmonte",
                    number="III",
                    day=int(chance.integers(1, 12)),
                    later=int(chance.integers(12, 29)),
                    year=int(chance.integers(1995, 2026)),
                    days=int(chance.integers(2, 90)),
                )
            )
    return list(dict.fromkeys(found))


def _vocabulary(language: str, chance: np.random.Generator) -> list[str]:
    """The words of a language, the most frequent first."""
    manner = _TEMPLATES[language]
    spoken = chain(
        *(manner[name] for name in ("fillers", "announcements", "topics", "events", "fields")),
        *(theme.terms(language) for theme in themes()),
    )
    known = dict.fromkeys(
        token.text.lower()
        for text in spoken
        for token in tokens(text.replace("{", " ").replace("}", " "))
        if not is_stop_word(fold(token.text))
    )
    numbers = chance.integers(0, len(_SYLLABLES), (2 * VOCABULARY, 5))
    lengths = chance.integers(2, 6, len(numbers))
    made = (
        "".join(_SYLLABLES[n] for n in row[:length]) for row, length in zip(numbers, lengths, strict=True)
    )
    return list(dict.fromkeys([*known, *made]))[:VOCABULARY]


def _node(kind: str, name: str) -> NamedNode:
    return NamedNode(f"{ID}{kind}/{name}")
