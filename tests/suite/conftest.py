"""Settings of Hypothesis for the suite's own tests."""

from hypothesis import settings

settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
