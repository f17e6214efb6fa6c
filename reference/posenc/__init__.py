"""The reference specification of Transformer positional encodings, in plain NumPy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from posenc import (
        alibi,
        attention,
        axial,
        cope,
        cpe,
        deberta,
        fire,
        floater,
        fox,
        grape,
        grid,
        hyperbolic_rope,
        interpolation,
        kerple,
        learned,
        liere,
        linear_attention,
        mrope,
        nope,
        path_attention,
        rope,
        rope_axial,
        rope_scaling,
        sandwich,
        selective_rope,
        shaw,
        sinusoidal,
        swin,
        t5,
        transformer_xl,
        tupe,
        universal,
        xpos,
    )

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "alibi",
    "attention",
    "axial",
    "cope",
    "cpe",
    "deberta",
    "fire",
    "floater",
    "fox",
    "grape",
    "grid",
    "hyperbolic_rope",
    "interpolation",
    "kerple",
    "learned",
    "liere",
    "linear_attention",
    "mrope",
    "nope",
    "path_attention",
    "rope",
    "rope_axial",
    "rope_scaling",
    "sandwich",
    "selective_rope",
    "shaw",
    "sinusoidal",
    "swin",
    "t5",
    "transformer_xl",
    "tupe",
    "universal",
    "xpos",
]


def __getattr__(name: str) -> Any:
    """A family, loaded when it is first asked for: `import posenc` takes no longer than a name."""
    if name in __all__:
        return import_module(f"posenc.{name}")
    raise AttributeError(f"posenc has no {name!r}, needs one of {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
