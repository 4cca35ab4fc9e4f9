"""The drift of sentence embeddings, against the published examples and against bitsandbytes' weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from numpy.typing import NDArray

from slidegen.errors import ModelError
from slidegen.quantize.data import sentences
from slidegen.quantize.experiments import DriftReference, drift, prepare_drift
from slidegen.quantize.experiments.drift import embeddings, spearman
from slidegen.quantize.experiments.running import torch_session
from slidegen.quantize.weights import Weights
from tests.quantize.experiments.others import bitsandbytes_4bit, rows_int8
from tests.quantize.tiny_models import opened, save_llama, save_model, write_json


def test_published_similarities(minilm_drift: DriftReference) -> None:
    """The cosines that the documentation of sentence-transformers prints for this model (quickstart)."""
    examples = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    runnable = minilm_drift.runnable
    with torch_session("test"):
        found = embeddings(runnable, minilm_drift.pooling, tuple(tuple(runnable.encode(text)) for text in examples))
    expected = [[1.0000, 0.6660, 0.1046], [0.6660, 1.0000, 0.1411], [0.1046, 0.1411, 1.0000]]
    assert found @ found.T == pytest.approx(np.array(expected), abs=1e-4)


def embedded(model: torch.nn.Module, tokenizer: transformers.PreTrainedTokenizerBase) -> NDArray[np.float64]:
    """The sentences in one padded batch, averaged under the attention mask, as the model card does it."""
    batch = tokenizer(list(sentences()), padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = model(**batch).last_hidden_state
    mask = batch.attention_mask[..., None].float()
    vectors = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1))
    return vectors.double().numpy()  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", ["nf4", "int8"])
def test_the_same_model_with_other_peoples_weights(minilm: Weights, minilm_drift: DriftReference, method: str) -> None:
    """bitsandbytes' NF4 weights, and torch's int8 ones, put into the same model move its embeddings as far."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(minilm.location)
    model = transformers.AutoModel.from_pretrained(minilm.location).eval()
    before = embedded(model, tokenizer)
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            weight = module.weight.data
            module.weight.data = bitsandbytes_4bit(weight, "nf4") if method == "nf4" else rows_int8(weight)
    after = embedded(model, tokenizer)
    cosines = (before * after).sum(1)
    pairs = np.triu_indices(50, 1)
    # Ranks by sorting twice: there are no ties among 1225 real cosines.
    ranks = [np.argsort(np.argsort((e @ e.T)[pairs])) for e in (before, after)]
    found = drift(minilm_drift, method)
    assert found.mean_cosine == pytest.approx(cosines.mean(), abs=2e-6)
    assert found.smallest_cosine == pytest.approx(cosines.min(), abs=5e-6)
    assert found.rank_correlation == pytest.approx(np.corrcoef(ranks[0], ranks[1])[0, 1], abs=2e-5)
    assert found.sentences == 50


def test_spearman_by_hand() -> None:
    """Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4: 4.5 over the root of 4.5 x 5."""
    left, right = np.array([10.0, 20.0, 20.0, 99.0]), np.array([0.1, 0.3, 0.2, 0.4])
    assert spearman(left, right) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert spearman(left, -left) == pytest.approx(-1)
    assert np.isnan(spearman(left, np.ones(4)))


def test_the_model_comes_back(minilm_drift: DriftReference) -> None:
    """After a method, and after one that Ctrl-C ended, the model is what it was."""
    runnable = minilm_drift.runnable
    first = drift(minilm_drift, "int8")

    def interrupt(done: int, total: int) -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drift(minilm_drift, "int2", progress=interrupt)
    assert all(np.array_equal(layer.live, layer.original) for layer in runnable.layers)
    assert drift(minilm_drift, "int8") == first


def tiny_bert(folder: Path, pooler: bool = True) -> None:
    """A BERT of one layer, with or without the pooler that averaging does not use."""
    config = transformers.BertConfig(
        vocab_size=300, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2
    )
    save_model(folder, config, lambda c: transformers.BertModel(c, add_pooling_layer=pooler))


@pytest.mark.parametrize("pooler", [True, False])
def test_any_local_encoder(tmp_path: Path, pooler: bool) -> None:
    """A folder that transformers saved works, with a pooler or without."""
    tiny_bert(tmp_path / "m", pooler)
    result = drift(prepare_drift(opened(tmp_path, "./m")), "int8")
    assert 0.999 < result.mean_cosine < 1


def test_poolings(tmp_path: Path) -> None:
    """How a folder pools is followed; what is not known is refused."""
    tiny_bert(tmp_path / "m")
    write_json(tmp_path / "m" / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True})
    reference = prepare_drift(opened(tmp_path, "./m"))
    model = transformers.AutoModel.from_pretrained(tmp_path / "m").eval()
    with torch.inference_mode():
        first = model(torch.tensor([reference.sentences[0]])).last_hidden_state[0, 0].double().numpy()
    assert reference.embeddings[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)
    write_json(tmp_path / "m" / "1_Pooling" / "config.json", {"pooling_mode_weightedmean_tokens": True})
    with pytest.raises(ModelError) as caught:
        prepare_drift(opened(tmp_path, "./m"))
    assert str(caught.value) == (
        "model './m': it pools by pooling_mode_weightedmean_tokens; allowed: one of pooling_mode_mean_tokens, "
        "pooling_mode_cls_token, pooling_mode_lasttoken, pooling_mode_max_tokens"
    )


def test_a_language_model_is_no_encoder(tmp_path: Path, glass: Weights) -> None:
    """A language model is refused, from a folder and from a package."""
    save_llama(tmp_path / "m")
    for weights, name in ((opened(tmp_path, "./m"), "./m"), (glass, "glassllm")):
        with pytest.raises(ModelError) as caught:
            prepare_drift(weights)
        assert str(caught.value) == (
            f"model {name!r}: it is a language model; name a sentence encoder for this experiment"
        )


def test_literature(minilm_drift: DriftReference) -> None:
    """INT8 a row is nearly lossless; NF4 keeps embeddings and their order better than FP4 and INT4 do."""
    assert drift(minilm_drift, "int8", "row").mean_cosine > 0.999
    found = {method: drift(minilm_drift, method, 64) for method in ("nf4", "fp4-bnb", "int4")}
    for worse in ("fp4-bnb", "int4"):
        assert found["nf4"].mean_cosine > found[worse].mean_cosine
        assert found["nf4"].rank_correlation > found[worse].rank_correlation
