"""Sweeps: a table source computed for many settings, into a Parquet file that is extended, resumed and put on slides.

`reading` makes a `SweepSpec` of a file or of options, `settings` makes the points of a spec, an executor computes them
in batches, `journal` keeps what is finished, and `parquet` writes the file (`slidegen.tables.sweep_format`).
"""
