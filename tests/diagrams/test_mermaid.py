"""Mermaid diagrams in decks: drawn once, kept in the record, in the theme's colours, harmless."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegen.build_options import BuildOptions
from slidegen.errors import SlidegenError
from slidegen.pipeline import build

FLOW = "flowchart LR\n  A[Read] --> B{Fits?}\n  B -->|yes| C[Ship]\n"
NEWLINE = "\n"
Built = tuple[str, list[str]]
Build = Callable[..., Built]


@pytest.fixture
def deck(tmp_path: Path) -> Build:
    """Builds a deck, and returns its page and what is told."""

    def made(text: str, name: str = "deck.md", **options: object) -> Built:
        (tmp_path / name).write_text(text, encoding="utf-8")
        given = BuildOptions(folder=tmp_path / "out", **options)  # type: ignore[arg-type]
        done = build(str(tmp_path / name), given)
        return done.output.read_text(encoding="utf-8"), [str(one.message) for one in done.warnings]

    return made


def drawing(page: str) -> str:
    """The first diagram of a page."""
    found = re.search(r'<svg class="chart diagram".*?</svg>', page, re.DOTALL)
    assert found is not None
    return found[0]


def mistakes(error: SlidegenError) -> list[tuple[int | None, str, str]]:
    """The line, the code and the message of each mistake."""
    return [(one.line, one.code, one.message) for one in error.problems]


def fence(source: str, info: str = "mermaid") -> str:
    """A fence with a diagram."""
    return f"```{info}\n{source.rstrip()}\n```\n"


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deck.md", f"# A\n\n{fence(FLOW)}"),
        ("deck.md", f"---\nmarp: true\n---\n# A\n\n{fence(FLOW)}"),
        ("deck.yml", "slides:\n- |\n  # A\n\n" + "".join(f"  {row}\n" for row in fence(FLOW).splitlines())),
        ("deck.md", f"# A\n\n::: {{.incremental}}\n- x\n:::\n\n{fence(FLOW, '{.mermaid}')}"),
        (
            "deck.md",
            f"---\nformat: revealjs\n---\n\n## A\n\n{fence('%%| fig-cap: Words' + chr(10) + FLOW, '{mermaid}')}",
        ),
        ("deck.org", f"* A\n#+begin_src mermaid\n{FLOW}#+end_src\n"),
        (
            "deck.ipynb",
            json.dumps(
                {
                    "nbformat": 4,
                    "nbformat_minor": 5,
                    "metadata": {},
                    "cells": [{"id": "a", "cell_type": "markdown", "metadata": {}, "source": f"# A\n\n{fence(FLOW)}"}],
                }
            ),
        ),
    ],
)
def test_every_dialect_has_diagrams(deck: Build, output: str, name: str, text: str) -> None:
    """As text in the theme's colours, with no page of its own inside, and no code."""
    page, told = deck(text, name, format=output)
    svg = drawing(page)
    assert re.findall(r">(Read|Fits\?|Ship|yes)<", svg)[:4].count("yes") == 1
    assert "var(--surface)" in svg
    assert "foreignObject" not in svg
    assert "#5a7b" not in svg
    assert told == []


def test_a_diagram_is_drawn_once(deck: Build, tmp_path: Path) -> None:
    """The second build takes it from the record, and the record stays as it is; another look is no other drawing."""
    first, _ = deck(f"# A\n\n{fence(FLOW)}")
    record = (tmp_path / "deck.record.json").read_bytes()
    assert json.loads(record)["results"][0]["parameters"] == {"kind": "mermaid", "text": FLOW.rstrip()}
    again, _ = deck(f"# A\n\n{fence(FLOW)}", mode="frozen")
    assert drawing(first) == drawing(again)
    deck(f"---\ntheme: academic\n---\n# A\n\n{fence(FLOW)}", mode="frozen")
    assert (tmp_path / "deck.record.json").read_bytes() == record


