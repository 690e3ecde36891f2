"""Measure how large the inputs of the embedded model's products get (`search_api/embedding/int8_ranges.npz`).

    python -m benchmarks.int8_ranges TEXT_FILE … [--write]

TEXT_FILEs give paragraphs (blank lines between), each taken as a passage and its first sentence as a query.
The ranges that come with redpyme are of 422 texts in es, pt and en: paragraphs of a report and of our own
documents, passages and questions of XQuAD. What was measured before is widened, never narrowed.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.cache import user_cache
from search_api.embedding.bert import Bert
from search_api.embedding.embedded_model import prepare
from search_api.embedding.int8_graph import ranges
from search_api.embedding.model_folder import PROMPTS

RANGES = Path("search_api/embedding/int8_ranges.npz")
_PRODUCTS = ("qkv", "attention", "intermediate", "output")
"""The linear layers of a block in their order."""


def measured_ranges(model: Bert, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    """The largest magnitude of each channel, as `search_api.embedding.int8_graph.Ranges` has them."""
    from torch.nn import functional

    inputs: list[Any] = []
    linear = functional.linear

    def recording(x: Any, weight: Any, bias: Any = None) -> Any:
        inputs.append(x.abs().amax(dim=(0, 1)))
        return linear(x, weight, bias)

    most: list[NDArray[np.float32]] = []
    functional.linear = recording  # type: ignore[assignment]
    try:
        for text in texts:  # one by one, so that no padding is measured
            inputs.clear()
            model.encode([text])
            found = [x.numpy() for x in inputs]
            most = [np.maximum(a, b) for a, b in zip(most or found, found, strict=True)]
    finally:
        functional.linear = linear
    narrow = [most[at : at + 3] for at in range(0, len(most), len(_PRODUCTS))]
    return {"hidden": np.array(narrow), "wide": np.array(most[3 :: len(_PRODUCTS)])}


def _upwards(values: NDArray[np.float32]) -> NDArray[np.float16]:
    """Halves that are not below the values."""
    halves = values.astype(np.float16)
    low = halves.astype(np.float32) < values
    halves[low] = np.nextafter(halves[low], np.float16(np.inf))
    return halves


def main() -> None:
    """Measure, say how far the ranges reach, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help=f"widen {RANGES}")
    arguments = parser.parse_args()
    texts = []
    for path in arguments.texts:
        for paragraph in re.split(r"\n\s*\n", path.read_text("utf-8")):
            if paragraph.strip():
                texts.append(PROMPTS["passage"] + paragraph.strip())
                texts.append(PROMPTS["query"] + re.split(r"(?<=[.?!])\s", paragraph.strip())[0])
    found, known = measured_ranges(Bert.load(prepare(cache=user_cache())), texts), ranges()
    for name, most in found.items():
        beyond = float((most > 1.05 * known[name]).mean())
        print(f"{name}: {len(texts)} texts, {100 * beyond:.2f} % of the channels beyond what is known")
    if arguments.write:
        wider = {name: np.maximum(_upwards(most), known[name]) for name, most in found.items()}
        np.savez_compressed(RANGES, **wider)


if __name__ == "__main__":
    main()
