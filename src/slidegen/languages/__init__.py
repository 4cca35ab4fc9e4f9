"""What follows the language of a deck: the direction of its lines, numbers and dates, the words of the interface.

The facts are those of Unicode's CLDR; docs/languages.md says what follows them.
"""
