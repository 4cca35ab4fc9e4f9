"""Tables: placed ones as HTML and as Markdown, and those that stand in a deck's Markdown."""
