"""Pieces of the source of posenc.grape, and what breaks them: old → new."""

MUTANTS = [
    # those that most properties notice stand first
    ("generator = product - product.T", "generator = product"),
    ("exact @ generator.T / (s or 1.0)", "exact @ generator.T / s"),
    ("exact + np.sin(time * s) * once", "np.cos(time * s) * exact + np.sin(time * s) * once + 0 *"),
    ('if role == "key":', 'if role == "query":'),
    ("0.0 - drift", "0.0"),
    ("x.shape) * steep", "x.shape) * steep + steep"),
    ("generator = product - product.T", "generator = product + product.T"),
    ("s = largest * np.linalg.norm(generator / largest) / np.sqrt(2)", "s = np.linalg.norm(generator)"),
    ("s = largest * np.linalg.norm(generator / largest) / np.sqrt(2)", "s = np.float64(1.0)"),
    ("s = largest * np.linalg.norm(generator / largest) / np.sqrt(2)", "s = np.linalg.norm(first) * np.linalg.norm(second) + 1e-9"),
    ("once = exact @ generator.T", "once = exact @ generator"),
    ("+ 2 * np.sin(time * s / 2) ** 2 * twice", ""),
    ("+ 2 * np.sin(time * s / 2) ** 2 * twice", "+ np.sin(time * s / 2) ** 2 * twice"),
    ("time = speed * rope", "time = 1.0 * rope"),
    ("positions), x.shape)[..., np.newaxis]", "positions), x.shape)[..., np.newaxis] + speed"),
    ("0.0 - drift", "drift"),
    ("x.shape) * steep", "x.shape)"),
    ("np.ones((*x.shape[:-1], x.shape[-1] + 2), dtype=x.dtype)", "np.ones((*x.shape[:-1], x.shape[-1] + 2))"),
    ("np.ones((*x.shape[:-1]", "np.zeros((*x.shape[:-1]"),
    ("    out[..., :-2] = x\n", "    out[..., :-2] = x\n    x *= 2\n"),
]  # fmt: skip
