"""Computed results: the store that hands them out, the workers that compute them, and the record that keeps them."""
