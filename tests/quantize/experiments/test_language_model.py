"""The language-model experiment: glassllm by its own code, and any local folder."""

from __future__ import annotations

import json
from math import exp, isinf
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from glassllm.model import GlassLM
from glassllm.tokenizer import Tokenizer
from numpy.typing import NDArray

from slidegen.errors import ModelError
from slidegen.quantize.data import text
from slidegen.quantize.experiments import LanguageReference, language_model, prepare_language_model
from slidegen.quantize.weights import Weights
from tests.quantize.experiments.others import bitsandbytes_4bit, rows_int8
from tests.quantize.tiny_models import LLAMA, opened, save_llama, save_model, tokenizer, write_json


def glass_predictions(model: GlassLM, windows: NDArray[np.int64]) -> NDArray[np.float64]:
    """ln p of each next token (windows, 127, vocabulary), by glassllm's own forward pass."""
    logits = np.stack([model.forward(window).data[0, :-1] for window in windows]).astype(np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # type: ignore[no-any-return]


def own_windows(glass: Weights) -> NDArray[np.int64]:
    """The first 512 tokens of the text, by glassllm's own tokenizer."""
    ids = Tokenizer.load(glass.location.parent / "en.tokenizer.json").encode(text())
    return np.array(ids[:512]).reshape(4, 128)


def test_the_same_tokens(glass: Weights, glass_reference: LanguageReference) -> None:
    """The text becomes the tokens that glassllm's own tokenizer makes of it; none is unknown to it."""
    assert np.array_equal(glass_reference.windows.numpy(), own_windows(glass))
    own = Tokenizer.load(glass.location.parent / "en.tokenizer.json")
    strange = "Ünknown  words,\n\n three   spaces; 1 984 ▁ and a cafe\u0301"
    assert glass_reference.runnable.encode(strange) == own.encode(strange)
    assert own.unk_id not in glass_reference.windows.numpy()


def test_the_unquantized_model(glass: Weights, glass_reference: LanguageReference) -> None:
    """Its predictions, and its perplexity, are those of glassllm's own forward pass."""
    windows = own_windows(glass)
    expected = glass_predictions(GlassLM.load(glass.location), windows)
    found = torch.stack(glass_reference.predictions).numpy()
    assert np.abs(found - expected).max() < 1e-4
    of_next = np.take_along_axis(expected, windows[:, 1:, None], axis=-1)
    assert glass_reference.perplexity == pytest.approx(exp(-of_next.mean()), rel=1e-5)
    assert (glass_reference.tokens, glass_reference.context) == (4 * 127, 128)


@pytest.mark.parametrize("method", ["nf4", "fp4-bnb", "int8"])
def test_other_peoples_weights_in_its_own_model(
    glass: Weights, glass_reference: LanguageReference, method: str
) -> None:
    """bitsandbytes' and torch's quantized weights, put into glassllm itself, change its predictions as much."""
    windows, model = own_windows(glass), GlassLM.load(glass.location)
    before = glass_predictions(model, windows)
    for name, parameter in model.named_parameters().items():
        if parameter.data.ndim == 2 and name != "E":
            outputs_first = torch.from_numpy(parameter.data).T.contiguous()
            if name.endswith(("W_Q", "W_K")):  # a block that runs over two rows finds them in transformers' order
                outputs_first = outputs_first.reshape(-1, 16, 2, 128).transpose(1, 2).reshape(-1, 128)
            other = rows_int8(outputs_first) if method == "int8" else bitsandbytes_4bit(outputs_first, method[:3])
            if name.endswith(("W_Q", "W_K")):
                other = other.reshape(-1, 2, 16, 128).transpose(1, 2).reshape(-1, 128)
            parameter.data = other.T.contiguous().numpy()
    after = glass_predictions(model, windows)
    found = language_model(glass_reference, method)
    assert found.kl_divergence == pytest.approx((np.exp(before) * (before - after)).sum(-1).mean(), rel=1e-3, abs=1e-6)
    assert found.top1_agreement == pytest.approx((before.argmax(-1) == after.argmax(-1)).mean(), abs=0.003)
    of_next = np.take_along_axis(after, windows[:, 1:, None], axis=-1)
    assert found.perplexity == pytest.approx(exp(-of_next.mean()), rel=1e-5)
    assert found.unquantized_perplexity == glass_reference.perplexity
    assert (found.tokens, found.context, found.stored.parameters) == (4 * 127, 128, 720_384)


def test_literature(glass_reference: LanguageReference) -> None:
    """INT8 a row is nearly lossless; NF4 beats FP4 and INT4 in blocks of the same size; INT2 is another world."""
    kl = {
        method: language_model(glass_reference, method, granularity).kl_divergence  # type: ignore[arg-type]
        for method, granularity in (("int8", "row"), ("nf4", 64), ("fp4-bnb", 64), ("int4", 64), ("int2", 64))
    }
    assert kl["int8"] < 1e-4
    assert kl["nf4"] < min(kl["fp4-bnb"], kl["int4"])
    assert kl["int2"] > 10 * kl["int4"]


def test_ctrl_c_leaves_the_model_as_it_was(glass_reference: LanguageReference) -> None:
    """Interrupted while it quantizes, or while it predicts, the model comes back."""
    first = language_model(glass_reference, "nf4")
    for stop in (5, 30):

        def interrupt(done: int, total: int, stop: int = stop) -> None:
            assert total == 28 + 4
            if done == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            language_model(glass_reference, "int2", progress=interrupt)
    assert language_model(glass_reference, "nf4") == first
    assert torch.get_num_threads() >= 1
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("config", "model_class"),
    [
        (transformers.LlamaConfig(**LLAMA), transformers.LlamaForCausalLM),
        (
            transformers.GPT2Config(vocab_size=300, n_embd=32, n_layer=2, n_head=2, n_positions=64),
            transformers.GPT2LMHeadModel,
        ),
        (transformers.MixtralConfig(**LLAMA, num_local_experts=4), transformers.MixtralForCausalLM),
    ],
)
def test_any_local_folder(tmp_path: Path, config: object, model_class: object) -> None:
    """Folders that transformers saved: as many weights are quantized as the files hold linear ones."""
    from slidegen.quantize.weights import matrices

    save_model(tmp_path / "m", config, model_class)
    weights = opened(tmp_path, "./m")
    reference = prepare_language_model(weights, tokens=512)
    found = language_model(reference, "int8")
    assert found.context == 64
    assert found.stored.parameters == sum(matrix.values.size for matrix in matrices(weights))
    assert 0 < found.kl_divergence < 1e-3


