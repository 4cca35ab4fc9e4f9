"""Steps of TRL's real trainers on the CPU, on small models with random weights.

TRL is not a dependency. Where it is installed, this writes what `benchmarks/measurements/trl.yml` holds:

    pip install trl==1.16.0
    python -m tests.simulate.real_trl benchmarks/measurements/trl.yml
"""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
import transformers
import yaml
from peft import LoraConfig
from torch.profiler import ProfilerActivity, profile, record_function

from tests.simulate.recorder import PHASES, as_on_cuda, constants, optimizer_states, plain_kernels, read, storages
from tests.simulate.small import CONFIGS, VOCABULARY

BATCH: Final = 2
LENGTH: Final = 90
WORDS: Final = VOCABULARY - 2
CASES: Final[Mapping[str, Mapping[str, Any]]] = {
    "sft full": {"trainer": "SFT"},
    "sft full, no checkpointing": {"trainer": "SFT", "activation_checkpointing": False},
    "sft lora": {"trainer": "SFT", "adapter": True},
    "sft lora on bfloat16": {"trainer": "SFT", "adapter": True, "dtype": "bfloat16"},
    "sft qlora": {"trainer": "SFT", "adapter": True, "quantized": True},
    "dpo full": {"trainer": "DPO"},
    "dpo full on bfloat16, no checkpointing": {
        "trainer": "DPO",
        "dtype": "bfloat16",
        "activation_checkpointing": False,
    },
    "dpo full, precomputed": {"trainer": "DPO", "precompute_ref_log_probs": True},
    "dpo lora": {"trainer": "DPO", "adapter": True},
    "dpo lora, no checkpointing": {"trainer": "DPO", "adapter": True, "activation_checkpointing": False},
    "dpo qlora": {"trainer": "DPO", "adapter": True, "quantized": True},
    "sft full, mixture": {"trainer": "SFT", "model": "experts"},
}
"""Each case: the trainer, the model ("dense" without it), whether there is an adapter of rank 4, whether weights are
NF4, and options of its config."""


def measured(case: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the bytes held at the peak of each phase of the second step, and the dtypes of the parameters."""
    with TemporaryDirectory() as folder, plain_kernels():
        _save(case.get("model", "dense"), folder)
        trainer = _trainer({name: value for name, value in case.items() if name != "model"}, folder)
        dtypes = Counter(
            f"{'trained' if one.requires_grad else 'frozen'} {str(one.dtype).removeprefix('torch.')}"
            for one in trainer.model.parameters()
        )
        peaks = _second_step(trainer)
    return {"peaks": peaks, "dtypes": dict(sorted(dtypes.items()))}


def _save(name: str, folder: str) -> None:
    """Saves a model with random weights, with a tokenizer of numbers."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    torch.manual_seed(0)
    config = CONFIGS[name]
    built = getattr(transformers, config["architectures"][0])
    built._from_config(built.config_class.from_dict(dict(config))).save_pretrained(folder)
    words = {str(number): number for number in range(WORDS)} | {"<unk>": WORDS, "<eos>": WORDS + 1}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<eos>", unk_token="<unk>", pad_token="<eos>"
    )
    fast.save_pretrained(folder)


def _trainer(case: dict[str, Any], folder: str) -> Any:
    datasets, trl = import_module("datasets"), import_module("trl")
    name, adapter, quantized = case.pop("trainer"), case.pop("adapter", False), case.pop("quantized", False)
    dtype = case.pop("dtype", "float32")
    bits = transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, dtype),
    )
    ids = [[(7 * row + place) % WORDS for place in range(LENGTH)] for row in range(8 * BATCH)]
    columns: dict[str, Any] = {"input_ids": ids, "labels": ids}
    if name == "DPO":  # the collator adds the prompt: one token of it, all others are a completion
        columns = {"prompt": ["0"] * len(ids)} | {
            one: [" " + " ".join(map(str, row[:-2])) for row in ids] for one in ("chosen", "rejected")
        }
    options = getattr(trl, f"{name}Config")(
        output_dir=folder,
        per_device_train_batch_size=BATCH,
        max_steps=2,
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
        model_init_kwargs={"dtype": dtype},
        **case,
    )
    return getattr(trl, f"{name}Trainer")(
        folder,
        args=options,
        train_dataset=datasets.Dataset.from_dict(columns),
        peft_config=LoraConfig(r=4, target_modules="all-linear") if adapter else None,
        quantization_config=bits if quantized else None,
    )


def _second_step(trainer: Any) -> dict[str, int]:
    """Trains two steps and returns the peaks of the second one, in bytes."""
    recorder = _Recorder(trainer)
    trainer.add_callback(recorder)
    _mark(trainer, "compute_loss", "forward")
    _mark(trainer.accelerator, "backward", "backward")
    if trainer.args.activation_checkpointing:  # the state of the random numbers is in the host's memory on a GPU
        trainer.model.activation_checkpointing_enable({"use_reentrant": False, "preserve_rng_state": False})
        trainer.args.activation_checkpointing_kwargs = {"use_reentrant": False, "preserve_rng_state": False}
    with as_on_cuda(True):
        trainer.train()
    return {phase: recorder.peaks[phase] for phase in PHASES if phase in recorder.peaks}


def _mark(owner: Any, name: str, phase: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    def marked(*args: Any, **kwargs: Any) -> Any:
        with record_function(phase):
            return original(*args, **kwargs)

    setattr(owner, name, marked)


class _Recorder(transformers.TrainerCallback):  # type: ignore[misc]
    """Records the second step with PyTorch's profiler."""

    def __init__(self, trainer: Any) -> None:
        self.trainer = trainer
        self.peaks: Mapping[str, int] = {}
        self.profiler: Any = None
        self.start = 0

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Starts the profiler before the second step."""
        if state.global_step != 1:
            return
        gc.collect()
        models = [one for one in (self.trainer.model, getattr(self.trainer, "ref_model", None)) if one is not None]
        tensors = [*optimizer_states(self.trainer.optimizer)]
        for model in models:
            tensors += [*model.parameters(), *model.buffers(), *constants(model)]
        self.start = storages(tensors)
        self.profiler = profile(activities=[ProfilerActivity.CPU], profile_memory=True)
        self.profiler.__enter__()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Reads the peaks after the second step."""
        if self.profiler is not None:
            self.profiler.__exit__(None, None, None)
            self.peaks = read(self.profiler, self.start).peaks
            self.profiler = None


def main() -> None:
    """Writes the measurements of all cases as YAML."""
    versions = {
        name: version(name).partition("+")[0] for name in ("trl", "transformers", "peft", "torch", "accelerate")
    }
    head = "# What a step of TRL's trainers really allocates on the CPU, in bytes, and the dtypes of the parameters.\n"
    head += "# A batch is 2 sequences (pairs for DPO) of 90 tokens. Made by `python -m tests.simulate.real_trl PATH`.\n"
    cases = {name: measured(case) for name, case in CASES.items()}
    text = yaml.safe_dump({"versions": versions, "cases": cases}, sort_keys=False, width=120)
    Path(sys.argv[1]).write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
