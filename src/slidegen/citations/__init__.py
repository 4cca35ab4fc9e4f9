"""Citations: reads the works, writes citations and references in a style of CSL."""
