"""Where in a text the query is answered: its words, and the sentence that means it."""

import re
from collections.abc import Collection

from graph.model import Span
from ingest.sentences import sentences
from search_api.search.lexical import QueryTerm
from search_api.search.words import form, tokens, words_of

_CLAUSE = re.compile(r";\s+|:\s+(?=\(?(?:[ivx]{1,5}|[a-z]|\d{1,2})\)\s)")
_LONG = 160
_WORDS = 4


def word_spans(text: str, terms: Collection[QueryTerm], language: str) -> tuple[Span, ...]:
    """Spans in `text` of the words that the query's words stand for; neighbours are joined.

    Matches as the index does: accents folded, stemmed in the text's language, corrections applied, words of
    like meaning taken for those of the query.
    """
    wanted = {term for query_term in terms for term, _ in query_term.alternatives}
    words = {query_term.corrected or query_term.word for query_term in terms if query_term.terms}
    forms = {word: form(word, language) for word in set(words_of(text))}
    hit = {w for w, one in forms.items() if not one.empty and (one.folded in words or one.stem in wanted)}
    found: list[Span] = []
    for token in tokens(text, hit) if hit else ():
        if found and text[found[-1].end : token.start].isspace():
            found[-1] = Span(found[-1].start, token.end)
        else:
            found.append(Span(token.start, token.end))
    return tuple(found)


def sentence_spans(text: str, language: str) -> tuple[Span, ...]:
    """The sentences of a text; one longer than 160 characters is cut at its semicolons and enumerations,
    which in reports hold an objective each. Pieces under four words join the one before."""
    pieces: list[Span] = []
    for sentence in sentences(text, language):
        cuts = [sentence.start]
        if sentence.end - sentence.start > _LONG:
            cuts += [found.end() for found in _CLAUSE.finditer(text, sentence.start, sentence.end)]
        for start, end in zip(cuts, [*cuts[1:], sentence.end], strict=True):
            end = start + len(text[start:end].rstrip())
            if pieces and len(text[start:end].split()) < _WORDS:
                pieces[-1] = Span(pieces[-1].start, end)
            elif start < end:
                pieces.append(Span(start, end))
    return tuple(pieces)
