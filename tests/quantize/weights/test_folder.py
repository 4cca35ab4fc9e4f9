"""Weights in a folder of transformers: safetensors, whole, in shards, damaged; and pickle, which is refused."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import save_file

from slidegen.errors import ModelError
from slidegen.quantize.weights import matrices
from tests.quantize.tiny_models import LLAMA, opened, save_llama, save_model, write_json


def message(path: Path, name: str = "./m") -> str:
    """The one line with which opening or reading a model fails."""
    with pytest.raises(ModelError) as caught:
        list(matrices(opened(path, name)))
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_the_linear_weights_of_a_folder(tmp_path: Path) -> None:
    """Seven matrices a layer, as the model holds them; neither the embedding nor the head."""
    model = save_llama(tmp_path / "m", tie_word_embeddings=False)
    found = {matrix.name: matrix for matrix in matrices(opened(tmp_path, "./m"))}
    state = {name: tensor for name, tensor in model.state_dict().items() if name.endswith("_proj.weight")}
    assert sorted(found) == sorted(state)
    assert len(found) == 14
    for name, matrix in found.items():
        assert matrix.stored == "F32"
        assert np.array_equal(matrix.values, state[name].numpy())
    assert {matrix.tensors for matrix in found.values()} == {14}
    assert sorted(matrix.tensor for matrix in found.values()) == list(range(1, 15))


def test_shards(tmp_path: Path) -> None:
    """A model in several files has the same matrices as in one; a missing shard is named."""
    save_llama(tmp_path / "m")
    save_llama(tmp_path / "many", max_shard_size="20KB")
    whole, parts = opened(tmp_path, "./m"), opened(tmp_path, "./many")
    assert len(parts.files) > 1
    assert {m.name: m.values.tobytes() for m in matrices(whole)} == {
        m.name: m.values.tobytes() for m in matrices(parts)
    }
    parts.files[1].unlink()
    said = message(tmp_path, "./many")
    assert said == (
        f"model './many': its model.safetensors.index.json lists {parts.files[1].name}, which is missing; "
        "download it again"
    )


def test_an_index_that_leads_elsewhere(tmp_path: Path) -> None:
    """An index may list plain file names only."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    write_json(tmp_path / "m" / "model.safetensors.index.json", {"weight_map": {"a": "../other.safetensors"}})
    assert message(tmp_path) == (
        "model './m': its model.safetensors.index.json has no weight_map of file names; download it again"
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_floats_of_other_widths(tmp_path: Path, dtype: torch.dtype) -> None:
    """What is stored in another float type is read as float32, as torch converts it."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    values = torch.randn(4, 6, dtype=torch.float64).to(dtype)
    save_file({"model.layers.0.mlp.up_proj.weight": values}, tmp_path / "m" / "model.safetensors")
    (matrix,) = matrices(opened(tmp_path, "./m"))
    assert np.array_equal(matrix.values, values.float().numpy())


def test_floats_beyond_float32_are_infinite(tmp_path: Path) -> None:
    """Nothing is printed about it: who quantizes them is told which they are."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    save_file({"a.up_proj.weight": torch.full((1, 2), 1e300, dtype=torch.float64)}, tmp_path / "m/model.safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (matrix,) = matrices(opened(tmp_path, "./m"))
    assert np.isposinf(matrix.values).all()


def test_gpt2_is_turned(tmp_path: Path) -> None:
    """GPT-2 stores (inputs, outputs); its matrices come out the other way round."""
    config = transformers.GPT2Config(vocab_size=300, n_embd=8, n_layer=1, n_head=2, n_positions=16)
    model = save_model(tmp_path / "m", config, transformers.GPT2LMHeadModel)
    found = {matrix.name: matrix.values for matrix in matrices(opened(tmp_path, "./m"))}
    assert {name: values.shape for name, values in found.items()} == {
        "transformer.h.0.attn.c_attn.weight": (24, 8),
        "transformer.h.0.attn.c_proj.weight": (8, 8),
        "transformer.h.0.mlp.c_fc.weight": (32, 8),
        "transformer.h.0.mlp.c_proj.weight": (8, 32),
    }
    stored = model.transformer.h[0].mlp.c_fc.weight.detach().numpy()
    assert np.array_equal(found["transformer.h.0.mlp.c_fc.weight"], stored.T)


def test_experts_are_matrices(tmp_path: Path) -> None:
    """Each expert of a mixture counts as matrices of its own, however the file groups them."""
    config = transformers.MixtralConfig(**LLAMA, num_local_experts=4)
    save_model(tmp_path / "m", config, transformers.MixtralForCausalLM)
    found = [matrix for matrix in matrices(opened(tmp_path, "./m")) if "experts" in matrix.name]
    assert {matrix.values.ndim for matrix in found} == {2}
    assert sum(matrix.values.size for matrix in found) == 2 * 4 * 3 * 32 * 48


@pytest.mark.parametrize("cut", [4, 100, -1])
def test_a_damaged_file(tmp_path: Path, cut: int) -> None:
    """A file that ends too early, anywhere, is told in one line."""
    save_llama(tmp_path / "m")
    path = tmp_path / "m" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    said = message(tmp_path)
    assert said.startswith("model './m': model.safetensors is damaged (")
    assert said.endswith("); download it again")


def test_pickle_is_refused(tmp_path: Path) -> None:
    """A model with nothing but a pickle file is refused by that file's name; so is a pickle file named itself."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    torch.save({"a": torch.zeros(2, 2)}, tmp_path / "m" / "pytorch_model.bin")
    reason = "a pickle file, which can run code when it is read; only safetensors and GGUF files are read"
    assert message(tmp_path) == f"model './m': its weights are in pytorch_model.bin, {reason}"
    assert (
        message(tmp_path, "./m/pytorch_model.bin")
        == f"model './m/pytorch_model.bin': it is pytorch_model.bin, {reason}"
    )


@pytest.mark.parametrize("name", ["a.bin", "a.pt", "a.pth", "a.ckpt", "a.pkl", "a.pickle", "A.PT"])
def test_every_usual_name_of_a_pickle_file(tmp_path: Path, name: str) -> None:
    """Alone or in a folder, whatever its case; it is not even opened."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    (tmp_path / "m" / name).mkdir()
    for asked in ("./m", f"./m/{name}"):
        assert f"{name}, a pickle file, which can run code when it is read" in message(tmp_path, asked)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    """A config alone is not enough; a file of weights alone is not either."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    assert message(tmp_path) == (
        "model './m': there is no model.safetensors beside its config.json; only safetensors and GGUF files are read"
    )
    assert message(tmp_path, "./m/model.safetensors") == (
        "model './m/model.safetensors': name the folder that holds this file and its config.json"
    )


def test_weights_that_are_quantized_already(tmp_path: Path) -> None:
    """A model saved in a quantized form is not taken for what it was made from."""
    save_llama(tmp_path / "m")
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    write_json(tmp_path / "m" / "config.json", config | {"quantization_config": {"quant_method": "gptq"}})
    assert message(tmp_path) == (
        "model './m': its weights are already quantized (gptq); name the model they were made from"
    )


def test_words_of_a_file_stay_in_one_line(tmp_path: Path) -> None:
    """Whatever a stranger called a method or a tensor."""
    write_json(tmp_path / "m" / "config.json", {"quantization_config": {"quant_method": "a\nb"}})
    save_file({"a\u2028b.up_proj.weight": torch.zeros(2, 2, dtype=torch.int8)}, tmp_path / "m" / "model.safetensors")
    assert message(tmp_path) == (
        "model './m': its weights are already quantized (a b); name the model they were made from"
    )
    write_json(tmp_path / "m" / "config.json", {})
    assert message(tmp_path) == (
        "model './m': its a b.up_proj.weight is stored as I8; allowed for linear weights: F64, F32, F16, BF16"
    )


def test_a_tensor_that_holds_nothing(tmp_path: Path) -> None:
    """Is damage: no model has one."""
    write_json(tmp_path / "m" / "config.json", {})
    save_file({"a.up_proj.weight": torch.zeros(0, 8)}, tmp_path / "m" / "model.safetensors")
    assert message(tmp_path) == (
        "model './m': model.safetensors is damaged (a.up_proj.weight holds no numbers); download it again"
    )


def test_integers_are_no_weights(tmp_path: Path) -> None:
    """A linear weight stored as integers is refused with its name and type."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    save_file({"a.up_proj.weight": torch.zeros(2, 2, dtype=torch.int8)}, tmp_path / "m" / "model.safetensors")
    assert message(tmp_path) == (
        "model './m': its a.up_proj.weight is stored as I8; allowed for linear weights: F64, F32, F16, BF16"
    )


def test_a_model_without_linear_weights(tmp_path: Path) -> None:
    """A file of nothing but norms has nothing to quantize."""
    write_json(tmp_path / "m" / "config.json", {"model_type": "llama"})
    save_file({"norm.weight": torch.ones(4)}, tmp_path / "m" / "model.safetensors")
    assert message(tmp_path) == "model './m': it has no linear weights; name a model with matrices in its layers"


def test_the_digest_sees_every_file_that_matters(tmp_path: Path) -> None:
    """Other weights, another config or another tokenizer give another digest; a README does not."""
    save_llama(tmp_path / "m")
    first = opened(tmp_path, "./m").digest
    (tmp_path / "m" / "README.md").write_text("read me")
    assert opened(tmp_path, "./m").digest == first
    seen = {first}
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        path = tmp_path / "m" / name
        path.write_bytes(path.read_bytes() + b" ")
        seen.add(opened(tmp_path, "./m").digest)
    assert len(seen) == 4
