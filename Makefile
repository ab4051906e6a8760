# Dragoman's chores. `make` alone lists them. Needs Python 3.11 or later, and make.
#
#   make test ARGS="-k chautec -x"     extra options for pytest
#   make demo ARGS="--port 9000"       extra options for dragoman demo
#   make demo PYTHON=python3.13        another Python (after make clean)

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
RUNTIME := .venv/.runtime-installed
TESTING := .venv/.tests-installed
CLIENTS := tests/clients/node_modules/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format bench docs venv test-venv clients lock clean
.SILENT:

help: ## list these targets
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## load demo data and serve it; prints addresses and credentials
	$(BIN)/dragoman demo $(ARGS)

test: $(TESTING) clients ## run all tests
	# Playwright keeps an event loop in its thread, so the browser has a run of its own; 5: nothing to run
	$(BIN)/python -m pytest -m browser -n 2 --dist loadgroup $(ARGS) || [ $$? -eq 5 ]
	$(BIN)/python -m pytest -m "not browser" -n 2 --dist loadgroup $(ARGS) || [ $$? -eq 5 ]

check: $(TESTING) ## format, lint, types, layers, architecture, generated documents
	$(BIN)/ruff format --check --output-format concise . >&2 || { echo "Not formatted. Run: make format"; exit 1; }
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --strict --no-error-summary src
	$(BIN)/lint-imports --no-cache --no-logo
	if [ -f docs/generate.py ]; then $(BIN)/python docs/generate.py --check; fi
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(TESTING) ## format the code and mend what ruff can mend
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

bench: $(TESTING) ## measure CPU per request against the floor, and print the table
	$(BIN)/python -m bench $(ARGS)

docs: $(TESTING) ## write the generated documents and coverage tables
	$(BIN)/python docs/generate.py $(ARGS)

venv: $(RUNTIME) ## install what the server needs into .venv

test-venv: $(TESTING) ## and what the tests need

# Third-party npm clients, where npm is. Without them the tests that use them say what is missing.
clients: $(if $(wildcard tests/clients/package.json),$(CLIENTS))

lock: ## resolve all versions anew and write the lock files
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet .
	.venv-lock/bin/pip freeze --exclude dragoman > requirements.lock
	.venv-lock/bin/pip install --quiet --constraint requirements.lock '.[test]'
	{ echo "-r requirements.lock"; \
	  .venv-lock/bin/pip freeze --exclude dragoman | grep -vxFf requirements.lock; } \
	  > requirements-test.lock
	rm -rf .venv-lock

clean: ## remove .venv and everything built; the demo's data in .demo stays
	rm -rf .venv .venv-lock .import_linter_cache build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf tests/clients/node_modules
	find src tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Dragoman needs Python 3.11 or later. On Debian: sudo apt-get install -y python3 python3-venv"; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments. On Debian: sudo apt-get install -y python3-venv"; exit 1; }
	echo "Installing into .venv ..."
	$(PYTHON) -m venv --clear .venv

$(RUNTIME): requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	touch $@

$(TESTING): requirements-test.lock $(RUNTIME)
	echo "Installing what the tests need ..."
	$(PIP) install -r requirements-test.lock
	touch $@

$(CLIENTS): $(wildcard tests/clients/package.json tests/clients/package-lock.json)
	if command -v npm >/dev/null; then \
	  echo "Installing the npm clients ..."; \
	  cd tests/clients && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts && touch node_modules/.installed; \
	elif [ -n "$$CI" ]; then \
	  echo "npm is missing: sudo apt-get install -y nodejs npm"; exit 1; \
	fi
