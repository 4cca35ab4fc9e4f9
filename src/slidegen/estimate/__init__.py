"""The memory model: pure arithmetic on a census of parameters. No I/O, no torch."""
