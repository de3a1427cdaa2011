# The commands of the project. Each sets up what it needs first, and a second run skips what is done.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo dev test test-ui test-faults fix bench setup clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## Run a week of a made-up company: no account, no key
	@$(BIN)/volt-agent demo

dev: $(READY) ## Open the Dagster UI (with the sandbox where no Toggl token is set)
	@$(BIN)/volt-agent ui

test: $(READY) ## Run all checks: format, lint, types, advisories, tests, coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BIN)/python -m tests.advisories
	$(BIN)/pytest --cov --cov-report=term

test-ui: $(READY) ## Run the tests in a real browser: pages and Dagster UI
	$(BIN)/pytest tests/browser -n 2 --no-loadscope-reorder

test-faults: $(READY) ## Run the tests that kill runs, fill the disk and spoil answers
	$(BIN)/pytest tests/faults -n 2

fix: $(READY) ## Format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Print the measured ratios
	@$(BIN)/python -m benchmarks.match_quality
	@$(BIN)/python -m benchmarks.faith
	@$(BIN)/python -m benchmarks.site
	@$(BIN)/python -m benchmarks.week
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.backfill

setup: $(READY) ## Only set up .venv

clean: ## Remove .venv and the demo's store
	rm -rf .venv .demo

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Volt needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Setting up .venv: this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
