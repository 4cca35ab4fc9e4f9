"""Citations on slides: written in a style of CSL, linked to the references and back, in every dialect and output."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.deck_folder import PIXEL, DeckFolder, without_transcript

REFERENCES = Path(__file__).with_name("refs.bib").read_text(encoding="utf-8")
TALK = """\
bibliography: refs.bib
slides:
- |
  ## One

  QLoRA [@dettmers2023, p. 3], as @turing1950 said.
- |
  ## Two

  More [see @hu2021; -@shannon1940].
"""


@pytest.fixture
def cited(folder: DeckFolder) -> DeckFolder:
    """A folder with references."""
    folder.write("refs.bib", REFERENCES)
    return folder


def words(html: str) -> str:
    """The text of some HTML."""
    return " ".join(re.sub(r"<[^<>]*>", "", html).replace("&amp;", "&").split())


def test_citations_are_links_to_the_references_and_back(cited: DeckFolder) -> None:
    """APA by default; its wording is that of pandoc 3.9 with the same style."""
    page = cited.build(TALK)
    one, two, last = page.bodies
    assert "QLoRA (Dettmers et al., 2023, p. 3), as Turing (1963) said." in words(one)
    assert "More (see Hu et al., 2021; 1940)." in words(two)
    assert (
        "Dettmers, T., Pagnoni, A., Holtzman, A., & Zettlemoyer, L. (2023). QLoRA: Efficient finetuning of quantized "
        "LLMs. Advances in Neural Information Processing Systems, 36, 10088–10115. "
        "https://doi.org/10.48550/arXiv.2305.14314"
    ) in words(last)
    html = without_transcript(page.html)
    names = re.findall(r'\sid="([^"]+)"', html)
    targets = re.findall(r'href="#([^"/]+)"', page.slides)
    assert len(targets) == 5 + 4  # the author and the year of a citation in a sentence are two links
    assert set(targets) <= set(names)
    assert len(set(names)) == len(names)
    assert '<a href="https://doi.org/10.48550/arXiv.2305.14314">' in last
    assert 'title="Dettmers, T., Pagnoni, A.' in one
    assert page.built.warnings == ()


@pytest.mark.parametrize("output", ["reveal", "marp"])
@pytest.mark.parametrize(
    ("name", "deck"),
    [
        ("talk.yml", "bibliography: refs.bib\ncsl: ieee\nslides:\n- |\n  ## A\n\n  x [@hu2021, p. 3]\n"),
        ("talk.md", "---\nbibliography: refs.bib\ncsl: ieee\n---\n\n## A\n\nx [@hu2021, p. 3]\n"),
        ("marp.md", "---\nmarp: true\nbibliography: refs.bib\ncsl: ieee\n---\n\n## A\n\nx [@hu2021, p. 3]\n"),
        ("talk.qmd", "---\ntitle: T\nbibliography: refs.bib\ncsl: ieee\n---\n\n## A\n\nx [@hu2021, p. 3]\n"),
        ("talk.org", "#+BIBLIOGRAPHY: refs.bib\n#+CITE_EXPORT: csl ieee\n* A\nx [cite:@hu2021 p. 3]\n"),
        ("talk.ipynb", json.dumps({
            "nbformat": 4, "nbformat_minor": 5, "metadata": {"slidegen": {"bibliography": "refs.bib", "csl": "ieee"}},
            "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "## A\n\nx [@hu2021, p. 3]"}],
        })),
    ],
)  # fmt: skip
def test_every_dialect_cites(cited: DeckFolder, name: str, deck: str, output: str) -> None:
    """In both outputs, with the references at the end."""
    page = cited.build(deck, name, format=output)
    html = without_transcript(page.html)
    assert re.search(r'x <a class="cite"[^<>]*href="#ref-hu2021"[^<>]*>\[1, p. 3\]</a>', html)
    assert re.search(r'<li[^<>]*id="ref-hu2021"', html)
    assert "E. J. Hu et al., “LoRA: Low-rank adaptation of large language models.” 2021." in words(html)
    assert page.built.warnings == ()


@pytest.mark.parametrize(("where", "foot", "end"), [("foot", 2, 0), ("both", 2, 1), ("end", 0, 1)])
def test_references_stand_where_the_deck_says(cited: DeckFolder, where: str, foot: int, end: int) -> None:
    """At the foot of each slide those of the slide, or all on slides at the end."""
    page = cited.build(f"citations: {where}\n{TALK}")
    assert page.slides.count('<ol class="footnotes references">') == foot
    assert page.slides.count('<ol class="references">') == end
    if foot:  # outside the text of the slide: below all else, and no part of what chooses its layout
        assert not any("footnotes" in body for body in page.bodies)
        assert "Hu, E. J." not in page.slides.split("## Two")[0].split("<h2>Two</h2>")[0].replace('title="', "")


def test_notes_have_citations_as_text(cited: DeckFolder) -> None:
    """The speaker view has no links to slides."""
    page = cited.build("bibliography: refs.bib\nslides:\n- content: a\n  notes: As [@hu2021] says.\n")
    assert "<p>As (Hu et al., 2021) says.</p>" in page.notes[0]


def test_many_references_take_several_slides(cited: DeckFolder) -> None:
    """As many on each as fit, none twice."""
    entries = "".join(
        f"@book{{k{n}, author={{Author {n}}}, title={{{'Long title ' * 12}}}, year=2000}}\n" for n in range(20)
    )
    cited.write("refs.bib", entries)
    page = cited.build("bibliography: refs.bib\nslides:\n- '" + " ".join(f"[@k{n}]" for n in range(20)) + "'\n")
    assert len(page.bodies) > 3
    assert sorted(re.findall(r'<li id="ref-k(\d+)"', page.slides), key=int) == [str(n) for n in range(20)]


def test_tex_and_html_in_fields_are_text(cited: DeckFolder) -> None:
    """Accents, formulas and protected words are set; tags of a field are shown as they are."""
    cited.write("refs.bib", (
        '@book{a, author={G{\\"o}del, Kurt}, title={The $\\alpha$ of {NF4} \\& <script>alert(1)</script> {H$_2$O}},'
        ' year=1999, url={javascript:alert(1)}}'
    ))  # fmt: skip
    body = cited.build("bibliography: refs.bib\nslides:\n- 'x [@a]'\n").bodies[-1]
    assert "Gödel, K. (1999). The α of NF4 &amp; &lt;script&gt;alert(1)&lt;/script&gt; H₂O." in re.sub(
        "</?i>", "", body
    )
    assert 'href="javascript' not in body


def test_the_language_of_the_deck_chooses_the_words(cited: DeckFolder) -> None:
    """CSL's own locale."""
    page = cited.build("lang: de\nbibliography: refs.bib\nslides:\n- 'x [@turing1950, p. 3; @shannon1940]'\n")
    assert "(Shannon, 1940; Turing, 1963, S. 3)" in words(page.bodies[0])
    assert "<h2>Referenzen</h2>" in page.bodies[1]


