"""A reason in Spanish, Portuguese and English: "ustedes", "vocês" and "you" are the institution asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ontology.namespaces import ID
from search_api.peers.reasons import Deed, Reason
from search_api.wording.languages import Language
from search_api.wording.quotation import quoted

LONGEST_TITLE = 110
"""Letters of the title of an event or a practice that are shown."""


class Words(NamedTuple):
    """Sentences of a language by kind of reason, and what a role did: of several, then of one."""

    sentences: Mapping[str, str]
    verbs: Mapping[str, tuple[str, str]]
    both: str
    practice: tuple[str, str]
    joined: tuple[str, str]
    you: str
    it: str


WORDS: Mapping[Language, Words] = MappingProxyType(
    {
        "es": Words(
            {
                "shared-theme": "Ambas trabajan en {about}: {both}.",
                "shared-kind": "Ambas se encuentran en eventos del mismo tipo ({about}): {both}.",
                "shared-practice-kind": "De ambas se cuentan prácticas del mismo tipo ({about}): {titles}.",
                "shared-role": "Ambas figuran como {about}: {both}.",
                "shared-event": "Ambas {deed}.",
                "met": "Coincidieron en {event}: ustedes como {ours}; ella como {theirs}.",
                "shared-partner": "Ambas trabajaron con {about}: ustedes en {first}; ella en {second}.",
                "teaches-attended": "Actúa en {about}, donde ustedes solo asistieron: {theirs}; "
                "ustedes {ours}.",
                "strong-where-absent": "Tiene experiencia en {about}; de ustedes ahí nada consta: {theirs}.",
                "near": " Es un tema cercano a uno suyo: {near}.",
                "counterpart": "Es del mismo tipo ({type}) en otro país ({country}).",
                "kindred-counterpart": "Es de un tipo cercano ({type}) en otro país ({country}).",
                "only-mentioned": "Un pasaje que responde la menciona.",
                "same-type": "Es del mismo tipo: {theirs}.",
                "kindred-type": "Es de un tipo cercano: {theirs}; ustedes, {ours}.",
                "same-remit": "Sus nombres dicen cosas parecidas: {ours} y {theirs}.",
                "declared-offer": "Declara que ofrece {theirs}",
                "declared-need": "Declara que busca {theirs}",
                "we-seek": "; ustedes declaran que buscan {ours} ({how}).",
                "we-offer": "; ustedes declaran que ofrecen {ours} ({how}).",
                "we-attended": "; en {about} ustedes solo asistieron, según los documentos: {ours}.",
                "by-theme": "ambas sobre {about}",
                "by-meaning": "de sentido cercano",
                "we-lack": "; en {about} de ustedes nada consta en los documentos.",
            },
            {
                "instructor": ("enseñaron en", "enseñó en"),
                "speaker": ("expusieron en", "expuso en"),
                "organiser": ("organizaron", "organizó"),
                "sponsor": ("patrocinaron", "patrocinó"),
                "host": ("fueron sede de", "fue sede de"),
                "participant": ("asistieron a", "asistió a"),
            },
            "como en {event}",
            ("figuran en la práctica", "figura en la práctica"),
            (" y ", " e "),
            "ustedes",
            "ella",
        ),
        "pt": Words(
            {
                "shared-theme": "Ambas trabalham com {about}: {both}.",
                "shared-kind": "Ambas se encontram em eventos do mesmo tipo ({about}): {both}.",
                "shared-practice-kind": "De ambas contam-se práticas do mesmo tipo ({about}): {titles}.",
                "shared-role": "Ambas figuram como {about}: {both}.",
                "shared-event": "Ambas {deed}.",
                "met": "Estiveram juntas em {event}: vocês como {ours}; ela como {theirs}.",
                "shared-partner": "Ambas trabalharam com {about}: vocês em {first}; ela em {second}.",
                "teaches-attended": "Atua em {about}, onde vocês só assistiram: {theirs}; vocês {ours}.",
                "strong-where-absent": "Tem experiência em {about}, onde nada consta de vocês: {theirs}.",
                "near": " É um tema próximo de um dos seus: {near}.",
                "counterpart": "É do mesmo tipo ({type}) em outro país ({country}).",
                "kindred-counterpart": "É de um tipo próximo ({type}) em outro país ({country}).",
                "only-mentioned": "Uma passagem que responde a menciona.",
                "same-type": "É do mesmo tipo: {theirs}.",
                "kindred-type": "É de um tipo próximo: {theirs}; vocês, {ours}.",
                "same-remit": "Os seus nomes dizem coisas parecidas: {ours} e {theirs}.",
                "declared-offer": "Declara que oferece {theirs}",
                "declared-need": "Declara que procura {theirs}",
                "we-seek": "; vocês declaram que procuram {ours} ({how}).",
                "we-offer": "; vocês declaram que oferecem {ours} ({how}).",
                "we-attended": "; em {about} vocês só assistiram, segundo os documentos: {ours}.",
                "by-theme": "ambas sobre {about}",
                "by-meaning": "de sentido próximo",
                "we-lack": "; em {about} nada consta de vocês nos documentos.",
            },
            {
                "instructor": ("ensinaram em", "ensinou em"),
                "speaker": ("expuseram em", "expôs em"),
                "organiser": ("organizaram", "organizou"),
                "sponsor": ("patrocinaram", "patrocinou"),
                "host": ("sediaram", "sediou"),
                "participant": ("participaram de", "participou de"),
            },
            "como em {event}",
            ("figuram na prática", "figura na prática"),
            (" e ", " e "),
            "vocês",
            "ela",
        ),
        "en": Words(
            {
                "shared-theme": "Both work on {about}: {both}.",
                "shared-kind": "Both meet others at events of one type ({about}): {both}.",
                "shared-practice-kind": "Practices of one kind ({about}) are told of both: {titles}.",
                "shared-role": "Both appear as {about}: {both}.",
                "shared-event": "Both {deed}.",
                "met": "You met at {event}: you as {ours}; they as {theirs}.",
                "shared-partner": "Both worked with {about}: you at {first}; they at {second}.",
                "teaches-attended": "Active in {about}, where you only attended: they {theirs}; you {ours}.",
                "strong-where-absent": "Experienced in {about}, where nothing is told of you: they {theirs}.",
                "near": " It is near to a theme of yours: {near}.",
                "counterpart": "Of the same type ({type}) in another country ({country}).",
                "kindred-counterpart": "Of a kindred type ({type}) in another country ({country}).",
                "only-mentioned": "A passage that answers mentions it.",
                "same-type": "Of the same type: {theirs}.",
                "kindred-type": "Of a kindred type: {theirs}; you, {ours}.",
                "same-remit": "Their names say like things: {ours} and {theirs}.",
                "declared-offer": "They declare that they offer {theirs}",
                "declared-need": "They declare that they seek {theirs}",
                "we-seek": "; you declare that you seek {ours} ({how}).",
                "we-offer": "; you declare that you offer {ours} ({how}).",
                "we-attended": "; in {about} you only attended, by the documents: you {ours}.",
                "by-theme": "both about {about}",
                "by-meaning": "close in meaning",
                "we-lack": "; in {about} the documents tell nothing of you.",
            },
            {
                "instructor": ("taught at", "taught at"),
                "speaker": ("spoke at", "spoke at"),
                "organiser": ("organised", "organised"),
                "sponsor": ("sponsored", "sponsored"),
                "host": ("hosted", "hosted"),
                "participant": ("attended", "attended"),
            },
            "as at {event}",
            ("appear in the practice", "appear in the practice"),
            (" and ", " and "),
            "you",
            "they",
        ),
    }
)


class Namer(NamedTuple):
    """What the graph calls things: the label of an IRI in the language, and the year of an event or ""."""

    label: Callable[[str], str]
    year: Callable[[str], str]


def say(reason: Reason, namer: Namer, *, language: Language = "es") -> str:
    """A reason as a sentence."""
    return _Speaker(WORDS[language], namer, language).say(reason)


def say_part(role: str, deed: str, namer: Namer, *, language: Language = "es") -> str:
    """The part that an institution had in what a passage tells, as a sentence; `deed` is the IRI of an event,
    or "" where the passage tells of none."""
    words = WORDS[language]
    if role not in words.verbs or not deed:
        return words.sentences["only-mentioned"]
    text = _Speaker(words, namer, language).done(Deed(deed, (role,)))
    return f"{text[0].upper()}{text[1:]}."


def say_offer(offer: str, namer: Namer, *, language: Language = "es") -> str:
    """What an institution declares that it offers (an IRI), as a sentence."""
    return _Speaker(WORDS[language], namer, language).offered(offer) + "."


class _Speaker:
    def __init__(self, words: Words, namer: Namer, language: Language) -> None:
        self._words, self._namer, self._language = words, namer, language

    def say(self, reason: Reason) -> str:
        sentence = self._words.sentences[reason.kind]
        ours, theirs = reason.ours, reason.theirs
        match reason.kind:
            case "declared-offer" | "declared-need":
                return self._declared(reason)
            case "shared-event":
                return self._together(reason)
            case "shared-partner":
                (first, *_), (second, *_) = ours, theirs
                return sentence.format(
                    about=self._about(reason), first=self._titled(first), second=self._titled(second)
                )
            case "shared-practice-kind":
                titles = dict.fromkeys(self._titled(deed) for deed in (*ours, *theirs))
                return sentence.format(about=self._about(reason), titles=self.listed(list(titles)))
            case "teaches-attended":
                return sentence.format(
                    about=self._about(reason), ours=self._did(ours, one=False), theirs=self._did(theirs)
                )
            case "strong-where-absent":
                told = sentence.format(about=self._about(reason), theirs=self._did(theirs))
                if reason.near is None:
                    return told
                return told + self._words.sentences["near"].format(near=self._namer.label(reason.near))
            case "counterpart":
                one, two, _, country = (self._namer.label(iri) for iri in reason.about)
                return self._words.sentences["counterpart" if one == two else "kindred-counterpart"].format(
                    type=two, country=country
                )
            case "same-type" | "same-remit":
                one, two = (self._namer.label(iri) for iri in reason.about)
                kind = "kindred-type" if reason.kind == "same-type" and one != two else reason.kind
                return self._words.sentences[kind].format(ours=one, theirs=two)
            case _:
                return sentence.format(about=self._about(reason), both=self._both(ours, theirs))

    def offered(self, offer: str) -> str:
        """What another institution declares that it offers."""
        return self._words.sentences["declared-offer"].format(theirs=self._titled(Deed(offer)))

    def done(self, deed: Deed) -> str:
        """What one institution did."""
        return self._deed(deed, one=True)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in words; Spanish says "e" for "y" before an i."""
        if len(items) < 2:
            return "".join(items)
        before_i = re.match(r"\W*h?[ií](?![aeoáéó])", items[-1], flags=re.IGNORECASE)
        return ", ".join(items[:-1]) + self._words.joined[bool(before_i)] + items[-1]

    def _about(self, reason: Reason) -> str:
        if reason.kind == "shared-role":
            return self._roles(reason.about)
        return self.listed([self._namer.label(iri) for iri in reason.about])

    def _together(self, reason: Reason) -> str:
        (ours, *_), (theirs, *_) = reason.ours, reason.theirs
        if ours.roles == theirs.roles and len(ours.roles) == 1:
            return self._words.sentences[reason.kind].format(deed=self._deed(ours, one=False))
        return self._words.sentences["met"].format(
            event=self._titled(ours), ours=self._roles(ours.roles), theirs=self._roles(theirs.roles)
        )

    def _declared(self, reason: Reason) -> str:
        theirs, *own = (self._titled(Deed(iri)) for iri in reason.declared)
        told = self._words.sentences[reason.kind].format(theirs=theirs)
        if own:
            answer = "we-seek" if reason.kind == "declared-offer" else "we-offer"
            how = self._words.sentences["by-theme" if reason.about else "by-meaning"]
            how = how.format(about=self._about(reason))
            return told + self._words.sentences[answer].format(ours=own[0], how=how)
        answer = "we-attended" if reason.ours else "we-lack"
        ours = self._did(reason.ours, one=False)
        return told + self._words.sentences[answer].format(about=self._about(reason), ours=ours)

    def _both(self, ours: Sequence[Deed], theirs: Sequence[Deed]) -> str:
        if [deed.iri for deed in ours] == [deed.iri for deed in theirs]:
            return self._words.both.format(event=self.listed([self._titled(deed) for deed in ours]))
        words = self._words
        return f"{words.you} {self._did(ours, one=False)}; {words.it} {self._did(theirs)}"

    def _did(self, deeds: Sequence[Deed], *, one: bool = True) -> str:
        return self.listed([self._deed(deed, one=one) for deed in deeds])

    def _deed(self, deed: Deed, *, one: bool) -> str:
        """What was done, by the role that shows most: the first."""
        verb = self._words.verbs[deed.roles[0]] if deed.roles else self._words.practice
        return f"{verb[one]} {self._titled(deed)}"

    def _titled(self, deed: Deed) -> str:
        title = self._namer.label(deed.iri)
        short = title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
        year = self._namer.year(deed.iri)
        return quoted(short, self._language) + (f" ({year})" if year else "")

    def _roles(self, roles: Sequence[str]) -> str:
        return self.listed([self._namer.label(f"{ID}role/{role}").lower() for role in roles])
