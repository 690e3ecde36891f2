"""The annotated passages of a snapshot as a corpus of spaCy: a DocBin, for training and for displaCy.

A passage is a Doc, tokenised as `spacy.blank("xx")` does, its sentences marked. `doc.ents` are the names and
dates in it (ORG, EVENT, LOC, PER, DATE), of those that overlap the longest, with the IRI of the resource as
`ent.kb_id_`; `doc.spans["mentions"]` has them all, `doc.spans["practices"]` the practices by kind.
`doc.user_data` tells the document and where each token stands in its text.

    from spacy.tokens import DocBin
    docs = list(DocBin().from_disk("corpus.spacy").get_docs(spacy.blank("xx").vocab))
"""

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from graph.errors import ConfigurationError
from graph.snapshots import Snapshot
from graph.store import load_store
from search_api.catalogue.annotations import AnnotatedPassage, Annotation, annotated_passages
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.triples import Triples

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

MENTIONS, PRACTICES = "mentions", "practices"


def write_corpus(snapshot: Snapshot, output: IO[bytes]) -> None:
    """Write the passages of a snapshot to a binary file object, in the format `.spacy`.

    The whole corpus is held in memory, about 10 KB a passage. Raises ConfigurationError where spaCy is not
    installed, SnapshotError where the snapshot is damaged.
    """
    nlp = _blank()
    from spacy.tokens import DocBin

    catalogue = Catalogue(Triples(load_store(snapshot.graph_files())))
    corpus = DocBin(store_user_data=True)
    for passage in annotated_passages(catalogue, snapshot.manifest.documents, snapshot.document):
        corpus.add(to_doc(passage, nlp))
    output.write(corpus.to_bytes())


def to_doc(passage: AnnotatedPassage, nlp: "Language") -> "Doc":
    """A passage as a Doc. An annotation that ends inside a token takes the whole of it."""
    from spacy.util import filter_spans

    doc = nlp.make_doc(passage.text)
    begins = {sentence.start for sentence in passage.sentences}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in begins
    mentions = _spans(doc, passage.entities)
    doc.spans[MENTIONS] = mentions
    doc.spans[PRACTICES] = _spans(doc, passage.practices)
    doc.set_ents(filter_spans(mentions))
    doc.user_data.update(
        {
            "document": passage.document,
            "title": passage.title,
            "passage": passage.iri,
            "language": passage.language,
            "heading": passage.heading,
            "page": passage.page,
            "event": passage.event,
            "span": list(passage.source(0, len(passage.text))),
            "tokens": [list(passage.source(t.idx, t.idx + len(t))) for t in doc],
        }
    )
    return doc


def _spans(doc: "Doc", annotations: Iterable[Annotation]) -> "list[Span]":
    found: list[Any] = [
        doc.char_span(a.start, a.end, label=a.label, kb_id=a.iri, alignment_mode="expand")
        for a in annotations
    ]
    return [span for span in found if span is not None]


def _blank() -> "Language":
    """The pipeline that only tokenises, in any language."""
    try:
        import spacy
    except ImportError as error:
        raise ConfigurationError(
            f"the format spacy needs the package spaCy ({error}); install it with: pip install spacy"
        ) from error
    return spacy.blank("xx")
