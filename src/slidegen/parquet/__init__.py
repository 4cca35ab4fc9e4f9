"""Reads cuts of Parquet files: rows that conditions select, the least of each group, aggregates, counts in bins.

A Parquet file may come from a stranger, and its reader is a large program in C++. So it is read in a process of its
own, with limits on time and memory: `process` starts it, `worker` is it, and `plan` is what the two exchange. The other
modules are the worker's: `opening` and `scan` read the file, `masks` apply conditions, `groups`, `bins` and `rows` make
the cut. Only the worker imports pyarrow.
"""
