"""What the command line prints, as text; nothing is printed here."""

import csv
import io
import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph.model import Extraction
from ontology.namespaces import ID
from search_api.resources.peers import PeerList, SoughtList
from search_api.resources.search import SearchHit, SearchResults

if TYPE_CHECKING:
    from graph.query_answers import QueryAnswer
    from graph.review import Claim
    from ontology.stored_queries import StoredQuery
    from search_api.catalogue.candidates import CandidatePair
from search_api.wording.tables import WIDTH, table


def hits(results: SearchResults, *, first: int) -> str:
    """Hits as a list (title, passage, document with page and span, event, reasons), below what the question
    was understood to name, with what `--ignore` takes to take it away."""
    understood = [
        f"{soft.kind}:{soft.value} ({soft.label})" + (" ignored" if soft.ignored else "")
        for soft in results.interpretation.filters
    ]
    blocks = [f"understood: {', '.join(understood)}"] if understood else []
    for note in results.notes:
        meant = ", ".join(f"{named.value} ({named.label})" for named in note.suggestions)
        blocks.append(f"{note.text}" + (f" {meant}?" if meant else ""))
    if not results.results:
        return "\n\n".join([*blocks, "Nothing found. Try more general words, or fewer filters."])
    unclear = "; none clearly answers, these are the nearest" if results.nothing_relevant else ""
    blocks.append(f"{results.total} results{unclear}")
    blocks += [_hit(hit, number) for number, hit in enumerate(results.results, start=first)]
    return "\n\n".join(blocks)


def _hit(hit: SearchHit, number: int) -> str:
    lines = [f"{number}. {hit.title}  [{hit.type}, {hit.score:.2f}]", _paragraph(hit.text, length=400)]
    if hit.document:
        page = f", page {hit.page}" if hit.page else ""
        span = f", characters {hit.span[0]}-{hit.span[1]}" if hit.span else ""
        lines.append(f"   document: {hit.document.label}{page}{span}")
    for place in hit.also_in:
        page = f", page {place.page}" if place.page else ""
        lines.append(f"   also in:  {place.document.label}{page}, characters {place.span[0]}-{place.span[1]}")
    if hit.event:
        lines.append(f"   event:    {hit.event.label}  ({hit.event.slug})")
    if hit.reasons:
        lines.append(f"   why:      {'; '.join(reason.text for reason in hit.reasons)}")
    lines.append(f"   more:     --like {hit.id.removeprefix(ID)}")
    return "\n".join(lines)