def test_mistakes_have_their_line_and_the_nearest_name(cited: DeckFolder) -> None:
    """All of them together."""
    cited.write("bad.bib", "@book{a,\n title={x}\n\n author={y}}\n")
    cited.write("bad.json", '[{"id": 1},\n {"title" 3}]')
    deck = "bibliography: [refs.bib, bad.bib, bad.json, no.bib, ../x.bib]\ncsl: iee\nslides: [a]\n"
    found = cited.problems(deck)
    assert "bad.bib:4: BibTeX: expected }, found a name in the entry 'a'" in "\n".join(found)
    assert "bad.json:2: CSL-JSON: Expecting ':' delimiter" in found
    assert "talk.yml:1: bibliography: the file 'no.bib' cannot be read: no such file or directory" in found
    assert any(
        one.startswith("talk.yml:1: bibliography: the file '../x.bib' is outside the deck's folder") for one in found
    )
    assert any(one.startswith("talk.yml:2: csl: unknown style 'iee'; did you mean 'ieee'?") for one in found)
    first, second = cited.problems("bibliography: refs.bib\nslides:\n- |\n  a\n\n  [@hu2012] and @turing\n")
    assert first.startswith("talk.yml:6: citation: no work has the key 'hu2012'; did you mean 'hu2021'?")
    assert second.startswith("talk.yml:6: citation: no work has the key 'turing'; did you mean 'turing1950'?")
    assert second.endswith(r"write \@ for a name that is not a key")


