"""Encoders: texts to unit vectors.

`load_encoder` gives the one that a setting names. Three exist: the embedded model, any sentence-transformers
model, and a deterministic one that knows nothing of meaning.
"""

import hashlib
import logging
import re
import threading
import unicodedata
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from graph.cache import user_cache
from graph.errors import ModelError
from search_api.embedding.bert import Bert, use_all_cores
from search_api.embedding.cache import EmbeddingCache, encode_with_cache
from search_api.embedding.embedded_model import float32_id, model_id, prepare
from search_api.embedding.int8 import Int8Model
from search_api.embedding.model_folder import PROMPTS

__all__ = [
    "EmbeddedEncoder",
    "EmbeddingCache",
    "Encoder",
    "HashingEncoder",
    "SentenceTransformerEncoder",
    "encode_with_cache",
    "load_encoder",
]

Progress = Callable[[int, int], None]
Vectors = NDArray[np.float32]

_HUB_SECONDS = 10.0
_BATCH = 32  # texts a call of a sentence-transformers model; between calls other threads get their turn


class Encoder(Protocol):
    """Texts to vectors of length 1; safe to use from several threads at once.

    `id` names the model in manifests and caches: vectors under one id can be compared.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what people ask, shape (n, dimension)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched, shape (n, dimension)."""
        ...


