"""What the build hook (hatch_build.py) runs to fill src/slidegen/_vendor; no part of the installed package."""


class VendorError(Exception):
    """The front-end files cannot be had; the message is one line that says why and what to do."""