def test_a_deck_without_bibliography_keeps_its_text(folder: DeckFolder) -> None:
    """An @name is a name; a citation in brackets is told with its line."""
    page = folder.build("slides:\n- |\n  by @me\n\n  see [@a, p. 3]\n")
    assert "by @me" in page.body
    assert "see [@a, p. 3]" in page.body
    (warning,) = page.built.warnings
    assert str(warning).endswith(
        "talk.yml:5: a citation is shown as it is written; name its file: bibliography: refs.bib"
    )


def test_csl_json_and_a_style_of_the_decks_own(cited: DeckFolder) -> None:
    """Both are read in the folder of the deck."""
    cited.write("refs.json", '[{"id": "x", "type": "book", "title": "T & U", "author": [{"family": "Ü"}]}]')
    cited.write("own.csl", (
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><info><title>o</title><id>o</id>'
        '<updated>2020-01-01T00:00:00Z</updated></info><citation><layout prefix="{" suffix="}" delimiter="/">'
        '<text variable="title"/></layout></citation></style>'
    ))  # fmt: skip
    page = cited.build("bibliography: refs.json\ncsl: own.csl\nslides:\n- 'a [@x]'\n")
    assert "a {T & U}" in words(page.body)


def test_pandocs_place_for_the_references(cited: DeckFolder) -> None:
    """`::: {#refs}`, or a lone heading at the end."""
    head = "---\ntitle: T\nformat: revealjs\nbibliography: refs.bib\n---\n\n## A\n\nx [@hu2021]\n\n## My sources\n"
    for deck in (head, f"{head}\n::: {{#refs}}\n:::\n"):
        page = cited.build(deck, "talk.qmd")
        assert len(page.bodies) == 3
        assert "My sources" in page.bodies[2]
        assert 'id="ref-hu2021"' in page.bodies[2]


NOCITE = [
    ("talk.yml", "bibliography: refs.bib\nnocite: |\n  @hu2021, @knuth1984\nslides: ['## A [@pytorch]']\n"),
    ("talk.md", "---\nbibliography: refs.bib\nnocite: |\n  @hu2021, @knuth1984\n---\n\n## A [@pytorch]\n"),
    ("marp.md", "---\nmarp: true\nbibliography: refs.bib\nnocite: '[@hu2021; @knuth1984]'\n---\n\n## A [@pytorch]\n"),
    ("talk.qmd", "---\ntitle: T\nbibliography: refs.bib\nnocite: '@hu2021, @knuth1984'\n---\n\n## A [@pytorch]\n"),
    ("talk.org", "#+BIBLIOGRAPHY: refs.bib\n* A [cite:@pytorch]\nx [cite/n:@hu2021;@knuth1984]\n"),
    ("talk.ipynb", json.dumps({
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"slidegen": {"bibliography": "refs.bib", "nocite": ["@hu2021", "@knuth1984"]}},
        "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "## A [@pytorch]"}],
    })),
]  # fmt: skip


@pytest.mark.parametrize(("name", "deck"), NOCITE)
def test_works_can_be_listed_without_a_citation(cited: DeckFolder, name: str, deck: str) -> None:
    """pandoc's `nocite`; Org has a style of citations for it."""
    page = cited.build(deck, name)
    html = without_transcript(page.html)
    assert sorted(re.findall(r'<li[^<>]*id="ref-(\w+)"', html)) == ["hu2021", "knuth1984", "pytorch"]
    assert page.built.warnings == ()