def test_a_later_version_of_the_engine_changes_no_drawing(
    deck: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a slide shows does not depend on who builds it; `--refresh` draws again."""
    from slidegen.diagrams import mermaid

    deck(f"# A\n\n{fence(FLOW)}")
    path = tmp_path / "deck.record.json"
    record = path.read_text(encoding="utf-8")
    assert '"versions": {"mermaidx": ' in record
    path.write_text(re.sub(r'"mermaidx": "[^"]*"', '"mermaidx": "0.1"', record), encoding="utf-8")
    monkeypatch.setattr(mermaid, "_engine", None)
    deck(f"# A\n\n{fence(FLOW)}")
    assert '"mermaidx": "0.1"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["default", "gaia", "uncover", "slidegen"])
def test_a_tall_diagram_stays_inside_the_margins_of_a_marp_theme(deck: Build, theme: str) -> None:
    """Those of `default` are the largest: 78.5 px above and below, and a heading of 88 px."""
    steps = "\n".join(f"  S{n} --> S{n + 1}" for n in range(9))
    page, _ = deck(
        f"---\nmarp: true\ntheme: {theme}\n---\n# A\n\n{fence(f'flowchart TD{NEWLINE}{steps}')}", format="marp"
    )
    height = float(re.findall(r' height="([\d.]+)"', drawing(page))[0])
    assert (height > 500) if theme == "slidegen" else (440 < height < 720 - 2 * 78.5 - 85)


def test_a_milestone_is_turned_around_its_middle(deck: Build) -> None:
    """The style sheet that does it in Mermaid is not kept."""
    source = "gantt\n  dateFormat YYYY-MM-DD\n  section S\n  A :a, 2026-01-01, 9d\n  M :milestone, after a, 0d"
    (turned,) = re.findall(r"<rect [^>]*rotate[^>]*>", drawing(deck(fence(source))[0]))
    x, width = (float(re.findall(rf' {name}="([\d.]+)"', turned)[0]) for name in ("x", "width"))
    assert f'transform="translate({x + width / 2:g} ' in turned
    assert "rotate(45) scale(0.8 0.8)" in turned


def test_marks_of_time_do_not_stand_on_each_other(deck: Build) -> None:
    """Nor say the same twice."""
    source = "gantt\n  dateFormat YYYY-MM-DD\n  section S\n  A :a, 2026-01-01, 3d"
    svg = drawing(deck(f"# A\n\n{fence(source)}")[0])
    found = re.findall(r'translate\(([\d.]+),0\)"[^>]*>(?:<line[^>]*>(?:</line>)?)?<text[^>]*>(2026[^<]*)', svg)
    assert [words for _, words in found] == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    places = [float(x) for x, _ in found]
    assert min(after - before for before, after in itertools.pairwise(places)) > 100


def test_frozen_draws_nothing(deck: Build) -> None:
    """What the record does not have is a mistake at its line."""
    with pytest.raises(SlidegenError) as caught:
        deck(f"# A\n\n{fence(FLOW)}", mode="frozen")
    assert [(line, code) for line, code, _ in mistakes(caught.value)] == [(3, "frozen")]


def test_all_mistakes_have_their_lines(deck: Build) -> None:
    """Comments, empty lines and the head of a diagram count, although Mermaid does not count them."""
    slides = [
        "# A\n\n" + fence("flowchat LR\n  A --> B"),
        fence("\n%% a comment\nflowchart LR\n  A --> B\n  %% another\n  B --> [oops"),
        fence("---\ntitle: T\n---\nsequenceDiagram\n  A->>B hello"),
        fence(""),
        fence('flowchart LR\n  A@{ img: "https://example.org/x.png" } --> B'),
    ]
    with pytest.raises(SlidegenError) as caught:
        deck("\n---\n\n".join(slides))
    found = mistakes(caught.value)
    assert [line for line, *_ in found] == [4, 16, 26, 31, 37]
    assert {code for _, code, _ in found} == {"diagram"}
    assert found[0][2].startswith("the mermaid diagram: begins with 'flowchat LR'; it begins with its kind")
    assert "loads a picture" in found[4][2]


def test_nothing_of_a_diagram_runs_or_loads(deck: Build) -> None:
    """Programs behind clicks are left out, links to the web stay; tags in labels are words or nothing."""
    source = (
        'flowchart LR\n  A["<img src=x onerror=alert(1)> a"] --> B["<script>alert(2)</script>b"] --> C\n'
        '  click A "javascript:alert(3)"\n  click B call alert(4)\n  click C "https://example.org/c"\n'
    )
    svg = drawing(deck(f"# A\n\n{fence(source)}")[0])
    assert not re.search(r"<(?:script|img|image|foreignObject|style)\b|\son\w+=|javascript:", svg)
    assert 'href="https://example.org/c"' in svg


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" />',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<rect fill="url(https://example.org/x)" />',
        '<rect style="background: url(//example.org)" />',
        '<image href="https://example.org/x.png" />',
        "<foreignObject><p>x</p></foreignObject>",
        "<style>* { display: none }</style>",
        '<rect fill="red; background: blue" />',
        '<animate attributeName="href" to="javascript:alert(1)" />',
        '<g xmlns="http://www.w3.org/1999/xhtml"><p>x</p></g>',
    ],
)
def test_a_drawing_in_a_strangers_record_is_checked(deck: Build, tmp_path: Path, evil: str) -> None:
    """It may hold anything: what slidegen would not write is refused."""
    deck(f"# A\n\n{fence(FLOW)}")
    path = tmp_path / "deck.record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    svg = record["results"][0]["rows"][0][0]
    record["results"][0]["rows"][0][0] = svg.replace("</svg>", f"{evil}</svg>")
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(SlidegenError, match="the drawing in the record cannot be used"):
        deck(f"# A\n\n{fence(FLOW)}", mode="frozen")


def test_words_for_those_who_do_not_see_it(deck: Build) -> None:
    """What the fence says, else what the diagram says, else its words; the transcript has them."""
    page, _ = deck("# A\n\n" + fence(FLOW, 'mermaid alt="How it ships"'))
    assert ">How it ships</title>" in drawing(page)
    assert "<em>[How it ships]</em>" in page
    page, _ = deck(f"# A\n\n{fence(f'flowchart LR{NEWLINE}  accTitle: Own title{NEWLINE}  A --> B')}")
    assert ">Own title</title>" in drawing(page)
    page, _ = deck(f"# A\n\n{fence(FLOW)}")
    assert ">Flowchart</title>" in drawing(page)
    assert "Read" in re.findall(r"<desc[^>]*>([^<]*)<", drawing(page))[0]


def test_ids_are_unique_on_the_page(deck: Build) -> None:
    """Of two equal diagrams, each drawn for a phone too."""
    page, _ = deck(f"# A\n\n{fence(FLOW)}\n---\n\n# B\n\n{fence(FLOW)}")
    ids = re.findall(r'<(?:marker|title|desc)[^>]* id="([^"]+)"', page)
    assert len(ids) > 4
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#(f[^)]+)\)", page)) <= set(ids)


def test_the_colour_of_a_node_keeps_its_words_legible(deck: Build) -> None:
    """A colour that the deck gives is the same on light and dark pages, and so are the words on it."""
    svg = drawing(
        deck(f"# A\n\n{fence('flowchart LR' + chr(10) + '  A --> B' + chr(10) + '  style A fill:#ffdd88')}")[0]
    )
    assert 'fill="#ffdd88"' in svg
    assert 'fill="#111111"' in svg


def test_without_the_extra_the_fence_stays_code_and_says_so(deck: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it. What the record has needs no extra."""
    from slidegen.diagrams import mermaid

    deck(f"# A\n\n{fence(FLOW)}")
    mermaid._engine.cache_clear()
    monkeypatch.setattr(mermaid, "_folder", lambda: None)
    monkeypatch.setattr(mermaid, "PACKAGE", "no-such-package")
    page, told = deck(f"# A\n\n{fence(FLOW)}\n---\n\n{fence(f'{FLOW}  C --> D')}")
    assert len(told) == 1
    assert "needs the extra 'diagrams'; install it with: " in told[0]
    assert "shown as code" in told[0]
    assert page.count('class="chart diagram"') == 1
    assert re.search(r"<pre[^>]*><code.*C --&gt; D", page, re.DOTALL)


def test_an_unknown_word_is_a_mistake_in_slidegens_own_dialect(deck: Build) -> None:
    """As in the info lines of code."""
    with pytest.raises(SlidegenError) as caught:
        deck("slides:\n- |\n  ```mermaid nope\n  flowchart LR\n  ```\n", "deck.yml")
    assert mistakes(caught.value) == [
        (
            3,
            "diagram",
            "the mermaid diagram: unknown word 'nope'; allowed: {1|2}, alt, caption, height, id, jinja, scale, width",
        )
    ]
