"""The rotary models of transformers: each by its own configuration class, its own table and its own rotation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
import transformers

from posenc.conformance.contract import known_defect
from posenc.conformance.libraries.transformers._common import as_heads, need

transformers.logging.set_verbosity_error()  # it warns of keys that it takes all the same
EXTENT = "original_max_position_embeddings"
FULL, SLIDING = "full_attention", "sliding_attention"
LAYERS = {"num_hidden_layers": 2, "layer_types": [SLIDING, FULL]}
PERMUTED = "apply_rotary_pos_emb_interleave"
LONG = 2**20  # positions that a configuration allows
BESIDE = {"rope_type": "linear", "factor": 8.0, "rope_theta": 20_000.0}  # of the layers that are not asked about


@dataclass(frozen=True)
class Model:
    """How a model of the library is asked.

    name     of its module
    classes  what its classes are called before RotaryEmbedding and Config
    pairing  of its channels: "halves" or "interleaved"
    partial  whether its rotation leaves channels beyond the table alone; otherwise it turns the whole head
    types    of scaling that its configuration takes; all where there are none
    widths   the arguments of its configuration that are the width of a head, where hidden_size is not
    layer    the type of layer that is asked; None where all are alike
    apply    the function of its module that turns queries and keys
    """

    name: str
    classes: tuple[str, str]
    pairing: str
    partial: bool = False
    types: tuple[str, ...] = ()
    widths: tuple[str, ...] = ("head_dim",)
    layer: str | None = None
    apply: str = "apply_rotary_pos_emb"

    @property
    def module(self) -> Any:
        """Where its code stands."""
        return import_module(f"transformers.models.{self.name}.modeling_{self.name}")

    def config(self, width: int, turned: int, base: float, scaling: Mapping[str, Any]) -> Any:
        """Its configuration for heads of a width, of which so many channels are turned."""
        need(self.partial or turned == width, "this model turns the whole head")
        kind = scaling.get("rope_type")
        need(kind not in ("ntk", "by-parts") and (not self.types or kind in self.types), f"it has no {kind}")
        settings: dict[str, Any] = {**scaling, "rope_theta": base}
        if self.partial:
            settings.setdefault("partial_rotary_factor", turned / width)
            need(int(width * turned / width) == turned, "no share gives this rotary_dim")
        sizes: dict[str, Any] = {"hidden_size": width, "num_attention_heads": 1, **dict.fromkeys(self.widths, width)}
        sizes["max_position_embeddings"] = LONG
        if kind == "dynamic":  # for which that is the original length
            sizes["max_position_embeddings"] = settings.pop(EXTENT)
        elif self.name == "phi3":  # which reads the original length beside the settings, 4096 unless it is said there
            sizes[EXTENT] = settings.get(EXTENT, LONG)
        if self.layer is not None:
            settings, sizes = {FULL: BESIDE, SLIDING: BESIDE, self.layer: settings}, {**sizes, **LAYERS}
        return getattr(transformers, f"{self.classes[1]}Config")(**sizes, rope_parameters=settings)

    def embedding(self, *configured: Any) -> Any:
        """Its module that makes the waves, configured as in `config`."""
        return getattr(self.module, f"{self.classes[0]}RotaryEmbedding")(self.config(*configured))

    def waves(self, embedding: Any, positions: Any, length: int | None = None) -> Any:
        """What the module makes of positions (n,) or (batch, n), in a sequence of a length where that matters.

        The library takes the length from the largest position, so the last token stands at the end, and its waves are
        thrown away.
        """
        ids = torch.from_numpy(positions if positions.ndim == 2 else positions[np.newaxis])
        if length is not None:
            need(not ids.numel() or int(ids.max()) < length, "the length is that of the largest position")
            ids = torch.cat((ids, torch.full((len(ids), 1), length - 1, dtype=ids.dtype)), dim=1)
        found = embedding(torch.zeros(1), ids, *([self.layer] if self.layer else []))
        if length is None:
            return found
        return tuple(one[:, :-1] for one in found) if isinstance(found, tuple) else found[:, :-1]

    def turned(self, x: Any, waves: Any) -> Any:
        """x by the waves, as an array."""
        known_defect(self.name == "deepseek_v2" and not x.size, "no token at all cannot be made complex numbers")
        q = as_heads(x)
        apply: Callable[..., Any] = getattr(self.module, self.apply)
        rest = waves if isinstance(waves, tuple) else (waves,)
        out = apply(q, *rest) if self.name == "gemma4" else apply(q, q, *rest)[0]  # gemma4 turns one at a time
        if self.apply == PERMUTED:  # it leaves the first of all pairs before the second: scores are the same
            out = out.unflatten(-1, (2, -1)).transpose(-1, -2).flatten(-2)
        return out.numpy().reshape(x.shape)


LATENT = ("qk_rope_head_dim",)  # the channels of a head that are turned have a projection of their own
MODELS = {
    model.name: model
    for model in (
        Model("llama", ("Llama", "Llama"), "halves"),
        Model("gpt_neox", ("GPTNeoX", "GPTNeoX"), "halves", partial=True, widths=()),
        Model("phi3", ("Phi3", "Phi3"), "halves", partial=True, types=("default", "longrope"), widths=()),
        Model("cohere", ("Cohere", "Cohere"), "interleaved", widths=()),
        Model("glm", ("Glm", "Glm"), "interleaved", partial=True),
        Model("deepseek_v2", ("DeepseekV2", "DeepseekV2"), "interleaved", widths=LATENT, apply="apply_rotary_emb"),
        Model("deepseek_v3", ("DeepseekV3", "DeepseekV3"), "interleaved", widths=LATENT, apply=PERMUTED),
        Model("gpt_oss", ("GptOss", "GptOss"), "halves"),
        Model("gemma3", ("Gemma3", "Gemma3Text"), "halves", layer=FULL),
        Model("gemma4", ("Gemma4Text", "Gemma4Text"), "halves", widths=("head_dim", "global_head_dim"), layer=FULL),
    )
}
