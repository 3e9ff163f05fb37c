"""Nothing heavy is imported before it is needed: a clause is rerun quickly."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("cryptography", "filelock", "hypothesis", "jsonschema", "jwt", "openapi_schema_validator", "schemathesis")


@pytest.mark.process
@pytest.mark.parametrize("module", ["contracts.clauses", "contracts.runner.configuration", "contracts.mock.server"])
def test_a_module_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([each for each in {HEAVY} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
