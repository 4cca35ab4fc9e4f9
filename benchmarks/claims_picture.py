"""Makes the picture of docs/claims.md: a claim, its slide, what a build says when it is false, and the slide then.

    python benchmarks/claims_picture.py [--output docs/images/claims.png]

Everything but the headings comes from the deck and the commands. The extra `browser` is needed.
"""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
import tempfile
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from slidegen import build
from slidegen.browser.deck import open_deck
from slidegen.browser.session import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT: Final = Path(__file__).parents[1]
WIDTH, HEIGHT, SLIDE = 1600, 1010, (1516, 852)
OTHER: Final = "model=google/gemma-2-27b"
DECK: Final = """\
vars:
  model: meta-llama/Meta-Llama-3-8B
  models: ["{{ model }}", google/gemma-2-9b, mistralai/Mistral-7B-v0.3]
tables:
  needs:
    source: memory
    models: "{{ models }}"
    method: qlora
    columns: [model, parameters, weights, total]
    bars: [total]
    emphasis:
      - {when: total <= 12 * GiB, style: strong, legend: all fit a 12 GB card, claim: all}
slides:
  - |
    ## QLoRA on the card at home

    {{ table("needs") }}

    {% set m = tables.needs.row(model) -%}
    - {{ model | spoken }} {{ claim(m.total < 12 * GiB, "fits on a 12 GB card") }}
    - Its 4-bit weights take {{ claim((memory(model, method="inference").weights / m.weights) > 3,
                                      "less than a third of float16") }}
"""
WRITTEN: Final = """\
tables:
  needs:
    source: memory
    models: "{{ models }}"
    method: qlora
    emphasis:
      - {when: total <= 12 * GiB,
         legend: all fit a 12 GB card, claim: all}
slides:
  - |
    - {{ model | spoken }}
      {{ claim(m.total < 12 * GiB,
               "fits on a 12 GB card") }}"""
"""The lines of the deck that matter, broken for the width of the picture."""
PAGE: Final = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #e9ebef; font-family: "Source Sans 3", "DejaVu Sans", sans-serif; color: #16212e }}
.grid {{ display: grid; grid-template-columns: 758px 758px; gap: 26px 28px; padding: 28px }}
h2 {{ font-size: 22px; margin: 0 0 8px; display: flex; align-items: center; gap: 9px }}
h2 b {{ background: #0f4c9a; color: #fff; border-radius: 50%; width: 30px; text-align: center; line-height: 30px;
  font-size: 19px }}
code, pre {{ font-family: "DejaVu Sans Mono", monospace }}
code {{ font-size: 19px }}
img {{ width: 758px; display: block; border-radius: 8px; box-shadow: 0 1px 4px #0003 }}
pre {{ margin: 0; background: #14202d; color: #e8edf3; font-size: 17px; line-height: 1.6; padding: 24px 28px;
  height: 378px; white-space: pre-wrap; border-radius: 8px; overflow: hidden }}
pre.terminal {{ font-size: 16px; line-height: 1.5 }}
pre i {{ font-style: normal; color: #ff9b8f }}
pre span {{ font-size: 12.5px; white-space: pre }}
</style><div class="grid">
<div><h2><b>1</b>A claim: words with a condition</h2><pre>{written}</pre></div>
<div><h2><b>2</b>They stand on the slide while they are true</h2><img src="{good}"></div>
<div><h2><b>3</b>Another model: the build fails and says why</h2><pre class="terminal">{terminal}</pre></div>
<div><h2><b>4</b>Or it goes on: <code>claims: warn</code></h2><img src="{warned}"></div>
</div>"""


def main() -> None:
    """Makes the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "claims.png", metavar="FILE")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as temporary, open_browser() as browser:
        folder = Path(temporary)
        (folder / "talk.yml").write_text(DECK, encoding="utf-8")
        good = build(folder / "talk.yml", output=folder / "good.html").output
        name, _, value = OTHER.partition("=")
        warned = build(folder / "talk.yml", output=folder / "warned.html", settings={name: value}, claims="warn").output
        page = PAGE.format(
            written=escape(WRITTEN),
            terminal=terminal(folder),
            good=slide(good, browser),
            warned=slide(warned, browser),
        )
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        shown = context.new_page()
        shown.set_content(page)
        picture = Image.open(BytesIO(shown.screenshot())).convert("RGB")
        context.close()
    picture.quantize(128).save(output, optimize=True)


def slide(page: Path, browser: Browser) -> str:
    """The only slide of a deck, as the address of a picture."""
    with open_deck(page, "light", SLIDE, browser) as deck:
        return f"data:image/png;base64,{base64.b64encode(deck.screenshot(0)).decode()}"


def terminal(folder: Path) -> str:
    """What the commands print: a build that fails, and the claims."""
    failed = said(folder, "build", "talk.yml", "--set", OTHER)
    listed = said(folder, "claims", "talk.yml")
    errors = escape(failed.strip()).replace("error:", "<i>error:</i>")
    build_line, claims_line = f"$ slidegen build talk.yml --set {OTHER}", "$ slidegen claims talk.yml"
    return f"{build_line}\n{errors}\n\n{claims_line}\n<span>{escape(listed)}</span>"


def said(folder: Path, *arguments: str) -> str:
    """What a command of slidegen prints, messages first."""
    done = subprocess.run(
        [sys.executable, "-m", "slidegen", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stderr + done.stdout


if __name__ == "__main__":
    main()
