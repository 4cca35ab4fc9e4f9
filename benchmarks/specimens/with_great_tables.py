# mypy: ignore-errors
"""The tables of tables.yml with great_tables, as careful users of it would write them: JSON in, HTML out.

benchmarks/look.py runs this where great_tables and polars are installed; slidegen itself needs neither.
"""

import json
import sys
from pathlib import Path

import polars as pl
from great_tables import GT, loc, style

COLUMNS = ("weights", "adapter", "gradients", "optimizer", "total")


def short(rows: list[dict]) -> pl.DataFrame:
    """The rows with sizes in GiB and models without their organisation."""
    sizes = [{**row, **{key: row[key] / 2**30 for key in COLUMNS if key in row}} for row in rows]
    return pl.DataFrame([{**row, "model": row["model"].split("/")[-1]} for row in sizes])


def grouped(rows: list[dict]) -> GT:
    """Groups, a spanner and a footnote."""
    data = short(rows).select("model", "method", *COLUMNS)
    return (
        GT(data, rowname_col="model", groupname_col="method")
        .tab_stubhead("Model")
        .tab_spanner("Memory, GiB", columns=list(COLUMNS))
        .cols_label(**{key: key.capitalize() for key in COLUMNS})
        .fmt_number(columns=list(COLUMNS), decimals=2)
        .tab_style(style.text(weight="bold"), loc.body(columns="total"))
        .tab_footnote("two float32 numbers for each trained one", loc.column_labels(columns="optimizer"))
    )


def heat(rows: list[dict]) -> GT:
    """Numbers on grounds."""
    data = pl.DataFrame(rows).select("title", "block_size", "bits", "error", "snr_db")
    return (
        GT(data, groupname_col="title")
        .cols_label(block_size="Share a scale", bits="Bits", error="Relative error", snr_db="SNR, dB")
        .fmt_number(columns=["bits", "snr_db"], decimals=2)
        .fmt_percent(columns="error", decimals=1)
        .data_color(columns="error", palette=["#f5f7fa", "#b0c4de"])
        .data_color(columns="snr_db", palette=["#f5f7fa", "#b0c4de"])
    )


def cards(rows: list[dict]) -> GT:
    """Bars in cells."""
    data = pl.DataFrame(rows).with_columns((pl.col("memory") / 2**30).alias("memory"), pl.col("bandwidth").alias("bar"))
    return (
        GT(data.select("card", "year", "memory", "bandwidth", "bar", "watts"))
        .cols_label(card="Card", year="Year", memory="Memory, GiB", bar="", watts="Power, W")
        .cols_label(bandwidth="Bandwidth, GB/s")
        .fmt_number(columns="memory", decimals=0)
        .fmt_integer(columns="bandwidth")
        .fmt_nanoplot(columns="bar", plot_type="bar")
        .data_color(columns="watts", palette=["#f5f7fa", "#b0c4de"])
    )


TABLES = {"needs": grouped, "errors": heat, "cards": cards}

if __name__ == "__main__":
    given, folder = json.load(sys.stdin), Path(sys.argv[1])
    for name, make in TABLES.items():
        (folder / f"{name}.html").write_text(make(given[name]).as_raw_html(), encoding="utf-8")
