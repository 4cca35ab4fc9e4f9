"""The shipped sentences and text."""

from __future__ import annotations

from slidegen.quantize.data import data_digest, sentences, text


def test_fifty_different_sentences() -> None:
    """There are fifty, all different, each one sentence."""
    assert len(sentences()) == len(set(sentences())) == 50
    assert all(sentence.endswith(".") and sentence == sentence.strip() for sentence in sentences())


def test_a_text_of_a_few_thousand_words() -> None:
    """Enough for the tokens that the experiments take, in paragraphs of one line."""
    assert 2500 < len(text().split()) < 5000
    assert all(line.strip() == line for line in text().splitlines())


def test_the_digest() -> None:
    """Always the same, and 64 hexadecimal digits."""
    assert data_digest() == data_digest()
    assert len(bytes.fromhex(data_digest())) == 32
