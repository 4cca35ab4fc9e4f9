"""Writes a scene as a presentation. Knows nothing of HTML: `presentation` is the way in."""
