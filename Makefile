# Set-up and the commands of a working day. `make` turns any failure into exit code 2; where the code matters, run
# .venv/bin/python -m contracts verify.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_FLAGS ?=
RESULTS := reports/allure-results
QUICK := not slow and not process and not browser
RECORD := --alluredir=$(RESULTS) --clean-alluredir
export BASE_URL

.DEFAULT_GOAL := help
.PHONY: help install verify check test coverage lint format report screenshots killers trust field storm chaos steady bench bench-mock mutation lock clean

help: ## what there is (this)
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | awk -F '\t' '{ printf "make %-11s %s\n", $$1, $$2 }'

install: $(VENV)/.installed ## set up .venv/, from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	touch $@

verify: install ## verify the bundled mock, or what is at BASE_URL=...; more options: PYTEST_FLAGS='...'
	$(BIN)/python -m contracts verify $${BASE_URL:+"$$BASE_URL"} $(PYTEST_FLAGS)

check: lint ## style, types and the quick tests, in less than a minute; before each commit
	$(BIN)/pytest tests/suite -n 2 --dist worksteal -q -m "$(QUICK)" $(PYTEST_FLAGS)

test: install ## every test of the project: style, types, the suite's own tests, the contract tests
	@failed=0; $(MAKE) --no-print-directory lint || failed=1; \
	$(BIN)/pytest tests -n 2 --dist worksteal $(RECORD) $(PYTEST_FLAGS) || failed=1; \
	if [ $$failed = 1 ]; then echo 'make test: something above failed' >&2; fi; exit $$failed

coverage: install ## which lines and branches the quick tests run; tracing makes them four times slower
	$(BIN)/pytest tests/suite -n 2 --dist worksteal -q -m "$(QUICK)" --cov --cov-report=term:skip-covered $(PYTEST_FLAGS)

lint: install ## style and types, nothing changed
	@failed=0; \
	$(BIN)/ruff check || failed=1; \
	$(BIN)/ruff format --check || failed=1; \
	$(BIN)/mypy || failed=1; \
	exit $$failed

format: install ## lay out the code, and repair what can be repaired
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

report: ## build reports/html/index.html from the results of the last run; needs Node.js 20 or newer
	@command -v node >/dev/null && command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo 'make report needs Node.js 20 or newer with npm; the results stay in $(RESULTS)' >&2; exit 1; }
	@ls $(RESULTS)/*-result.json >/dev/null 2>&1 || { echo 'no results in $(RESULTS): run make verify first' >&2; exit 1; }
	npm ci --prefix reports --no-audit --no-fund --no-update-notifier --loglevel=error
	rm -rf reports/html
	cd reports && node_modules/.bin/allure generate --config allurerc.mjs allure-results && node finish.mjs
	@echo 'The report is $(abspath reports/html/index.html), the contract matrix $(abspath reports/html/matrix.html)'

screenshots: install ## the pictures in README.md; needs chromium and Node.js
	$(BIN)/python -m tests.screenshots

killers: install ## every fault of the mock against every clause, as a matrix; also reports/killers.json
	$(BIN)/python -m contracts selftest killers --all --json reports/killers.json

trust: install ## nothing legal fails: seeds, oddities, pairs of them, data that moves, listings that nobody reads whole
	$(BIN)/python -m contracts selftest alarms
	$(BIN)/python -m contracts selftest moving

field: install ## verify servers that are built on published paging libraries; writes the table in docs/field.md
	$(BIN)/python -m tests.field

storm: install ## a mock with everything that it can be asked for at once is found correct: sixty and ten million conversations, and a file
	$(BIN)/python -m contracts selftest storm

chaos: install ## no misbehaving server, interruption or misuse hurts a run; also reports/chaos.json
	$(BIN)/python -m contracts selftest chaos --json reports/chaos.json

steady: install ## the default run again and again under load: the same verdicts each time
	$(BIN)/python -m contracts selftest steady

bench: install ## what a run costs: requests, seconds, waiting
	$(BIN)/python -m contracts selftest bench

mutation: install ## whether the suite's own tests notice changes of clauses, evidence and model, as committed; hours, or SAMPLE=400
	rm -rf mutants && git clone --quiet . mutants
	@cd mutants && export PATH="$(abspath $(BIN)):$$PATH" PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONDONTWRITEBYTECODE=1 && \
	cosmic-ray baseline tests/mutation.toml && cosmic-ray init tests/mutation.toml session.sqlite && cr-filter-operators session.sqlite tests/mutation.toml && \
	python tests/mutants.py session.sqlite $(if $(SAMPLE),$(SAMPLE) $(or $(SEED),1)) && \
	cosmic-ray exec tests/mutation.toml session.sqlite && \
	cr-report --surviving-only --show-diff session.sqlite >survivors.txt && cr-report session.sqlite | tail -4
	@echo 'The survivors are in mutants/survivors.txt'

lock: install ## write the lock files: versions and hashes, no registry
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group dev --output-file requirements.lock pyproject.toml
	npm install --prefix reports --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

bench-mock: install ## pages a second of the mock, beside Prism; needs wrk and Node.js 20 or newer
	@command -v wrk >/dev/null && command -v npm >/dev/null || { echo 'make bench-mock needs wrk (apt-get install wrk) and Node.js 20 or newer with npm' >&2; exit 1; }
	npm install --prefix .prism --no-save --no-audit --no-fund --no-update-notifier --loglevel=error @stoplight/prism-cli@5.16.0
	$(BIN)/python -m contracts selftest bench-mock --prism .prism/node_modules/.bin/prism

clean: ## remove what is generated, the set-up too
	rm -rf $(VENV) dist mutants .prism .field .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis reports/node_modules reports/html reports/.pytest_cache reports/.hypothesis $(RESULTS)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