class EmbeddedEncoder:
    """The embedded model, from the folder that `search_api.embedding.embedded_model.prepare` wrote."""

    def __init__(self, folder: Path, *, float32: bool = False) -> None:
        """Load it, in 8 bits or in float32; raises ModelError when the folder cannot be read."""
        self.id = float32_id() if float32 else model_id()
        try:
            self._model = Bert.load(folder) if float32 else Int8Model.load(folder)
        except Exception as error:  # tokenizers raises bare Exception, the others errors of their own
            raise ModelError(
                f"{folder}: the prepared model cannot be loaded ({error}). "
                "Run 'redpyme model prepare --force'"
            ) from error
        self.dimension = self._model.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode([PROMPTS["query"] + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode([PROMPTS["passage"] + text for text in texts])


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by its name on a hub or its folder.

    Prompts are the model's own where it has some; an E5 model without any gets `query: ` and `passage: `,
    which E5 was trained with (Wang et al. 2024, arXiv:2402.05672).
    """

    def __init__(self, model: str) -> None:
        """Load it: a folder or a downloaded model without touching the network, otherwise from the hub.

        Raises ModelError when it cannot be had.
        """
        folder = Path(model).expanduser()
        is_folder = bool(model) and folder.is_dir()
        if not is_folder and (model.startswith((".", "/", "~")) or model.count("/") > 1 or not model):
            raise ModelError(
                f"there is no model folder {model!r}; set REDPYME_MODEL to one, or to 'embedded'"
            )
        self._model = _load_sentence_transformer(str(folder) if is_folder else model, is_folder=is_folder)
        self.id = _folder_id(folder) if is_folder else model
        dimension = self._model.get_embedding_dimension()
        # A first call settles padding and truncation in the tokenizer, which may not change under threads.
        self.dimension: int = dimension or len(self._model.encode("a", show_progress_bar=False))
        self._query, self._passage = _prompts(self._model, model)
        self._turn = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._passage)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            with self._turn:
                vectors[batch] = self._model.encode(
                    [texts[i] for i in batch],
                    prompt=prompt,
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        return vectors


class HashingEncoder:
    """Vectors from hashed words and character 3- to 5-grams, accents and case folded: no meaning, no model.

    Deterministic everywhere, for tests that are not about meaning. A text without letters or digits gets the
    same vector as the empty text.
    """

    def __init__(self, *, dimension: int = 256) -> None:
        self.id = f"hashing-{dimension}"
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for feature, count in Counter(_features(text)).items():
                code = zlib.crc32(feature.encode("utf-8"))
                sign = 1 if code & 1 else -1  # so that collisions cancel out on average
                row[(code >> 1) % self.dimension] += sign * count**0.5
            length = np.linalg.norm(row)
            if length > 0:
                row /= length
            else:
                row[0] = 1
        return vectors


def load_encoder(model: str, *, cache: Path | None = None, progress: Progress | None = None) -> Encoder:
    """The encoder that the setting `model` names.

    'embedded' is prepared in `cache` (the user's by default) at first need, with `progress(done, total)`, and
    never touches the network; 'embedded-float32' is the same in float32, slower and exact; 'hashing' or
    'hashing-N' is the one for tests, of 256 or N dimensions; anything else is a sentence-transformers name or
    folder. Raises ModelError that says what to do.
    """
    if model in ("embedded", "embedded-float32"):
        folder = prepare(cache=user_cache(cache), progress=progress)
        return EmbeddedEncoder(folder, float32=model != "embedded")
    if hashing := re.fullmatch(r"hashing(?:-([1-9]\d{0,4}))?", model):
        return HashingEncoder(dimension=int(hashing[1] or 256))
    return SentenceTransformerEncoder(model)


def _features(text: str) -> Iterator[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    for word in re.findall(r"[^\W_]+", folded):
        yield word
        bounded = f"<{word}>"
        for size in (3, 4, 5):
            for start in range(len(bounded) - size + 1):
                yield bounded[start : start + size]


def _load_sentence_transformer(model: str, *, is_folder: bool) -> Any:
    with _quiet_import():
        use_all_cores()
        from huggingface_hub import HfApi
        from sentence_transformers import SentenceTransformer

    with _no_progress_bars():
        try:
            return SentenceTransformer(model, device="cpu", local_files_only=True)
        except (
            Exception
        ) as error:  # the libraries raise OSError, ValueError, KeyError, ImportError and their own
            if is_folder:
                raise ModelError(
                    f"{model}: not a sentence-transformers folder that loads here ({error})"
                ) from error
        try:
            # One request first: without a network, each file would be retried for over a minute in all.
            HfApi().model_info(model, timeout=_HUB_SECONDS)
            return SentenceTransformer(model, device="cpu")
        except Exception as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(
                f"the model {model!r} is neither on this machine nor to be had from the hub ({reason}). "
                "Check the name and the network, or set REDPYME_MODEL to a folder or to 'embedded'"
            ) from error


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Deprecations inside the libraries are theirs to mend; who turns warnings into errors is not hit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Loading draws bars and logs tables on its own; commands draw their own."""
    from transformers.utils import logging as their_logging

    bars, level = their_logging.is_progress_bar_enabled(), their_logging.get_verbosity()
    their_logging.disable_progress_bar()
    their_logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        their_logging.set_verbosity(level)
        if bars:
            their_logging.enable_progress_bar()


def _prompts(model: Any, name: str) -> tuple[str, str]:
    """The prompts before queries and before passages."""
    own: dict[str, str] = {key: value for key, value in model.prompts.items() if value}
    passage = next((own[key] for key in ("document", "passage", "corpus") if key in own), "")
    if own:
        return own.get("query", ""), passage
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    names = f"{name} {getattr(config, '_name_or_path', '')}".lower()
    # The instruct variants want a task description before queries, which only their own prompts can give.
    is_e5 = re.search(r"(?<![a-z0-9])e5(?![a-z0-9])", names) and not re.search(r"instruct|mistral", names)
    return (PROMPTS["query"], PROMPTS["passage"]) if is_e5 else ("", "")


def _folder_id(folder: Path) -> str:
    """`NAME@DIGEST` of a model's folder: the same wherever the folder lies, another for other weights.

    Of each file up to 2 MiB all is digested; of larger ones the size and the first and last MiB, since
    training changes every weight.
    """
    digest = hashlib.blake2b(digest_size=6)
    edge = 1 << 20
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".json", ".safetensors", ".bin", ".txt", ".model"):
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
            with path.open("rb") as file:
                digest.update(file.read(edge))
                if size > edge:
                    file.seek(max(edge, size - edge))
                    digest.update(file.read(edge))
    return f"{folder.resolve().name}@{digest.hexdigest()}"
