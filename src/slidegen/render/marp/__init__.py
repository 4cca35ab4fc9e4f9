"""The render stage with marp-core: for decks in the Marp dialect, and for every deck that is built as Marp HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

from slidegen.errors import DeckError, Problem, nearest
from slidegen.limits import digits, linked, links_too_long, too_much
from slidegen.marks import CONTENT, FORMULA, HIGHLIGHTED, PLACED
from slidegen.markup import raw_text
from slidegen.marp_themes import OWN_THEME, own_marp_theme
from slidegen.measures import MARP_MEASURES
from slidegen.memo import Memo, once
from slidegen.model import Text
from slidegen.render.code import CodeProblem, highlighted_lines
from slidegen.render.context import Findings, SlideContext
from slidegen.render.katex import Katex, tex_text
from slidegen.render.marp.again import KeptDeck, moves, render_again
from slidegen.render.marp.compose import Composer, composed_slides, with_directives
from slidegen.render.marp.composed import Composed
from slidegen.render.marp.engine import MarpError, MarpResult, MarpSource, Part, start_marp
from slidegen.render.marp.math import Formulas, Library, count_mistakes, mistakes, named_library, without_programs
from slidegen.render.marp.numbering import numbered
from slidegen.render.marp.running import RunningTexts
from slidegen.render.marp.size import expected_size, unknown_size
from slidegen.render.marp.stacks import named_slides, stacks_of
from slidegen.render.placed import finish
from slidegen.render.reuse import Found, Recorder
from slidegen.rendered import MarpDeck
from slidegen.resolved import ResolvedDeck, ResolvedText
from slidegen.scan import block_tokens
from slidegen.themes import theme_names

IMAGE_URL = re.compile(r"!\[[^\[\]]*\]\(\s*<?((?:[^\s()<>]|\([^()]*\))+)")


def render_marp(
    deck: ResolvedDeck,
    sheets: Sequence[Text],
    meanwhile: Callable[[], object],
    allow_scripts: bool = False,
    served: bool = False,
    memo: Memo | None = None,
) -> MarpDeck:
    """Renders a deck with marp-core. `sheets` are themes: style sheets with an ``@theme`` line.

    Calls `meanwhile` while marp-core works, which leaves Python free. `allow_scripts` keeps the deck's scripts,
    `served` marks all elements with their lines. `memo` has the slides of earlier builds.
    If a deck does not choose a library for its formulas, KaTeX sets them, or MathJax if it sets more of them: MathJax
    knows more commands but takes longer.

    The `problems` of the result are all mistakes on the slides, and an unknown theme.

    Raises:
        DeckError: marp-core cannot render the deck; the error holds all mistakes.
    """
    named = (
        named_library(deck.marp.text, [slide.content.text for _, slide in named_slides(deck)]) if deck.marp else "katex"
    )
    rendered = _rendered(deck, sheets, meanwhile, named or "katex", allow_scripts, served, memo)
    wrong = count_mistakes([*rendered.problems, *rendered.warnings])
    if named or not wrong:
        return rendered
    better = _rendered(deck, sheets, meanwhile, "mathjax", allow_scripts, served, memo)
    return better if count_mistakes([*better.problems, *better.warnings]) < wrong else rendered


def _rendered(
    deck: ResolvedDeck,
    sheets: Sequence[Text],
    meanwhile: Callable[[], object],
    library: Library,
    allow_scripts: bool,
    served: bool,
    memo: Memo | None,
) -> MarpDeck:
    themes = [sheet.text for sheet in sheets]
    formulas = Formulas()
    findings = Findings(Katex() if library == "katex" else formulas)
    if deck.marp is not None:
        deck = numbered(deck)
        _check_limits([slide.content for _, slide in named_slides(deck)], findings)
    composer = Composer(
        deck.marp is not None,
        findings,
        expected_size(deck, themes),
        allow_scripts,
        deck.dialect,
        deck.options.writing,
        deck.measures if deck.marp is None or deck.marp.theme == OWN_THEME else MARP_MEASURES,
    )
    composed = composed_slides(named_slides(deck), composer, findings, memo if deck.marp is not None else None)
    if deck.marp is None:
        from slidegen.render.marp.native import native_head, native_slides

        head = native_head(deck)
        parts, contents, native = native_slides(deck, allow_scripts, served)
        has_math, steps = native.has_math, native.steps
        findings.problems += native.problems
        findings.warnings += native.warnings
    else:
        head = deck.marp.text if deck.marp.theme != OWN_THEME else f"{deck.marp.text}\ntheme: {OWN_THEME}".lstrip()
        composed = [with_directives(composed[0], deck.directives), *composed[1:]]
        parts, contents = [slide.parts for slide in composed], []
        has_math, steps = False, findings.steps
    _check_styles(deck, head, themes, findings.problems)
    source = replace(_source(deck, head, parts, composed), library=library, formulas=formulas.tex, served=served)
    source = replace(source, themes=_with_own_theme(deck, head, themes))
    result, moved = _with_memo(deck, source, composed, findings, memo, meanwhile) or (
        _result(deck, source, composed, contents, findings, meanwhile),
        (),
    )
    problems, warnings = _theme_problems(deck, result)
    findings.problems += problems
    findings.warnings += warnings
    text = Text(deck.source.text, deck.source.name, 1)
    return MarpDeck(
        source=deck.source,
        options=deck.options,
        stacks=stacks_of(deck, result, moved),
        css=result.css,
        # Only a file of it is written.
        markdown=""
        if served
        else FORMULA.replace(
            _document(head, [slide.plain for slide in composed]),
            lambda index: without_programs(result.formulas[index]),
        ),
        own_look=result.theme == OWN_THEME,
        has_math=has_math or any("katex" in svg for svg in result.slides),
        steps=steps,
        meta={**(deck.marp.meta if deck.marp else {}), **result.meta},
        sheets=tuple(sheets),
        native=deck.marp is None,
        scripts=allow_scripts,
        warnings=(*findings.warnings, *unknown_size(deck, result), *mistakes(result.wrong, library, text)),
        problems=tuple(findings.problems),
    )


def _result(
    deck: ResolvedDeck,
    source: MarpSource,
    composed: Sequence[Composed],
    contents: Sequence[str],
    findings: Findings,
    meanwhile: Callable[[], object],
) -> MarpResult:
    """Renders a whole deck with marp-core, and finishes its slides."""
    result, highlighted = _rendered_whole(deck, source, findings, meanwhile)
    if deck.marp is None:
        return _filled(result, contents)
    return _finished(_with_code(result, highlighted), composed)


def _rendered_whole(
    deck: ResolvedDeck,
    source: MarpSource,
    findings: Findings,
    meanwhile: Callable[[], object],
    memo: Memo | None = None,
) -> tuple[MarpResult, Mapping[tuple[str, str], str]]:
    """Renders a whole deck with marp-core. Returns the HTML of its code, too, which is highlighted meanwhile."""
    running = start_marp(source)
    meanwhile()
    highlighted = _highlighted(source.slides, memo)
    try:
        return _with_words(running.result(), source.words), highlighted
    except MarpError as error:
        raise DeckError([*findings.problems, Problem(f"marp-core: {error}", deck.source.name, code="limit")]) from None


def _with_memo(
    deck: ResolvedDeck,
    source: MarpSource,
    composed: Sequence[Composed],
    findings: Findings,
    memo: Memo | None,
    meanwhile: Callable[[], object],
) -> tuple[MarpResult, Sequence[int]] | None:
    """Renders the slides of a deck that have changed, or all of them, and keeps them. Returns the result, and how many
    lines further down each slide now stands than its SVG says. None without a memo."""
    if memo is None or deck.marp is None:
        return None

    def finish(result: MarpResult, slide: Composed) -> tuple[str, tuple[str, ...], Found]:
        recorder = Recorder(findings)
        result = _with_code(_with_words(result, source.words), _highlighted([slide.parts], memo))
        finished = _finished(result, [slide])
        return finished.slides[0], finished.comments[0], recorder.end()

    counts = len(findings.problems), len(findings.warnings)
    kept = render_again(memo, source, composed, finish)
    del findings.problems[counts[0] :], findings.warnings[counts[1] :]
    if kept is None:
        result, highlighted = _rendered_whole(deck, source, findings, meanwhile, memo)
        coded = _with_code(result, highlighted)
        running = RunningTexts(composed[0].context)
        svgs, found = [], []
        for svg, slide in zip(coded.slides, composed, strict=True):
            recorder = Recorder(findings)
            svgs.append(_finished_slide(svg, slide, running))
            found.append(recorder.end())
        del findings.problems[counts[0] :], findings.warnings[counts[1] :]
        comments = _comments(coded, composed)
        lines = tuple(slide.context.text.source.line for slide in composed)
        kept = KeptDeck(source, result, tuple(svgs), comments, lines, tuple(found))
    memo.keep("marp deck", "", kept)
    moved = tuple(moves(kept, composed))
    for one, by in zip(kept.found, moved, strict=True):
        one.moved(by).add_to(findings)
    return kept.finished, moved


def _source(
    deck: ResolvedDeck, head: str, parts: Sequence[tuple[Part, ...]], composed: Sequence[Composed]
) -> MarpSource:
    """What marp-core gets, except for the themes and the settings of formulas."""
    texts = [slide.context.text for slide in composed]
    words = [one.plain for one in texts[0].placed]
    return MarpSource(
        head=head.strip(),
        slides=tuple(parts),
        lines=tuple(text.lines or text.source.lines or text.source.line for text in texts),
        colors=_colors([slide.text for slide in composed]),
        words=words,
        tex=[tex_text(word) for word in words],
        running=_running(deck),
    )


def _with_words(result: MarpResult, words: Sequence[str]) -> MarpResult:
    """Replaces the marks in marp-core's style sheet and directives by the words that they stand for."""
    return replace(
        result,
        css=PLACED.replace(result.css, lambda index: raw_text(words[index])),
        meta={key: PLACED.replace(text, words.__getitem__) for key, text in result.meta.items()},
    )


