"""Quotation marks as languages nest them: «…», within them “…”, within those ‘…’; English begins with “…”."""

_INNER = str.maketrans("«»“”", "“”‘’")


def quoted(text: str, language: str = "es") -> str:
    """`text` between quotation marks, those in it each one level further in."""
    begin, end = ("“", "”") if language == "en" else ("«", "»")
    return f"{begin}{text.translate(_INNER)}{end}"
