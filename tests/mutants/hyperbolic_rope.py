"""Pieces of the source of posenc.hyperbolic_rope, and what breaks them: old → new."""

MUTANTS = [
    ('role, ROLES) == "key" else -1.0', 'role, ROLES) == "key" else 1.0'),
    ('role, ROLES) == "key" else -1.0', 'role, ROLES) == "query" else -1.0'),
    ('role, ROLES) == "key" else -1.0', 'role, ROLES) == "key" else 0.0'),
    ("places * (fading + side)", "places * side"),
    ("places * (fading + side)", "places * side - np.abs(places) * fading"),
    ("places * (fading + side)", "places * (side - fading)"),
    ("places * (fading + side)", "(places + 1) * (fading + side)"),
    ("places * (fading + side)", "places * (fading + side[:1])"),
    ("places * (fading + side)", "places * (fading + np.abs(side))"),
    ("first * cosh + second * sinh, first * sinh", "first * cosh - second * sinh, first * sinh"),
    ("first * cosh + second * sinh, first * sinh + second * cosh", "first * sinh + second * cosh, first * cosh + second * sinh"),
    ("(plus + minus) / 2, (plus - minus) / 2", "(plus + minus), (plus - minus)"),
    ("(plus + minus) / 2, (plus - minus) / 2", "(plus + minus) / 2, (minus - plus) / 2"),
    ("(plus + minus) / 2, (plus - minus) / 2", "np.cos(np.log(plus)), np.sin(np.log(plus))"),
    ("_pairs.split(out, pairing)", "_pairs.split(out, \"halves\")"),
    ("_pairs.split(x.astype(np.float64), pairing)", "_pairs.split(x.astype(np.float64), \"interleaved\")"),
    ("return np.exp(exponents)", "return np.exp(exponents).astype(np.float16)"),
    ("out = np.empty(x.shape)", "x *= 2; out = np.empty(x.shape)"),
    ("_check.positions(who, positions), x.shape)[..., np.newaxis]", "np.broadcast_to(np.ravel(positions)[:x.shape[-2]], x.shape[-2:-1]).astype(float), x.shape)[..., np.newaxis]"),
]  # fmt: skip
