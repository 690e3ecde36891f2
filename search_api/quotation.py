"""Quotation marks as Spanish nests them: «…», within them “…”, within those ‘…’."""

_INNER = str.maketrans("«»“”", "“”‘’")


def quoted(text: str) -> str:
    """`text` between guillemets, the quotation marks in it each one level further in."""
    return f"«{text.translate(_INNER)}»"
