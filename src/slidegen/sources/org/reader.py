"""Reads the objects of org in a text, one at a time, from the left.

The rules are those of org's syntax (https://orgmode.org/worg/org-syntax.html).
"""

from __future__ import annotations

import re
from typing import Final

from slidegen.sources.org import citing, labels, latex, links
from slidegen.sources.org.context import Context
from slidegen.sources.org.entities import entity
from slidegen.sources.org.places import Places
from slidegen.sources.translation import Line
from slidegen.sources.translation.words import code_span, escaped

SKIP: Final = "\ufdd6"
"""Stands where a line of the text ended that was joined to the next one."""
SIGN: Final = re.compile(
    r"[*/_+=~\\$\[<@^\n]|(?<!\w)(?:https?|ftp|mailto|doi|file):|(?<!\w)(?:src|call)_", re.IGNORECASE
)
BEFORE: Final = frozenset(" \t\n-–—('\"{\u00a0")
CLOSES: Final = {sign: re.compile(rf"(?<=\S){re.escape(sign)}(?=[\s\-–—.,;:!?'\")}}\]\\\[]|$)") for sign in "*/_+=~"}
MARKUP: Final = {"*": ("**", "**"), "/": ("*", "*"), "+": ("~~", "~~"), "_": ("<u>", "</u>")}
SCRIPT: Final = re.compile(r"\*|[+-]?[\w.,\\]*\w")
ENTITY: Final = re.compile(r"\\(?:(?P<space>_ +)|(?P<name>[A-Za-z]+[1-4]?)(?:\{\}|(?![A-Za-z])))")
BREAK: Final = re.compile(r"\\\\[ \t]*(?=\n|$)")
TIME: Final = re.compile(r"[<\[]\d{4}-\d\d-\d\d[^<>\[\]\n]{0,60}[>\]](?:--[<\[]\d{4}-\d\d-\d\d[^<>\[\]\n]{0,60}[>\]])?")
NOTE: Final = re.compile(r"\[fn:(?P<name>[\w-]*)(?P<inline>:)?")
TARGET: Final = re.compile(r"<<(?P<radio><)?(?P<name>[^<>\n]{1,500})>>>?")
ANGLE: Final = re.compile(r"<([A-Za-z][\w+.-]*:[^<>\n]+)>")
URL: Final = re.compile(r"[^\s()<>\[\]]*(?:\([^\s()<>\[\]]*\)[^\s()<>\[\]]*)*")
SOURCE: Final = re.compile(r"src_(?P<language>[^\s\[{]+)(?:\[[^\]\n]{0,500}\])?(?=\{)")
CALLED: Final = re.compile(r"call_[^\s\[(]+(?:\[[^\]\n]{0,500}\])?\([^)\n]{0,500}\)(?:\[[^\]\n]{0,500}\])?")
DASHES: Final = re.compile(r"-{2,3}(?!-)|\.\.\.")
TYPED: Final = {"---": "—", "--": "–", "...": "…"}
SNIPPET: Final = re.compile(r"@@([\w-]+):")
BRACKETS: Final = re.compile(r"[\[\]]")
DEEPEST: Final = 12