def _check_limits(texts: Sequence[ResolvedText], findings: Findings) -> None:
    """Raises DeckError if expressions made a text too long for marp-core. The deck's own text was checked before."""
    if all(text.text == text.source.text for text in texts):
        return
    env: dict[str, Any] = {}
    size = 0
    parsed = [(SlideContext(text, findings, incremental=False), block_tokens(text.text, env)) for text in texts]
    for context, tokens in parsed:
        size += linked(tokens, env.get("references", {}))
        for message, token in too_much(tokens):
            context.problem(message, token, code="limit")
        if (too_long := links_too_long(size)) is not None:
            context.problem(too_long, code="limit")
            break
    if findings.problems:
        raise DeckError(findings.problems)


def _check_styles(deck: ResolvedDeck, head: str, themes: Sequence[str], others: Sequence[Problem]) -> None:
    """Raises DeckError, with the `others` that were found before, for a style in the front matter or a theme that would
    take marp-core too long."""
    found = [(digits(head) if "style" in head else None, "style"), *((digits(sheet), "theme") for sheet in themes)]
    line = deck.options.lines.get
    problems = [Problem(f"{key}: {what}", deck.source.name, line(key), code="limit") for what, key in found if what]
    if problems:
        raise DeckError([*others, *problems])


def _with_own_theme(deck: ResolvedDeck, head: str, themes: Sequence[str]) -> list[str]:
    """Adds slidegen's own theme to decks that name it: marp-core needs more time for it than for a hundred slides."""
    if any(OWN_THEME in text for text in (head, deck.source.text, *themes)):
        return [own_marp_theme(deck.options.size), *themes]
    return list(themes)


