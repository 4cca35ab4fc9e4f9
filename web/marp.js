// The real marp-core and its KaTeX plugin, for the bundle that slidegen runs in-process (see vendor.py).
import { Marp } from "@marp-team/marp-core";
import katexPlugin from "@marp-team/marp-core/plugins/katex";
import { Theme } from "@marp-team/marpit";

Object.assign(globalThis, { Marp, Theme, katexPlugin });
