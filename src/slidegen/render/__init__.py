"""The render stage: `deck.render` for slidegen's own slides, `marp.render_marp` for those of marp-core."""
