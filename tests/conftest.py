"""Hypothesis profiles: the same inputs on every run by default, a long random search on demand.

`pytest --hypothesis-profile=long` looks further; what it finds becomes a vector or an @example.
"""

import os

os.environ.setdefault("SYMPY_CACHE_SIZE", "20000")  # before SymPy is imported: a fifth of the time on vectors

from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, max_examples=40, deadline=None, database=None)
settings.register_profile(
    "long", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")