def test_all_works_can_be_listed(cited: DeckFolder) -> None:
    """`@*`, also with the references of each slide at its foot: the others stand at the end. Mistakes are told."""
    assert cited.problems("bibliography: refs.bib\nnocite: '@hu2012, x'\nslides: [a]\n")[0].startswith(
        "talk.yml:2: nocite: no work has the key 'hu2012'; did you mean 'hu2021'?"
    )
    assert cited.problems("bibliography: refs.bib\nnocite: hu2021\nslides: [a]\n") == [
        "talk.yml:2: nocite: 'hu2021' holds no key; write @key, or @* for all"
    ]
    every = REFERENCES.count("\n@")
    page = cited.build("bibliography: refs.bib\ncitations: foot\nnocite: '@*'\nslides: ['x [@hu2021]']\n")
    assert len(re.findall(r'<li id="ref-\w+"', page.slides)) == every - 1
    assert page.bodies[0].count("<li") == 0


@pytest.mark.parametrize("output", ["reveal", "marp"])
def test_works_may_stand_in_the_front_matter(folder: DeckFolder, output: str) -> None:
    """pandoc's CSL-YAML: dates as text, names as text, and Markdown; a file of it is read, too."""
    assert folder.problems("references: [{title: x}]\nslides: [a]\n") == ["talk.yml:1: references.0.id is missing"]
    work = (
        '- {id: own, type: book, title: "On *E. coli* & H~2~O", author: [{family: Ü, given: A}], issued: 2020-05}\n'
        "- {id: 7, type: webpage, title: T, author: A group, issued: {year: 1999}, URL: 'https://a.org/x*y*z'}\n"
    )
    folder.write("refs.yaml", f"references:\n{work}")
    inline = folder.build(f"---\nreferences:\n{work}---\n\n## A\n\nx [@own; @7]\n", "talk.md", format=output)
    from_file = folder.build("---\nbibliography: refs.yaml\n---\n\n## A\n\nx [@own; @7]\n", "two.md", format=output)
    for page in (inline, from_file):
        html = without_transcript(page.html)
        assert re.search(r"Ü, A\. \(2020\)\. <i>On <span[^<>]*>E\. coli</span> &amp; H<sub>2</sub>O</i>", html)
        assert "A group. (1999)." in words(html)
        assert 'href="https://a.org/x*y*z"' in html


def test_references_and_links_can_be_left_out(cited: DeckFolder) -> None:
    """pandoc's keys, and `citations: none`; what a citation means is shown on hover."""
    for key in ("suppress-bibliography: true", "citations: none"):
        page = cited.build(f"bibliography: refs.bib\n{key}\nslides: ['x [@hu2021]']\n")
        assert len(page.bodies) == 1
        assert '<span class="cite" id="cite-hu2021-1" title="Hu, E. J.,' in page.body
        assert "href" not in page.body
    page = cited.build("bibliography: refs.bib\nlink-citations: false\nslides: ['x [@hu2021]']\n")
    assert "href" not in page.bodies[0]
    assert 'href="#cite-hu2021-1"' in page.bodies[1]


def test_reference_slides_look_like_the_others(cited: DeckFolder) -> None:
    """They have the footer of the deck, and share the references evenly; each says which part it is."""
    entries = "".join(f"@book{{k{n}, author={{A{n}}}, title={{{'Long title ' * 12}}}}}\n" for n in range(10, 20))
    cited.write("refs.bib", entries)
    page = cited.build("bibliography: refs.bib\nfooter: Our talk\nnocite: '@*'\nslides: ['x']\n")
    first, *pages = re.findall(r"<section.*?</section>", page.slides, re.DOTALL)
    assert all("Our talk" in one for one in (first, *pages))
    assert [one.count("<li id=") for one in pages] == [5, 5]
    assert ["References (1/2)" in pages[0], "References (2/2)" in pages[1]] == [True, True]
    own = cited.build(
        "---\nformat: revealjs\nbibliography: refs.bib\nnocite: '@*'\n---\n\n## A\n\n## Works {.x}\n", "t.qmd"
    )
    assert re.findall(r"<h2[^<>]*>(Works[^<>]*)</h2>", own.slides) == ["Works (1/2)", "Works (2/2)"]