def _document(head: str, slides: Sequence[str]) -> str:
    front = f"---\n{head.strip()}\n---\n\n" if head.strip() else ""
    # The rulers now divide the slides, even where a comment made headings do so.
    divided = any("headingDivider" in text and "<!--" in text for text in slides)
    end = "\n\n<!-- headingDivider: false -->\n" if divided else "\n"
    return front + "\n\n---\n\n".join(text.strip("\n") for text in slides) + end


def _running(deck: ResolvedDeck) -> dict[str, int]:
    """The lines of the running headers and footers of the front matter, by their text."""
    written = {} if deck.marp is None else dict(deck.marp.running)
    return written | {text.text: text.source.line for text in deck.directives.values()}


def _highlighted(slides: Sequence[Sequence[Part]], memo: Memo | None = None) -> dict[tuple[str, str], str]:
    """The HTML of every fence, by language and code. Fences in languages unknown to Pygments are left out."""
    found: dict[tuple[str, str], str] = {}
    for part in (part for parts in slides for part in parts):
        if part.kind != "html" and ("```" in part.text or "~~~" in part.text):
            found |= once(memo, "fences", part.text, partial(_fences, part.text))
    return found


def _fences(text: str) -> dict[tuple[str, str], str]:
    """The same of one text."""
    found: dict[tuple[str, str], str] = {}
    for token in block_tokens(text):
        language = token.info.split()[0] if token.type == "fence" and token.info.strip() else ""
        if language:
            with suppress(CodeProblem):
                found[language, token.content] = "\n".join(highlighted_lines(token.content, language))
    return found