class Reader:
    """Reads one text; `image` has the attributes that its first picture takes."""

    def __init__(self, text: str, number: int, context: Context, image: dict[str, str]) -> None:
        self.text = text
        self.context = context
        self.image = image
        self.parts: list[str] = []
        self.pending: list[str] = []
        self.emphasis = context.settings.on("*", True)
        self.special = context.settings.on("-", True)
        self.cites = "BIBLIOGRAPHY" in context.settings.keywords
        self.breaks = context.settings.on("\\n", False)
        self.scripts = context.settings.options.get("^", "t")
        self.places = Places(text, number)
        self._smart = context.settings.on("'", False)

    def read(self) -> str:
        """The Markdown of the text."""
        text, at = self.text, 0
        if self.context.depth >= DEEPEST:
            return escaped(text)
        self.context.depth += 1
        try:
            while (found := SIGN.search(text, at)) is not None:
                self._words(text[at : found.start()])
                at = self._object(found.start(), found[0])
        finally:
            self.context.depth -= 1
        self._words(text[at:])
        self._flush()
        return "".join(self.parts)

    def _words(self, text: str) -> None:
        """Keeps words until an object follows: what stands side by side is escaped together."""
        self.pending.append(text)

    def _add(self, *markdown: str) -> None:
        self._flush()
        self.parts += markdown

    def _flush(self) -> None:
        text = "".join(self.pending)
        self.pending.clear()
        if not text:
            return
        if self.special:
            text = text.replace("\\-", "\u00ad")
            if "--" in text or "..." in text:
                text = DASHES.sub(lambda found: TYPED[found[0]], text)
        if self._smart:
            text = self._quoted(text)
        self.parts.append(escaped(text).replace("@", "\\@") if self.cites else escaped(text))

    def _quoted(self, text: str) -> str:
        def quote(found: re.Match[str]) -> str:
            before = text[found.start() - 1] if found.start() else self.parts[-1][-1:] if self.parts else " "
            opens = before in BEFORE or before in "[*_/"
            return ("“" if opens else "”") if found[0] == '"' else ("‘" if opens else "’")

        return re.sub("[\"']", quote, text)

    def _object(self, at: int, sign: str) -> int:
        """Reads what may begin at a sign, and returns where reading goes on."""
        text = self.text
        if sign == "\n":
            self._flush()
            self._add("\\\n" if self.breaks and self.parts[-1:] != ["\\"] else "\n")
            return at + 1
        if len(sign) > 1:
            end = self._inline_code(at) if sign.endswith("_") else self._url(at)
        elif sign == "\\":
            end = self._backslash(at)
        elif sign == "$":
            end = self._dollar(at)
        elif sign == "[":
            end = self._bracket(at)
        elif sign == "<":
            end = self._angle(at)
        elif sign == "@":
            end = self._snippet(at)
        elif sign == "^" or (sign == "_" and at and not text[at - 1].isspace()):
            end = self._script(at, sign)
            if end is None and sign == "_":
                end = self._emphasis(at, sign)
        else:
            end = self._emphasis(at, sign)
        if end is None:
            self._words(text[at : at + len(sign)])
            return at + len(sign)
        return end

    def _nested(self, text: str, at: int) -> str:
        return Reader(text, self.places.line(at), self.context, self.image).read()

    def _code(self, text: str) -> str:
        return code_span(text) + SKIP * text.count("\n")

    def _emphasis(self, at: int, sign: str) -> int | None:
        text = self.text
        if not self.emphasis or (at and text[at - 1] not in BEFORE and text[at - 1] not in SKIP):
            return None
        if at + 2 >= len(text) or text[at + 1].isspace():
            return None
        end = self.places.find(f"close {sign}", at + 2, CLOSES[sign])
        if end < 0:
            return None
        inside = text[at + 1 : end]
        if sign in "=~":
            self._add(self._code(inside))
        else:
            opening, closing = MARKUP[sign]
            self._add(f"{opening}{self._nested(inside, at + 1)}{closing}")
        return end + 1

    def _script(self, at: int, sign: str) -> int | None:
        text = self.text
        if not at or text[at - 1].isspace() or self.scripts == "nil":
            return None
        if text.startswith("{", at + 1):
            end = self.places.after_braces(at + 1)
            inside = None if end is None else text[at + 2 : end - 1]
        else:
            found = SCRIPT.match(text, at + 1) if self.scripts != "{}" else None
            end = None if found is None else found.end()
            inside = None if found is None else found[0]
        if end is None or inside is None:
            return None
        tag = "sup" if sign == "^" else "sub"
        self._add(f"<{tag}>{self._nested(inside, at + 1)}</{tag}>")
        return end

    def _backslash(self, at: int) -> int | None:
        text = self.text
        found = BREAK.match(text, at)
        if found is not None:
            self._add("\\" if found.end() < len(text) else "")
            return found.end()
        for opening, closing, display in (("\\(", "\\)", False), ("\\[", "\\]", True)):
            if text.startswith(opening, at):
                end = self.places.find(closing, at + 2)
                if end >= 0:
                    self._math(text[at + 2 : end], end + 2, display)
                    return end + 2
        named = ENTITY.match(text, at)
        if named is not None and self.context.settings.on("e", True):
            characters = "\u2002" * (len(named["space"]) - 1) if named["space"] else entity(named["name"])
            if characters is not None:
                self._add(escaped(characters).replace("|", "\\|"))
                return named.end()
        referring = labels.TEX_REFERENCE.match(text, at)
        if referring is not None and (shown := labels.reference(referring, self.context.labels)) is not None:
            self._add(shown)
            return referring.end()
        command = latex.command(text, at, self.places.line(at), self.context)
        if command is None:
            return None
        self._words(command.shown)
        return command.end

    def _math(self, tex: str, end: int, display: bool) -> None:
        """A formula; a digit beside a dollar would make it text."""
        sign = "$$" if display else "$"
        inside = latex.formula(tex, self.context)
        if not inside:
            return
        self._flush()
        before = self.parts[-1][-1:] if self.parts else ""
        after = self.text[end : end + 1]
        gap = "<!-- -->"
        self._add(f"{gap if before.isdigit() or before == '$' else ''}{sign}{inside}{sign}")
        self._add((gap if after.isdigit() or after == "$" else "") + SKIP * tex.count("\n"))

    def _dollar(self, at: int) -> int | None:
        text = self.text
        if text.startswith("$$", at):
            end = self.places.find("$$", at + 2)
            if end > at + 2:
                self._math(text[at + 2 : end], end + 2, True)
                return end + 2
            return None
        if at and text[at - 1] == "$":
            return None
        end = self.places.find("$", at + 1)
        inside = text[at + 1 : end]
        if end < 0 or not inside or inside[0] in " \t\n,;." or inside[-1] in " \t\n,." or inside.count("\n") > 2:
            return None
        after = text[end + 1 : end + 2]
        if after and not (after.isspace() or after in ".,?;:!'\")]}-–—"):
            return None
        self._math(inside, end + 1, False)
        return end + 1

    def _bracket(self, at: int) -> int | None:
        text = self.text
        if text.startswith("[[", at):
            return self._link(at)
        note = NOTE.match(text, at)
        if note is not None and self.context.settings.on("f", True):
            return self._footnote(at, note)
        time = TIME.match(text, at)
        if time is not None:
            return self._time(time)
        if (cited := citing.CITATION.match(text, at)) is None:
            return None
        if not self.cites:
            self.context.lose(citing.LOSS, self.places.line(at))
        if (listed := citing.uncited(cited)) is not None:
            self.context.uncited.append(listed)
            return cited.end()
        (self._add if self.cites else self._words)(citing.written(cited, self.cites))
        return cited.end()

    def _time(self, time: re.Match[str]) -> int:
        if self.context.settings.on("<", True):
            self._words(time[0].replace("<", "").replace(">", "") if time[0][0] == "<" else time[0])
        return time.end()

    def _link(self, at: int) -> int | None:
        text = self.text
        target = links.TARGET.match(text, at + 2)
        if target is None:
            return None
        end = target.end()
        description = None
        if text.startswith("][", end):
            close = self.places.find("]]", end + 2)
            if close < 0:
                return None
            while text.startswith("]]]", close):
                close += 1
            description, end = text[end + 2 : close], close
        elif not text.startswith("]]", end):
            return None
        self._add(self._linked(links.unescaped(target[0]), description, at))
        return end + 2

    def _linked(self, target: str, description: str | None, at: int) -> str:
        context, number = self.context, self.places.line(at)
        target = links.resolved(" ".join(target.split()), context)
        if links.is_picture(target) and description is None:
            given, self.image = self.image, {}
            return links.picture(target, given, context)
        inner = description and description.strip().removeprefix("[[").removesuffix("]]")
        if inner and links.is_picture(links.resolved(inner, context)) and not re.search(r"\s", inner):
            given, self.image = self.image, {}
            return links.link(target, links.picture(links.resolved(inner, context), given, context), number, context)
        words = None if description is None else self._nested(description.strip(), at)
        return links.link(target, words, number, context)

    def _footnote(self, at: int, note: re.Match[str]) -> int | None:
        if not note["inline"]:
            if not note["name"] or not self.text.startswith("]", note.end()):
                return None
            if note["name"] not in self.context.footnotes:
                self.context.lose(f"no footnote {note['name']!r} is there; the mark is left out", self.places.line(at))
                return note.end() + 1
            self.context.used[note["name"]] = None
            self._add(f"[^{note['name']}]")
            return note.end() + 1
        place = self.places.ends(BRACKETS).get(at)
        if place is None:
            return None
        name = note["name"] or f"fn-{len(self.context.footnotes) + 1}"
        words = self.text[note.end() : place].strip()
        self.context.footnotes[name] = [Line(" ".join(words.split("\n")), self.places.line(at))]
        self.context.used[name] = None
        self._add(f"[^{name}]" + SKIP * self.text.count("\n", at, place))
        return place + 1

    def _angle(self, at: int) -> int | None:
        text = self.text
        target = TARGET.match(text, at)
        if target is not None:
            if target["radio"]:
                self._words(target["name"])
            elif text.startswith(">", target.end() - 1) and text[target.end() : target.end() + 1] == " ":
                return target.end() + 1
            return target.end()
        time = TIME.match(text, at)
        if time is not None:
            return self._time(time)
        angle = ANGLE.match(text, at)
        if angle is not None:
            self._add(links.link(angle[1], None, self.places.line(at), self.context))
            return angle.end()
        return None

    def _snippet(self, at: int) -> int | None:
        found = SNIPPET.match(self.text, at)
        if found is None:
            return None
        end = self.places.find("@@", found.end())
        if end < 0:
            return None
        if found[1].lower() in ("html", "re-reveal", "reveal", "md", "markdown"):
            inside = self.text[found.end() : end]
            self._add(self.context.sealed(inside.replace("\n", " ")) + SKIP * inside.count("\n"))
        return end + 2

    def _url(self, at: int) -> int | None:
        found = URL.match(self.text, at)
        assert found is not None
        url = found[0].rstrip(".,;:!?'\"*/~=_" if found[0].endswith(("*", "=", "~", "_")) else ".,;:!?'\"")
        if url.startswith("File:") or "\ufdd4" in url or url.count(":") < 1 or url.rstrip("/").endswith(":"):
            return None
        is_file = url.startswith("file:")
        self._add(self._linked(url, None, at) if is_file else links.link(url, None, self.places.line(at), self.context))
        return at + len(url)

    def _inline_code(self, at: int) -> int | None:
        text = self.text
        called = CALLED.match(text, at)
        if called is not None:
            self.context.lose(f"{called[0][:40]!r} is left out; no program of a deck is run", self.places.line(at))
            return called.end()
        found = SOURCE.match(text, at)
        if found is None:
            return None
        end = self.places.after_braces(found.end())
        if end is None:
            return None
        self._add(self._code(text[found.end() + 1 : end - 1]))
        return end
