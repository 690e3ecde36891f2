"""The country of an institution: told by its names, by the words beside them, by its body or by the list it
is in.
"""

from collections import Counter

from ingest.gazetteer import country_code
from ingest.institution_mentions import InstitutionMention
from ingest.reading import Reading
from ingest.same_institution import Groups
from ingest.tokens import fold, tokenise
from ingest.well_known_places import CountryOf


def countries_told(
    reading: Reading, members: dict[int, list[int]], groups: Groups, country_of: CountryOf
) -> dict[int, str]:
    """Country of each group: its names, the words beside them, its body, the list it stands in."""
    mentions = reading.mentions
    places = _places_inside(reading)
    told: dict[int, str] = {}
    for root, indices in members.items():
        votes: Counter[str] = Counter()
        for i in indices:
            mention = mentions[i]
            if mention.authority:
                if mention.country:
                    votes[mention.country] += 10
                continue
            if mention.country:
                votes[mention.country] += 3
            elif inside := places.get(i):
                votes[inside] += 3
            elif beside := _beside(reading.clean.text, mention, country_of):
                votes[beside] += 2
        if votes:
            told[root] = votes.most_common(1)[0][0]
    for index, mention in enumerate(mentions):
        root = groups.find(index)
        if root not in told and mention.unit_of is not None and not mention.authority:
            larger = told.get(groups.find(mention.unit_of))
            if larger:
                told[root] = larger
    # "el Ministerio de A y el Ministerio de B de Venezuela" share the country
    for index in range(len(mentions) - 1):
        one, two = mentions[index], mentions[index + 1]
        root = groups.find(index)
        if (
            root in told
            or one.type != two.type
            or one.type not in {"ministry", "government-agency"}
            or one.authority
        ):
            continue
        between = fold(reading.clean.text[one.end : two.start]).strip(" ,")
        if (
            between in {"y el", "y la", "e o", "e a", "and the", "y", "e", "and"}
            and groups.find(index + 1) in told
        ):
            told[root] = told[groups.find(index + 1)]
    return told


def _places_inside(reading: Reading) -> dict[int, str]:
    """Country of the last place inside a mention's name, decided in its context ("Ayuntamiento de León")."""
    found: dict[int, str] = {}
    for sentence in reading.sentences:
        for offset, mention in enumerate(sentence.mentions):
            inside = [
                p
                for p in sentence.places
                if mention.start < p.span.start and p.span.end <= mention.end and p.country
            ]
            if inside and inside[-1].span.end >= mention.end - 1:
                found[sentence.first_mention + offset] = inside[-1].country or ""
    return found


def _beside(text: str, mention: InstitutionMention, country_of: CountryOf) -> str | None:
    """Country right after the name: "(México)", "de España"; or a demonym right before it."""
    end = (
        mention.acronym_span[1] + 1
        if mention.acronym_span and mention.acronym_span[1] > mention.end
        else mention.end
    )
    tokens = tokenise(text[end : end + 60])
    if tokens and tokens[0].text == "(":
        closing = next((i for i, t in enumerate(tokens[:7]) if t.text == ")"), None)
        if closing:
            inside = text[end + tokens[1].start : end + tokens[closing - 1].end] if closing > 1 else ""
            return country_of(inside.split(",")[-1].strip()) if inside else None
    skip = 1 if len(tokens) > 1 and tokens[0].text == "," else 0
    if len(tokens) > skip and tokens[skip].folded in {"de", "del", "do", "da", "of"}:
        first = skip + 1
        while first < len(tokens) and tokens[first].folded in {"la", "el", "los", "the", "a", "o"}:
            first += 1
        for length in (4, 3, 2, 1):
            words = tokens[first : first + length]
            if len(words) == length and words[0].shape in {"Capital", "ACRONYM"}:
                code = country_of(text[end + words[0].start : end + words[-1].end])
                if code and not (skip and length == 1 and country_code(words[0].text) is None):
                    return code
    before = tokenise(text[max(0, mention.start - 30) : mention.start])
    if before and before[-1].shape == "Capital":
        return country_of(before[-1].text)
    return None
