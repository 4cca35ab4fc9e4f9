"""What changed between two versions of a deck or of its record: every number, old and new, and why."""
