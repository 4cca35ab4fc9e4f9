"""The parts of the table source `sweep`: the columns of a file, its conditions, the plan of a cut, and its table."""