def _with_code(result: MarpResult, highlighted: Mapping[tuple[str, str], str]) -> MarpResult:
    """Fills in the code blocks of the slides. Code without highlighting is escaped as markdown-it does it."""

    def html(index: int) -> str:
        code = result.codes[index]
        return highlighted.get(code) or escape(code[1], quote=False).replace('"', "&quot;")

    return replace(result, slides=tuple(HIGHLIGHTED.replace(svg, html) for svg in result.slides))


def _colors(texts: Sequence[str]) -> list[str]:
    """The URLs of images that are colours, as in ``![bg](#123abc)``."""
    urls = {url for text in texts if "![" in text for url in IMAGE_URL.findall(text)}
    if not urls:
        return []
    from tinycss2.color4 import parse_color

    return sorted(url for url in urls if parse_color(url) is not None)


def _theme_problems(deck: ResolvedDeck, result: MarpResult) -> tuple[list[Problem], list[Problem]]:
    """The mistakes and warnings about themes. It is a mistake if marp-core refuses a style sheet or the command line
    names an unknown theme. It is a warning if the deck names an unknown theme: marp-core ignores it, as in marp-cli."""
    problems = [Problem(f"theme: {message}", deck.source.name, code="theme-file") for message in result.problems]
    warnings = []
    named = [(deck.options.lines.get("theme"), deck.marp.theme)] if deck.marp and deck.marp.theme else []
    for line, theme in dict.fromkeys([*named, *result.named_themes]):
        if theme in result.themes:
            continue
        available = nearest(theme, {*theme_names(), *result.themes} - {OWN_THEME})
        if deck.marp and deck.marp.theme_given and theme == deck.marp.theme:
            place = deck.options.place("theme", deck.source.name) if "theme" in deck.options.settings else None
            problem = Problem(f"unknown theme {theme!r}; {available}", code="unknown-theme")
            problems.append(problem.at(*(place or (deck.source.name, 1))))
        else:
            message = f"unknown theme {theme!r}: {result.theme or 'default'!r} is used instead; {available}"
            warnings.append(Problem(message, deck.source.name, line, code="unknown-theme"))
    return problems, warnings


def _filled(result: MarpResult, contents: Sequence[str]) -> MarpResult:
    """The slides with their HTML, one for each."""
    slides = []
    for svg, content in zip(result.slides, contents, strict=True):
        before, _, rest = svg.partition(CONTENT.opening)
        slides.append(f"{before}{content}{rest.partition(CONTENT.closing)[2]}")
    return replace(result, slides=tuple(slides))


def _finished(result: MarpResult, composed: Sequence[Composed]) -> MarpResult:
    """Finishes the slides: closes, sanitizes and fills them in."""
    running = RunningTexts(composed[0].context)
    slides = tuple(_finished_slide(svg, slide, running) for svg, slide in zip(result.slides, composed, strict=True))
    return replace(result, slides=slides, comments=_comments(result, composed))


def _comments(result: MarpResult, composed: Sequence[Composed]) -> tuple[tuple[str, ...], ...]:
    """The notes of each slide."""
    return tuple(
        (*map(slide.context.plain, notes), *slide.notes) for notes, slide in zip(result.comments, composed, strict=True)
    )


def _finished_slide(svg: str, slide: Composed, running: RunningTexts) -> str:
    """Finishes a slide's SVG. What stands around its content is marp-core's own."""
    before, _, rest = svg.partition(CONTENT.opening)
    inside, _, after = rest.partition(CONTENT.closing)
    context = slide.context
    before = PLACED.replace(before, lambda index: escape(context.text.placed[index].plain))
    content, header, footer = running.split(inside)
    return f"{before}{header}{finish(content, slide.raw, context, slide.place, whole=False)}{footer}{after}"
