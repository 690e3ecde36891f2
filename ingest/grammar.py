"""Function words of Spanish, Portuguese and English, folded: the closed classes that hold names and lists
together.

Words that a curator may want to add are in `ingest/lexicon/words.toml`; these are grammar and do not grow.
"""

OF = frozenset("de del da do das dos of".split())
ARTICLES = frozenset("el la los las o a os as the".split())
AND = frozenset("y e and & i y/o e/ou and/or".split())
WITHOUT = frozenset("sin sem without".split())
FOR = WITHOUT | frozenset("para for por pela pelo contra sobre against on".split())
IN = frozenset("en em in".split())
IN_THE = frozenset("na no nas nos".split())
"""Portuguese "in the"; a Spanish or English "no" is no part of a name."""
SMALL = OF | ARTICLES | AND | FOR | IN
"""Everything that may stand between the content words of a name."""

NAME_SHAPES = frozenset({"Capital", "ACRONYM", "Mixed"})
"""Shapes of tokens (`ingest.tokens.shape_of`) that a name is made of."""

OPENING_QUOTES, CLOSING_QUOTES = '“"«', '”"»'
"""Quotation marks around a name."""
