"""Changes as text for a terminal, as JSON, as Markdown for a pull request, and as a deck."""
