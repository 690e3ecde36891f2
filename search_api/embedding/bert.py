"""A BERT sentence encoder in plain torch: what the one in 8 bits is judged by.

It gives the vectors that sentence-transformers gives for the same folder, without the seconds that importing
sentence-transformers and transformers takes, which every command would pay. Weights are mapped from the file,
so processes share them and only the rows of the words in use are read.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_api.embedding.batches import encode_in_batches

BATCH_TOKENS = 1024
"""Tokens of a forward pass: of 256 to 4096 the quickest, by little."""


class Bert:
    """Mean-pooled, normalised BERT embeddings; safe to use from several threads at once."""

    def __init__(self, *, tokenizer: Any, tensors: dict[str, Any], config: dict[str, Any]) -> None:
        self._tokenizer = tokenizer
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._pad: int = config["pad_token_id"]
        self.dimension: int = config["hidden_size"]
        self._embeddings = {
            name.removeprefix("embeddings."): tensor
            for name, tensor in tensors.items()
            if name.startswith("embeddings.")
        }
        self._layers = [
            _layer(tensors, f"encoder.layer.{index}.") for index in range(config["num_hidden_layers"])
        ]

    @classmethod
    def load(cls, folder: Path) -> "Bert":
        """The model in a folder that `embedded_model` wrote; raises OSError or ValueError."""
        use_all_cores()
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(config["max_position_embeddings"])
        tokenizer.no_padding()
        return cls(tokenizer=tokenizer, tensors=load_file(folder / "model.safetensors"), config=config)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (n, dimension); what is over 512 tokens of a text is cut."""
        import torch

        def forward(ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
            with torch.inference_mode():
                return np.asarray(self._forward(ids).numpy(), np.float32)

        return encode_in_batches(
            texts,
            tokenizer=self._tokenizer,
            dimension=self.dimension,
            forward=forward,
            batch_tokens=BATCH_TOKENS,
        )

    def _forward(self, ids: Sequence[Sequence[int]]) -> Any:
        import torch
        from torch.nn import functional as f

        length = max(map(len, ids))
        padded = torch.tensor([[*one, *[self._pad] * (length - len(one))] for one in ids])
        lengths = torch.tensor([len(one) for one in ids])
        real = torch.arange(length)[None, :] < lengths[:, None]
        # A mask costs time, so equal lengths (a single query, above all) go without.
        mask = None if bool(real.all()) else real[:, None, None, :]
        e = self._embeddings
        x = f.embedding(padded, e["word_embeddings.weight"])
        x = x + e["position_embeddings.weight"][:length] + e["token_type_embeddings.weight"][0]
        x = self._norm(x, e["LayerNorm.weight"], e["LayerNorm.bias"])
        for layer in self._layers:
            x = self._block(x, layer, mask)
        x = (x * real[:, :, None]).sum(1) / lengths[:, None]
        return f.normalize(x, dim=1)

    def _block(self, x: Any, layer: dict[str, Any], mask: Any) -> Any:
        from torch.nn import functional as f

        batch, length, hidden = x.shape
        qkv = f.linear(x, layer["qkv.weight"], layer["qkv.bias"])
        query, key, value = qkv.view(batch, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        seen = f.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(batch, length, hidden)
        seen = f.linear(seen, layer["attention.output.dense.weight"], layer["attention.output.dense.bias"])
        x = self._norm(
            x + seen, layer["attention.output.LayerNorm.weight"], layer["attention.output.LayerNorm.bias"]
        )
        wide = f.gelu(f.linear(x, layer["intermediate.dense.weight"], layer["intermediate.dense.bias"]))
        narrow = f.linear(wide, layer["output.dense.weight"], layer["output.dense.bias"])
        return self._norm(x + narrow, layer["output.LayerNorm.weight"], layer["output.LayerNorm.bias"])

    def _norm(self, x: Any, weight: Any, bias: Any) -> Any:
        from torch.nn import functional as f

        return f.layer_norm(x, (self.dimension,), weight, bias, self._epsilon)


def _layer(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The tensors of one layer by short name; query, key and value as one matrix: one product, not three."""
    import torch

    layer = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
    for kind in ("weight", "bias"):
        parts = [layer.pop(f"attention.self.{part}.{kind}") for part in ("query", "key", "value")]
        layer[f"qkv.{kind}"] = torch.cat(parts)
    return layer


def use_all_cores() -> None:
    """Let torch use the cores this process may run on, unless OMP_NUM_THREADS says otherwise.

    Call it before anything imports torch: OpenMP reads its wait policy once. With threads that spin while
    waiting for one another, one query took 160 to 750 ms (median of 25, five runs) where other processes kept
    the cores busy; with threads that sleep, 35 to 105 ms (eight runs; two cores, load 3 to 5.5).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(len(os.sched_getaffinity(0)))
