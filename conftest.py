"""Loads the plugin with the options and hooks of the checks, so that `pytest tests/contract` works in a clone."""

pytest_plugins = ["contracts.pytest_plugin"]
