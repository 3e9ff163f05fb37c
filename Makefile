# Set-up and the two main commands. `make` turns any failure into exit code 2; where the code matters, call pytest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE_URL ?=

.PHONY: install verify test lint lock

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev --output-file requirements.lock pyproject.toml
