"""A parameter is declared once: its option, its column and its JSON key have its name."""

from __future__ import annotations

from dataclasses import fields

import click
import pytest

from slidegen.cli.estimate import ACCOUNTINGS, NO_OPTION, estimate
from slidegen.cli.quantize import quantize
from slidegen.estimate.allocated import AllocatedEstimate
from slidegen.estimate.setting import Setting
from slidegen.tables.allocated import COLUMNS, FIELDS
from slidegen.tables.fields import column_specs, makes_rows
from slidegen.tables.quantization.parameters import QuantizationParameters
from slidegen.tables.rows import one_by_one, settings
from slidegen.tables.settings import SettingParameters

ROWS = (
    *("models", "method", "dtype", "rank", "batch_size", "seq_len", "gradient_checkpointing", "attention", "loop"),
    *("optimizer", "gpus", "sharding", "kv_dtype"),
)


def option(command: click.Command, flag: str) -> click.Option:
    """The option of a command with that flag."""
    (found,) = (one for one in command.params if isinstance(one, click.Option) and flag in one.opts)
    return found


def test_every_parameter_has_an_option_of_its_name() -> None:
    """And help says of it what an editor says of the deck's parameter."""
    for model in ACCOUNTINGS.values():
        for name in set(model.model_fields) - NO_OPTION:
            assert option(estimate, f"--{name.replace('_', '-')}").name == name
    for name, field in SettingParameters.model_fields.items():
        if name not in NO_OPTION:
            text = option(estimate, f"--{name.replace('_', '-')}").help
            assert text is not None
            assert text.startswith(field.description or "no description")
    assert option(quantize, "--block-size").name == "block_size"


def test_columns_and_json_keys_have_the_names_of_the_parameters() -> None:
    """But where a column of bytes has that name: `optimizer` is the size of the optimizer's states."""
    specs = column_specs(SettingParameters)
    keys = [column.key for column in COLUMNS]
    assert [key for key in keys if key in specs] == list(specs)
    assert {key for key in specs if key not in SettingParameters.model_fields} == {"optimizer_name"}
    assert set(FIELDS) <= {field.name for field in fields(AllocatedEstimate)}
    parts = {"rank", "adapter_dtype", "kbit_upcast", "reference_model"}  # of its adapter, quantization and preference
    assert {field.name for field in fields(Setting)} >= set(specs) - parts - {"optimizer_name"}


def test_the_lists_that_make_rows_are_the_several() -> None:
    """`target_modules` is one list, whatever its length."""
    assert set(makes_rows(SettingParameters)) == set(ROWS)
    asked = SettingParameters(models=("a", "b"), method=("full", "lora"), rank=(4, 8), target_modules=("q", "k"))
    found = [(model, setting.method, setting.adapter and setting.adapter.rank) for model, setting in settings(asked)]
    assert found == [
        *(("a", "full", None), ("a", "lora", 4), ("a", "lora", 8)),
        *(("b", "full", None), ("b", "lora", 4), ("b", "lora", 8)),
    ]
    assert [next(settings(one)) for one in one_by_one(asked)] == list(settings(asked))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("nf4, int4", ("nf4", "int4")),
        ("nf4", ("nf4",)),
        (["nf4", "int4"], ("nf4", "int4")),
        (("nf4",), ("nf4",)),
    ],
)
def test_one_value_or_several(given: object, expected: tuple[str, ...]) -> None:
    """A text is split at commas."""
    assert QuantizationParameters.model_validate({"models": "m", "method": given}).method == expected


def test_numbers_in_text_are_numbers() -> None:
    """As ``--set`` and ``--block-size`` give them."""
    found = QuantizationParameters.model_validate({"models": "m", "block_size": "32, row"})
    assert found.block_size == (32, "row")


def test_the_json_schema_allows_one_value_or_a_list() -> None:
    """Editors that know the schema accept both."""
    ranks = SettingParameters.model_json_schema()["properties"]["rank"]
    one, many = ranks["anyOf"]
    assert one["type"] == "integer"
    assert many == {"type": "array", "items": one}
    assert ranks["description"] == "The inner dimension of the adapter."
