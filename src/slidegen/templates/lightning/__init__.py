"""Five slides in large type."""
