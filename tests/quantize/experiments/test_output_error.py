"""The output error, against the outputs of real layers."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from slidegen.models.finder import ModelFinder
from slidegen.quantize.data import sentences
from slidegen.quantize.experiments import OutputReference, output_error, prepare_outputs
from slidegen.quantize.weights import Weights, open_weights
from tests.quantize.experiments.others import bitsandbytes_4bit
from tests.quantize.tiny_models import LLAMA, opened, save_model


def test_a_real_model(minilm: Weights, minilm_outputs: OutputReference) -> None:
    """The outputs of MiniLM's layers, caught at the modules of a model of our own, before and after NF4."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(minilm.location)
    model = transformers.AutoModel.from_pretrained(minilm.location).eval()
    names = [f"encoder.layer.{n}.{part}" for n in (0, 5) for part in ("attention.self.query", "output.dense")]
    sums = {name: [0.0, 0.0] for name in names}

    def compare(module: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor, name: str) -> None:
        after = torch.nn.functional.linear(given[0], bitsandbytes_4bit(module.weight.data, "nf4"), module.bias)
        sums[name][0] += float((after - output).double().square().sum())
        sums[name][1] += float((output - module.bias).double().square().sum())

    for name in names:
        model.get_submodule(name).register_forward_hook(
            lambda module, given, output, name=name: compare(module, given, output, name)
        )
    with torch.inference_mode():
        for sentence in sentences():
            model(**tokenizer(sentence, return_tensors="pt"))
    result = output_error(minilm_outputs, "nf4", 64)
    found = {layer.name: layer.relative_error for layer in result.layers}
    for name in names:
        assert found[f"{name}.weight"] == pytest.approx(sqrt(sums[name][0] / sums[name][1]), rel=1e-4)
    assert result.worst.relative_error == max(found.values())
    assert result.tokens == sum(len(tokenizer(sentence).input_ids) for sentence in sentences())


def test_layers_that_run(minilm_outputs: OutputReference) -> None:
    """MiniLM's pooler takes no part where tokens are averaged, but it does run; every layer is judged."""
    result = output_error(minilm_outputs, "int8")
    assert [layer.name for layer in result.layers][-1] == "pooler.dense.weight"
    assert (len(result.layers), result.stored.parameters) == (37, 10_764_288)


def test_a_language_model_runs_on_the_text(glass: Weights) -> None:
    """glassllm is run on 512 tokens of the text; query, key and value share their inputs."""
    reference = prepare_outputs(glass)
    result = output_error(reference, "nf4")
    assert (result.tokens, len(result.layers)) == (512, 28)
    assert reference.inputs[0] is reference.inputs[1] is reference.inputs[2]
    assert reference.inputs[3] is not reference.inputs[0]


def test_fused_experts_are_left_out(tmp_path: Path) -> None:
    """Experts and routers, bare matrices in transformers, are left out; the rest is judged."""
    config = transformers.MixtralConfig(**LLAMA, num_local_experts=4)
    save_model(tmp_path / "m", config, transformers.MixtralForCausalLM)
    result = output_error(prepare_outputs(opened(tmp_path, "./m")), "int8")
    assert {layer.name.split(".")[3] for layer in result.layers} == {"self_attn"}


def test_other_quantized_weights_give_another_order(minilm_outputs: OutputReference) -> None:
    """INT8 a row is nearly lossless; NF4 beats FP4 and INT4 in blocks of the same size."""
    errors = {
        method: output_error(minilm_outputs, method, granularity).relative_error  # type: ignore[arg-type]
        for method, granularity in (("int8", "row"), ("nf4", 64), ("fp4-bnb", 64), ("int4", 64))
    }
    assert errors["int8"] < 0.01
    assert errors["nf4"] < min(errors["fp4-bnb"], errors["int4"])


def test_gguf_of_the_same_weights(smollm: Weights) -> None:
    """Opening a package's GGUF file by its path gives the same digest as by its short name."""
    found = open_weights(str(smollm.location), ModelFinder(offline=True))
    assert (found.digest, found.origin) == (smollm.digest, "file")
