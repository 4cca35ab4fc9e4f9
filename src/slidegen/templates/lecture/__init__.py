"""A lesson: sections, definitions, a derivation, exercises with their solutions."""
