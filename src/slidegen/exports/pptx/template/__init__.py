"""Presentations in somebody else's template: it is opened with care, its layouts are matched, and slides are fitted."""