def peers(found: PeerList, *, name: str) -> str:
    """Peers as a list, each with its reasons and what they rest on."""
    if not found.results:
        return found.note or f"{name}: no more peers."
    blocks = [f"Peers of {name}: {found.total}"]
    for number, peer in enumerate(found.results, start=1):
        about = ", ".join(ref.label for ref in (peer.type, peer.country) if ref)
        lenses = ", ".join(f"{lens} {value:.2f}" for lens, value in peer.lenses.items() if value >= 0.005)
        lines = [f"{number}. {peer.label}  [{peer.score:.2f}: {lenses}]" + (f"  {about}" if about else "")]
        if peer.evidence.small:
            lines.append("   (little evidence: one event or one document)")
        for reason in peer.reasons:
            lines.append(textwrap.fill(reason.text, WIDTH, initial_indent="   - ", subsequent_indent="     "))
            lines += [f"       {ref.label}  {ref.url}" for ref in reason.links if ref.id != peer.id]
            lines += [f"       in: {source.document.label}  {source.url}" for source in reason.sources]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def sought(found: SoughtList) -> str:
    """Institutions that have done what is sought, with what they did and the passages that say so."""
    if not found.results:
        return found.note or "No more institutions."
    blocks = [found.note] if found.note else []
    for number, one in enumerate(found.results, start=1):
        about = ", ".join(ref.label for ref in (one.type, one.country) if ref)
        lines = [f"{number}. {one.label}  [{one.score:.2f}]" + (f"  {about}" if about else "")]
        for reason in one.reasons:
            lines.append(textwrap.fill(reason.text, WIDTH, initial_indent="   - ", subsequent_indent="     "))
        for passage in one.evidence:
            lines.append(_paragraph(passage.text, length=200))
            lines += [f"       in: {s.document.label}  {s.url}" for s in (passage.source,) if s]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def candidates(found: Sequence["CandidatePair"]) -> str:
    """Pairs that may be one, each with its reason and the documents that name either."""
    if not found:
        return "No pair of institutions waits for a decision."
    blocks = []
    for number, pair in enumerate(found, start=1):
        lines = [f"{number}. {pair.score:.2f}  {pair.reason}"]
        for actor in pair.actors:
            about = ", ".join(ref.label for ref in (actor.type, actor.country) if ref)
            where = "; ".join(ref.label for ref in actor.documents) or "authority file"
            lines.append(f"   {actor.label}  ({actor.slug})" + (f"  {about}" if about else ""))
            lines.append(f"       in: {where}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def claims(found: Sequence["Claim"], *, total: int) -> str:
    """Claims with the words of the document that they were read from."""
    if not found:
        return "There is no such claim."
    blocks = [f"{total} claims" if total == len(found) else f"{len(found)} of {total} claims"]
    for claim in found:
        where = ", ".join(claim.documents)
        blocks.append(
            f"{claim.slug}  [{claim.status}, {claim.confidence:.2f}]\n"
            f"   {claim.subject_label}  {claim.property}  {claim.value_label}\n"
            + "\n".join(f"   “{textwrap.shorten(quote, WIDTH, placeholder=' …')}”" for quote in claim.quotes)
            + f"\n   in: {where}"
        )
    return "\n\n".join(blocks)


def summary(extraction: Extraction) -> str:
    """What was read from a document, in a few lines an event."""
    info = extraction.document
    parts = (
        (len(extraction.events), "events"),
        (len(extraction.actors), "institutions"),
        (len(extraction.practices), "practices"),
        (len(extraction.places), "places"),
        (len(extraction.persons), "persons"),
        (len(extraction.passages), "passages"),
    )
    lines = [f"{info.title} ({info.language}): {', '.join(f'{count} {name}' for count, name in parts)}"]
    for event in extraction.events:
        where = ", ".join(part for part in (event.start_date, event.city, event.country) if part)
        lines.append(f"\n{event.title}" + (f"\n   {where}" if where else ""))
        lines += [f"   {p.role}: {p.name}" for p in event.participations]
    return "\n".join(lines)


def counted(counts: Mapping[str, int]) -> str:
    """Figures in words: "2 events, 1 actor, 3 methodologies"; what there is none of is left out."""

    def named(kind: str, count: int) -> str:
        if count == 1:
            return f"1 {kind}"
        return f"{count} {kind.removesuffix('y')}ies" if kind.endswith("y") else f"{count} {kind}s"

    return ", ".join(named(kind, count) for kind, count in counts.items() if count)


def bindings(result: Mapping[str, Any]) -> str:
    """A result in SPARQL JSON as a table, or the verdict of an ASK."""
    if "boolean" in result:
        return "true" if result["boolean"] else "false"
    columns = result["head"].get("vars", [])
    rows = result["results"]["bindings"]
    values = [[_value(row[name]) if name in row else "" for name in columns] for row in rows]
    return table(columns, values)


def answer_of(answer: "QueryAnswer") -> str:
    """An answer that came as SPARQL JSON, as a table; a graph as it is."""
    if answer.kind == "construct":
        return answer.content.decode("utf-8", "replace").rstrip("\n")
    return bindings(json.loads(answer.content))


def explanation(answer: "QueryAnswer") -> str:
    """How much an answer is and how long it took, of that the engine's plan and evaluation."""
    count = rows_of(answer)
    noun = "triple" if answer.kind == "construct" else "row"
    size = (
        f"{count:,} {noun}{'' if count == 1 else 's'}, {len(answer.content):,} bytes of {answer.media_type}"
    )
    return (
        f"{answer.kind}: {size}; {_ms(answer.seconds)} in all: {_ms(answer.planned)} to read and plan the "
        f"query, {_ms(answer.evaluated)} to evaluate it and write the result"
    )


def rows_of(answer: "QueryAnswer") -> int:
    """The number of rows of a result, 1 for a verdict; of triples where it is a graph."""
    if answer.kind == "ask":
        return 1
    if answer.kind == "construct":
        from pyoxigraph import RdfFormat, parse

        chosen = RdfFormat.from_media_type(answer.media_type)
        assert chosen is not None
        return sum(1 for _ in parse(answer.content, format=chosen))
    match answer.media_type:
        case "application/sparql-results+json":
            return len(json.loads(answer.content)["results"]["bindings"])
        case "text/csv":
            return sum(1 for _ in csv.reader(io.StringIO(answer.content.decode("utf-8"), newline=""))) - 1
        case "text/tab-separated-values":
            return answer.content.count(b"\n") - 1
        case _:
            return answer.content.count(b"<result>")


def stored(queries: Iterable["StoredQuery"]) -> str:
    """Stored queries with their questions and what they take."""
    from graph.parameters import taken

    blocks = []
    for query in queries:
        lines = [query.name, *(f"   {query.question[language]}" for language in ("es", "en"))]
        for parameter in query.parameters:
            optional = "" if parameter.required else " (optional)"
            lines.append(f"   --param {parameter.name}=…  {taken(parameter)}{optional}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _value(term: Mapping[str, Any]) -> str:
    text = str(term["value"])
    return f"<{text}>" if term["type"] == "uri" else text


def _paragraph(text: str, *, length: int) -> str:
    short = textwrap.shorten(text, length, placeholder=" …")
    return textwrap.fill(short, WIDTH, initial_indent="   ", subsequent_indent="   ")
