"""How Hypothesis runs here: without a time limit for each example, since a busy machine would fail tests at random."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "athar", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("athar")
