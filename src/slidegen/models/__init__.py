"""Where a model comes from: its config, and the census of its parameters."""
