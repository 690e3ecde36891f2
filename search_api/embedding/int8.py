"""The embedded model in 8 bits: texts to unit vectors with ONNX Runtime.

Three times as fast as float32 in torch (`benchmarks/encoding.py`), and ready without importing torch.
The graph is that of `search_api.embedding.int8_graph`.
"""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_api.embedding.batches import encode_in_batches

FILE = "int8.onnx"

BATCH_TOKENS = 512
"""Tokens of a forward pass: what fits the caches of a core; 2048 take a fifth more of its time."""
_MOST_THREADS = 256
"""More than any machine makes use of here."""


class Int8Model:
    """Mean-pooled, normalised embeddings; safe to use from several threads at once."""

    def __init__(self, *, session: Any, tokenizer: Any, pad: int, dimension: int, threads: int) -> None:
        """`threads` work at batches side by side."""
        self._session = session
        self._tokenizer = tokenizer
        self._pad = pad
        self._threads = threads
        self.dimension = dimension

    @classmethod
    def load(cls, folder: Path) -> "Int8Model":
        """The model in a folder that `embedded_model` wrote; raises what the libraries raise."""
        import onnxruntime
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(config["max_position_embeddings"])
        tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors; it warns of its own optimisations
        # Each batch is one thread's own work: threads that share a batch wait for one another at every step.
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(folder / FILE), options, providers=["CPUExecutionProvider"]
        )
        return cls(
            session=session,
            tokenizer=tokenizer,
            pad=config["pad_token_id"],
            dimension=config["hidden_size"],
            threads=threads_stated(os.environ.get("OMP_NUM_THREADS", "")),
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (n, dimension); what is over 512 tokens of a text is cut."""
        return encode_in_batches(
            texts,
            tokenizer=self._tokenizer,
            dimension=self.dimension,
            forward=self._run,
            batch_tokens=BATCH_TOKENS,
            threads=self._threads,
        )

    def _run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(one) for one in ids], np.int32)
        padded = np.full((len(ids), int(lengths.max())), self._pad, np.int64)
        for row, one in zip(padded, ids, strict=True):
            row[: len(one)] = one
        [vectors] = self._session.run(["vectors"], {"ids": padded, "lengths": lengths})
        return np.asarray(vectors, np.float32)


def threads_stated(stated: str) -> int:
    """How many threads OMP_NUM_THREADS asks for, of a list ("4,2") those of the outermost level.

    As many as this process has processors where it states no such number, as OpenMP does.
    """
    first = stated.split(",")[0].strip()
    processors = len(os.sched_getaffinity(0))
    return min(int(first), _MOST_THREADS) if re.fullmatch(r"[1-9]\d{0,5}", first) else processors
