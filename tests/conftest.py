"""Hypothesis profiles: the same inputs on every run by default, a long random search on demand.

`pytest --hypothesis-profile=long` looks further; what it finds becomes a vector or an @example.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, max_examples=40, deadline=None, database=None)
settings.register_profile(
    "long", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")
