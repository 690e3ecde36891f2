"""Text that every client can show."""

import re

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def printable(text: str) -> str:
    """Text that every client can show: lone surrogates and control characters become U+FFFD, one for one."""
    return _UNPRINTABLE.sub("\ufffd", text)
