"""The plugin that runs the hand-written checks: `-p contracts.pytest_plugin` loads it.

Other people's runs import this package on the way to the mock's fixture, so it imports nothing itself.
"""

pytest_plugins = (
    "contracts.pytest_plugin.options",
    "contracts.pytest_plugin.hooks",
    "contracts.pytest_plugin.promises",
)
