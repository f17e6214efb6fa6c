"""x-transformers: its positional modules, each built as its decoder builds them.

One module per kind; each has TARGETS.
"""

from __future__ import annotations

from importlib.metadata import version as installed

from posenc.conformance.libraries import Target
from posenc.conformance.libraries.x_transformers import absolute, biases, content, rotary


def version() -> str:
    """Of the installed library."""
    return f"x-transformers {installed('x-transformers')}, torch {installed('torch')}"


TARGETS: list[Target] = [*absolute.TARGETS, *biases.TARGETS, *content.TARGETS, *rotary.TARGETS]