def test_references_of_either_direction_are_apart(cited: DeckFolder) -> None:
    """A Latin reference in a Hebrew deck, and an Arabic one in an English deck, have their own direction."""
    hebrew = cited.build("lang: he\nbibliography: refs.bib\ncsl: ieee\nslides: ['ראו [@hu2021]']\n")
    assert re.search(r'<li[^<>]*><span class="ref-label">\[1\]</span> <bdi>E\. J\. Hu', hebrew.bodies[1])
    cited.write("ar.bib", "@book{a, author={محمد}, title={عنوان}}\n@book{b, author={Doe}, title={T}}\n")
    english = cited.build("bibliography: ar.bib\nslides: ['x [@a; @b]']\n")
    assert english.bodies[1].count("<bdi>") == 1


def test_footers_captions_and_pictures_have_citations_as_text(cited: DeckFolder) -> None:
    """In the order of the deck, and without links; the words and the title of a picture, a table's caption."""
    cited.path.joinpath("a.png").write_bytes(PIXEL)
    page = cited.build(
        'bibliography: refs.bib\ncsl: ieee\nfooter: "By [@knuth1984]"\n'
        "tables: {t: {source: data, rows: [{x: 1}], caption: 'Of @hu2021'}}\n"
        'slides:\n- |\n  ![A "card" [@pytorch]](a.png "From [@turing1950, p. 3] & others")\n- "{{ table(\'t\') }}"\n'
    )
    assert 'alt="A &quot;card&quot; [1]"' in page.bodies[0]
    assert "<figcaption>From [2, p. 3] &amp; others</figcaption>" in page.bodies[0]
    assert '<span class="caption">Of Hu et al. [4]</span>' in page.bodies[1]
    assert page.slides.count("<p>By [3]</p>") == 3
    assert page.built.warnings == ()


def test_mistakes_of_a_bibliography_are_told_at_their_place(cited: DeckFolder) -> None:
    """The entry that is not closed, addresses, and a style's file that is not needed."""
    cited.write("open.bib", "@book{one, title={x}}\n@article{two, title={x\n\n@book{three, title={y}}\n")
    assert cited.problems(
        "bibliography: [open.bib, https://a.org/b.bib]\ncsl: https://www.zotero.org/styles/ieee\nslides: [a]\n"
    ) == [
        "open.bib:2: BibTeX: the entry 'two' is not closed; each { has its }, and each quotation mark its second",
        "talk.yml:1: bibliography: 'https://a.org/b.bib' is an address, and nothing is fetched; save the file in the "
        "project",
        "talk.yml:2: csl: 'https://www.zotero.org/styles/ieee' is an address, and nothing is fetched; write csl: ieee",
    ]
    (own,) = cited.problems("bibliography: refs.bib\ncsl: ieee.csl\nslides: [a]\n")
    assert own.endswith("no such file or directory; the style that comes with slidegen is csl: ieee")


def test_of_many_unknown_keys_only_some_have_the_nearest_one(folder: DeckFolder) -> None:
    """Each is compared with all works; the others are told without a hint, not as if there were no works."""
    deck = "references: [{id: shannon, type: book, title: t}]\nslides:\n- |\n"
    found = folder.problems(deck + "".join(f"  [@key{number}]\n" for number in range(30)))
    assert found[0] == "talk.yml:4: citation: no work has the key 'key0'; available: shannon"
    assert found[-1] == "talk.yml:33: citation: no work has the key 'key29'"
