"""Quotation marks as languages nest them: «…», within them “…”, within those ‘…’; English begins with “…”."""

_INNER = str.maketrans("«»“”", "“”‘’")
_INNER_ENGLISH = str.maketrans("«»“”", "‘’‘’")


def quoted(text: str, language: str = "es") -> str:
    """`text` between quotation marks, those in it each a level further in."""
    if language == "en":
        return f"“{text.translate(_INNER_ENGLISH)}”"
    return f"«{text.translate(_INNER)}»"