def test_a_tokenizer_that_begins_a_text(tmp_path: Path) -> None:
    """Where the tokenizer puts a token before a text, each window starts with it."""
    save_llama(tmp_path / "m")
    tokenizer(begin=True).save(str(tmp_path / "m" / "tokenizer.json"))
    windows = prepare_language_model(opened(tmp_path, "./m"), tokens=300, context=50).windows
    assert windows.shape == (6, 50)
    assert set(windows[:, 0].tolist()) == {0}
    plain = tokenizer().encode(text()).ids
    assert windows[:, 1:].reshape(-1).tolist() == plain[: 6 * 49]


def message(path: Path, **arguments: int) -> str:
    """The one line with which preparing the folder `m` fails."""
    with pytest.raises(ModelError) as caught:
        prepare_language_model(opened(path, "./m"), **arguments)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_folders_that_cannot_be_run(tmp_path: Path) -> None:
    """No language model, no tokenizer, a tokenizer of another kind, weights that are missing: a line for each."""
    config = transformers.BertConfig(vocab_size=300, hidden_size=16, num_hidden_layers=1, num_attention_heads=2)
    save_model(tmp_path / "m", config, transformers.BertModel)
    assert message(tmp_path) == ("model './m': it is not a causal language model; name one for this experiment")
    model = save_llama(tmp_path / "m")
    (tmp_path / "m" / "tokenizer.json").write_text("{}")
    assert message(tmp_path).startswith("model './m': its tokenizer.json cannot be read (")
    (tmp_path / "m" / "tokenizer.json").unlink()
    assert message(tmp_path) == (
        "model './m': there is no tokenizer.json beside its config.json; save its tokenizer there"
    )
    state = {name: tensor for name, tensor in model.state_dict().items() if "layers.1.mlp" not in name}
    model.save_pretrained(tmp_path / "m", state_dict=state)
    assert message(tmp_path) == (
        "model './m': its files lack model.layers.1.mlp.down_proj.weight and 2 more, so it cannot be run"
    )


def test_a_config_that_asks_for_too_much(tmp_path: Path) -> None:
    """More weights than the files can hold are not made up: a deck may come from a stranger."""
    save_llama(tmp_path / "m")
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    write_json(tmp_path / "m" / "config.json", config | {"num_hidden_layers": 100, "intermediate_size": 10**8})
    assert message(tmp_path).startswith("model './m': its config.json describes 960,")
    assert message(tmp_path).endswith(" bytes cannot hold them")


def test_too_few_tokens(tmp_path: Path) -> None:
    """Less text than one window is told."""
    save_llama(tmp_path / "m")
    assert message(tmp_path, tokens=20) == (
        "model './m': the text gives 20 tokens, and a window needs 64; use more tokens or less context"
    )


def test_predictions_that_are_not_finite(tmp_path: Path) -> None:
    """NaN in a tensor that is not quantized shows in the predictions, and is told."""
    model = save_llama(tmp_path / "m")
    model.model.norm.weight.data[0] = float("nan")
    model.save_pretrained(tmp_path / "m")
    assert message(tmp_path) == ("model './m': its predictions are not finite numbers; its files may be damaged")


def test_a_model_that_falls_apart(glass_reference: LanguageReference) -> None:
    """A method that destroys the model gives large numbers, and no error."""
    found = language_model(glass_reference, "int2", "tensor")
    assert found.kl_divergence > 0.5
    assert not isinf(found.perplexity)
