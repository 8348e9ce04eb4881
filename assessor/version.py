"""Which assessor this is.

It stands here and not in the package's metadata alone: a checkout, a copied folder and a wheel of
whatever name all know it.
"""

from __future__ import annotations

VERSION = "0.2.0"
