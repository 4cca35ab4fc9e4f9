"""What the build hook (hatch_build.py) runs to fill src/slidegen/_vendor; no part of the installed package."""
