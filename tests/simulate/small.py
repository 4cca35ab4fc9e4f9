"""Small models of many kinds: their configs, and real training steps of them on the CPU."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
import transformers
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

from slidegen.estimate.setting import Adapter, Quantization, Setting
from tests.simulate.recorder import Batch, Record, plain_kernels, record_plain_step, record_step

VOCABULARY: Final = 700
_LLAMA: Final = {
    "vocab_size": VOCABULARY,
    "hidden_size": 144,
    "intermediate_size": 392,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
}
CONFIGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "dense": {**_LLAMA, "model_type": "llama", "architectures": ["LlamaForCausalLM"]},
    "grouped-query": {
        **_LLAMA,
        "model_type": "qwen2",
        "num_key_value_heads": 2,
        "architectures": ["Qwen2ForCausalLM"],
    },
    "tied": {
        **_LLAMA,
        "model_type": "qwen3",
        "num_key_value_heads": 3,
        "head_dim": 40,
        "tie_word_embeddings": True,
        "architectures": ["Qwen3ForCausalLM"],
    },
    "sliding": {
        **_LLAMA,
        "model_type": "gemma3_text",
        "num_key_value_heads": 2,
        "head_dim": 40,
        "sliding_window": 32,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        "architectures": ["Gemma3ForCausalLM"],
    },
    "experts": {
        **_LLAMA,
        "model_type": "mixtral",
        "intermediate_size": 200,
        "num_key_value_heads": 2,
        "num_local_experts": 4,
        "num_experts_per_tok": 2,
        "architectures": ["MixtralForCausalLM"],
    },
    "many experts": {
        **_LLAMA,
        "model_type": "qwen3_moe",
        "moe_intermediate_size": 88,
        "num_key_value_heads": 2,
        "head_dim": 40,
        "num_experts": 6,
        "num_experts_per_tok": 3,
        "architectures": ["Qwen3MoeForCausalLM"],
    },
    "encoder-decoder": {
        "model_type": "t5",
        "vocab_size": VOCABULARY,
        "d_model": 144,
        "d_kv": 36,
        "d_ff": 392,
        "num_layers": 2,
        "num_heads": 5,
        "decoder_start_token_id": 0,
        "architectures": ["T5ForConditionalGeneration"],
    },
    "encoder": {**_LLAMA, "model_type": "bert", "architectures": ["BertForMaskedLM"]},
    "gpt2": {
        "model_type": "gpt2",
        "vocab_size": VOCABULARY,
        "n_embd": 144,
        "n_layer": 3,
        "n_head": 6,
        "n_positions": 256,
        "loss_type": "ForCausalLM",
        "bos_token_id": 0,
        "eos_token_id": 0,
        "architectures": ["GPT2LMHeadModel"],
    },
}

Parameters = list[torch.nn.Parameter]
OPTIMIZERS: Final[Mapping[str, Callable[[Parameters], torch.optim.Optimizer]]] = {
    "adamw_torch_fused": lambda parameters: torch.optim.AdamW(parameters, fused=True),
    "adamw_torch": lambda parameters: torch.optim.AdamW(parameters, foreach=True),
    "adamw_torch_forloop": lambda parameters: torch.optim.AdamW(parameters, foreach=False),
    "adafactor": lambda parameters: transformers.optimization.Adafactor(
        parameters, lr=1e-3, scale_parameter=False, relative_step=False
    ),
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=1e-3, foreach=True),
    "sgd_momentum": lambda parameters: torch.optim.SGD(parameters, lr=1e-3, momentum=0.9, foreach=True),
}


def real_step(name: str, setting: Setting) -> Record:
    """What a training step of a small model with random weights really allocates."""
    gc.collect()  # what an earlier test left behind is not to be freed while this step is recorded
    gc.freeze()  # and what stays is not to be looked through again by the two searches that follow
    torch.manual_seed(0)
    with plain_kernels():
        model = _prepared(_real_model(name, setting), setting)
        trained = [one for one in model.parameters() if one.requires_grad]
        lower = None if setting.mixed_precision is None else getattr(torch, setting.mixed_precision)
        batches = [_batch(setting) for _ in range(setting.gradient_accumulation_steps)]
        gc.collect()  # nor what loading left behind
        record = record_plain_step if setting.loop == "plain" else record_step
        return record(model, OPTIMIZERS[setting.optimizer](trained), batches, lower)


def _real_model(name: str, setting: Setting) -> Any:
    """A model with random weights, as it is loaded from a folder."""
    config = CONFIGS[name]
    built = getattr(transformers, config["architectures"][0])
    settings = built.config_class.from_dict(dict(config))
    attention = "eager" if setting.attention == "eager" else None
    dtype = getattr(torch, setting.dtype)
    model = built._from_config(settings, dtype=dtype)
    with TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        loaded = built.from_pretrained(
            folder,
            dtype=dtype,
            attn_implementation=attention,
            quantization_config=_bits(setting.quantization, dtype),
            device_map="cpu",
        )
    if setting.quantization is not None and setting.quantization.upcast:
        loaded = prepare_model_for_kbit_training(loaded, use_gradient_checkpointing=False)
    return loaded


def _bits(quantization: Quantization | None, dtype: torch.dtype) -> transformers.BitsAndBytesConfig | None:
    """What makes transformers load a model in 4 bits, for products of `dtype`."""
    if quantization is None:
        return None
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=quantization.name,
        bnb_4bit_use_double_quant=quantization.double,
        bnb_4bit_compute_dtype=dtype,
    )


def _prepared(model: Any, setting: Setting) -> Any:
    """Checkpoints do not keep the state of the random numbers, which CUDA's keep in the memory of the host."""
    if setting.gradient_checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False, "preserve_rng_state": False})
    if setting.adapter is not None:
        model = get_peft_model(model, _lora(setting.adapter), autocast_adapter_dtype=setting.adapter.dtype == "float32")
    return model.train()


def _lora(adapter: Adapter) -> LoraConfig:
    return LoraConfig(
        r=adapter.rank,
        target_modules="all-linear" if adapter.target_modules == ("all-linear",) else list(adapter.target_modules),
        modules_to_save=list(adapter.modules_to_save) or None,
        lora_dropout=adapter.dropout,
        use_dora=adapter.dora,
    )


def _batch(setting: Setting) -> Batch:
    ids = torch.randint(0, VOCABULARY, (setting.batch_size, setting.seq_len))
    batch = {"input_ids": ids, "labels": ids.clone()}
    if setting.padded:
        batch["attention_mask"] = torch.ones_like(ids)
        batch["attention_mask"][0, -7:] = 0
    return batch
