"""Computed results: the store that serves them, the workers that compute them, and the record that keeps them."""
