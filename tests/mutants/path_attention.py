"""Pieces of the source of posenc.path_attention, and what breaks them: old → new."""

MUTANTS = [
    ("keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t, :], rate[..., t])", "pass"),
    ("keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t, :], rate[..., t])", "keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t - 1, :], rate[..., t - 1])"),
    ("keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t, :], rate[..., t])", "keys[..., : t + 1, :] = _moved(keys[..., : t + 1, :], unit[..., t, :], rate[..., t])"),
    ("keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., t, :], rate[..., t])", "keys[..., :t, :] = _moved(keys[..., :t, :], unit[..., n_k - t, :], rate[..., n_k - t])"),
    ("row := t - (n_k - n_q)", "row := t"),
    ("keys = given.astype(np.float64)", "keys = np.array(given, dtype=np.float16)"),
    ("np.full((*given.shape[:-2], n_q, n_k), -np.inf)", "np.zeros((*given.shape[:-2], n_q, n_k))"),
    ("found / np.sqrt(np.shape(q)[-1])", "found"),
    ("@ values).astype", "@ values[..., ::-1, :]).astype"),
    ("attention.softmax(found / np.sqrt(np.shape(q)[-1])) @ values).astype(dtype, copy=False)", "attention.softmax(found / np.sqrt(np.shape(q)[-1])) @ values)"),
    ("return _moved(keys.astype(np.float64), unit, rate).astype(keys.dtype, copy=False)", "return keys"),
    ("keys - (rate[..., np.newaxis] * along)", "keys + (rate[..., np.newaxis] * along)"),
    ("keys - (rate[..., np.newaxis] * along)", "keys - 2 * np.sign(rate[..., np.newaxis]) * along"),
    ("np.eye(unit.shape[-1]) - rate", "np.eye(unit.shape[-1]) + rate"),
    ("scaled / np.linalg.norm(scaled, axis=-1, keepdims=True), rate", "raw, rate"),
    ("scaled / np.linalg.norm(scaled, axis=-1, keepdims=True), rate", "scaled / np.sqrt((scaled**2).sum(axis=-1, keepdims=True) + 1e-6), rate"),
    ("scaled = raw / largest", "scaled = raw"),
    ("rate: Reals = given.astype(np.float64)", "rate: Reals = given.astype(np.float64) / 2"),
    ("largest = np.abs(raw).max(axis=-1, keepdims=True, initial=0.0)", "largest = np.abs(raw).max(keepdims=True, initial=0.0)"),
]  # fmt: skip
