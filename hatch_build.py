"""The build hook: brings the front-end files into the package for wheel, sdist and editable installs (see web/)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))
from web import VendorError, vendor  # noqa: E402 - the folder is no installed package

sys.path.remove(str(ROOT))


class VendorHook(BuildHookInterface[Any]):
    """Fills `src/slidegen/_vendor` unless its stamp says that it is already made from these sources."""

    def dependencies(self) -> list[str]:
        """What has to be installed for this build; nothing when there is nothing to make."""
        if vendor.is_current(ROOT, self._target):
            return []
        return [*vendor.BUILD_TOOLS, *([] if shutil.which("npm") else [vendor.NPM_WHEEL])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not vendor.is_current(ROOT, self._target):
            try:
                vendor.update(ROOT, self._target)
            except VendorError as error:
                raise SystemExit(str(error)) from None
        build_data["artifacts"].append("/src/slidegen/_vendor/")
        # An editable install finds themes/ at the root of the repository; a copy in site-packages would grow stale.
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"][str(ROOT / "themes")] = "slidegen/themes"

    @property
    def _target(self) -> Path:
        return ROOT / "src/slidegen/_vendor"
