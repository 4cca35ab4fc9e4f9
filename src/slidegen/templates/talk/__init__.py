"""Ten slides that show each thing once."""
