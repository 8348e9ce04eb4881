"""The documentation as a site, of the same Markdown files that are read in the repository.

make docs            # writes build/site/index.html; a link that leads nowhere is an error
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parent.parent

project = "assessor"
version = release = re.findall(
    r'VERSION = "(.+)"', (ROOT / "assessor" / "version.py").read_text(encoding="utf-8")
)[0]
extensions = ["myst_parser"]
# The source is the repository itself, so that a link from README.md to docs/ is the same in both.
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/**.md",
    "examples/README.md",
    "examples/pipelines/README.md",
]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"assessor {version}"
html_extra_path = ["site"]
html_static_path = ["static"]
html_css_files = ["narrow.css"]
html_theme_options = {
    "source_repository": "",
    "navigation_with_keys": True,
}
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
pygments_style = "default"
highlight_language = "none"


def copy_pictures(app: Sphinx, error: Exception | None) -> None:
    """Put the pictures where pages name them that choose between light and dark by themselves."""
    if error is None:
        shutil.copytree(
            ROOT / "docs" / "images", Path(app.outdir) / "docs" / "images", dirs_exist_ok=True
        )


def setup(app: Sphinx) -> None:
    """Tell Sphinx what to do once all pages are written."""
    app.connect("build-finished", copy_pictures)
