"""The finders and the stand-in for the Hub that the tests of models have."""

from tests.models.conftest import hub, make_finder

__all__ = ["hub", "make_finder"]
