"""A deck with every kind of figure, for tests in a browser."""

from __future__ import annotations

from math import log2

NF4 = (
    -1.0,
    -0.6962,
    -0.5251,
    -0.3949,
    -0.2844,
    -0.1848,
    -0.0911,
    0.0,
    0.0796,
    0.1609,
    0.2461,
    0.3379,
    0.4407,
    0.5626,
    0.723,
    1.0,
)
ERRORS = (
    *(("INT8 row", 8.02, 0.0062), ("INT8 tensor", 8.0, 0.021), ("NF4 64", 4.5, 0.0918), ("NF4 double", 4.127, 0.0919)),
    *(("FP4 64", 4.5, 0.1124), ("INT4 64", 4.5, 0.1081), ("INT4 32", 5.0, 0.0973), ("NF4 32", 5.0, 0.0842)),
    *(("MXFP4", 4.25, 0.1296), ("NVFP4", 4.5, 0.1003), ("MXFP6", 6.25, 0.0291), ("MXFP8", 8.25, 0.0262)),
    *(("Q4_0", 4.5, 0.1031), ("Q4_1", 5.0, 0.0901), ("Q5_0", 5.5, 0.0512), ("Q8_0", 8.5, 0.0061)),
)
FORMATS = (
    ("FP32", 32, 8, 23),
    ("BF16", 16, 8, 7),
    ("FP16", 16, 5, 10),
    ("FP8 E4M3", 8, 4, 3),
    ("FP4", 4, 2, 1),
    ("INT8", 8, 0, 0),
)


def rows(name: str, keys: str, cells: object) -> str:
    """A table of the deck's own rows."""
    lines = [dict(zip(keys.split(), row, strict=True)) for row in cells]  # type: ignore[attr-defined]
    return f"  {name}:\n    source: data\n    rows:\n" + "".join(f"      - {line}\n" for line in lines)


LEVELS = [("NF4", level) for level in NF4] + [("INT4", step / 7) for step in range(-7, 8)]
BINS = [(k / 20, (k + 1) / 20, int(9000 * 2 ** -((k / 8) ** 2))) for k in range(-20, 20)]
TOY = [("symmetric", v / 10, 0.3, 0, round(v / 3), -7, 7) for v in (-13, -4, 1, 9, 21)] + [
    ("asymmetric", v / 10, 0.225, 6, round(v / 2.25) + 6, 0, 15) for v in (-13, -4, 1, 9, 21)
]
BLOCKS = [(size, name, base * (1 + 0.1 * log2(size / 16))) for size in (16, 32, 64, 128) for name, base in
          (("NF4", 0.08), ("FP4", 0.1), ("INT4", 0.101), ("NVFP4", 0.102))]  # fmt: skip

FIGURES = {
    "errors": 'chart("errors", kind="scatter", x="bits", y="error", log_y=true)',
    "bars": 'chart("errors", kind="bars", value="error", where="bits < 4.6", log=true)',
    "standing": 'chart("errors", kind="bars", value="error", where="bits < 4.6", orientation="vertical")',
    "levels": 'chart("levels", kind="levels")',
    "pins": 'chart("bins", kind="histogram", levels="nf4")',
    "bins": 'chart("bins", kind="histogram", levels="levels")',
    "bits": 'chart("formats", kind="bit-layout")',
    "map": 'chart("toy", kind="mapping")',
    "heat": 'chart("blocks", kind="heat-map", x="block", y="method", value="error")',
    "dots": 'chart("blocks", kind="dot-plot", value="error", label=["method", "block"], where="block < 128", log=true)',
    "slope": 'chart("ends", kind="slope", value=["small", "large"])',
    "area": 'chart("blocks", kind="area", x="block", y="error", series="method")',
    "multiples": 'chart("blocks", kind="multiples", x="block", y="error", panel="method", log_x=true)',
    "waffle": 'chart("formats", kind="waffle", value="bits", label="name")',
    "noted": 'chart("errors", kind="scatter", x="bits", y="error", '
    'annotate=[{"x": 4.5, "y": 0.0918, "text": "the usual one"}, {"y": 0.05, "text": "five percent"}, '
    '{"x": [6, 7], "text": "six bits"}])',
    "limits": 'chart("errors", kind="bars", value="error", where="bits < 4.6", '
    'annotate=[{"value": 0.1, "text": "a tenth"}, {"row": "MXFP4", "text": "the worst"}])',
    "blocks": 'chart("blocks", kind="line", x="block", y="error", series="method", log_x=true)',
}
MEMORY = 'chart("memory", kind="stacked-bars", label=["model", "method"], caption="Memory of two models")'
BOTH = ":::: columns\n::: column\n{{ A }}\n:::\n::: column\n{{ B }}\n:::\n::::"


def _slides() -> list[str]:
    names = list(FIGURES)
    whole = [f"## {name}\n\n{{{{ {call} }}}}" for name, call in FIGURES.items()]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    halves = [f"## {a} and {b}\n\n" + BOTH.replace("A", FIGURES[a]).replace("B", FIGURES[b]) for a, b in pairs]
    return [f"## Memory\n\n{{{{ {MEMORY} }}}}", *whole, *halves]


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.split("\n"))


DECK = (
    "tables:\n  memory: {source: memory, models: [meta-llama/Meta-Llama-3-8B, google/gemma-2-9b], "
    "method: [full, lora, qlora]}\n"
    + rows("errors", "method bits error", ERRORS)
    + rows("formats", "name bits exponent mantissa", FORMATS)
    + rows("levels", "method level", LEVELS)
    + rows("nf4", "method level", LEVELS[:16])
    + rows("bins", "low high count", BINS)
    + rows("toy", "method value scale zero_point code lowest highest", TOY)
    + rows("blocks", "block method error", BLOCKS)
    + rows("ends", "method small large", (("NF4", 0.08, 0.104), ("FP4", 0.1, 0.13), ("INT4", 0.101, 0.1313)))
    + "slides:\n"
    + "".join(f"  - |\n{_indented(text)}" for text in _slides())
)
