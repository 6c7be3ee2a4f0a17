# With python3 (3.11 or later) and make only: `make serve`, `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
REGION ?= sample

.DEFAULT_GOAL := help
.PHONY: help serve build test lint types contracts unit test-all bench bench-denmark docs lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "laegevalg needs Python 3.11 or later; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Every package is pinned by hash; the checkout itself is installed as it stands.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

build: $(VENV)/.run  ## build the region (REGION=sample) unless it is built already
	$(BIN)/laegevalg build --region $(REGION) --if-needed

serve: build  ## install, build the sample region, show its findings and serve it on http://127.0.0.1:8000
	$(BIN)/laegevalg serve --region $(REGION)

test: lint types contracts unit  ## install, lint, check types and import contracts, test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/hadolint Dockerfile

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-all:  ## the same on every Python from 3.11 to 3.13 that is installed
	@for version in 3.11 3.12 3.13; do \
		python=$$(command -v python$$version) && $$python -c '' 2>/dev/null || { echo "python$$version is not installed: not tested"; continue; }; \
		$(MAKE) test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

.venv-osrm/.ready: requirements/osrm.txt
	@! python3.12 --version >/dev/null 2>&1 || { python3.12 -m venv .venv-osrm && .venv-osrm/bin/python -m pip install --quiet --require-hashes -r requirements/osrm.txt && touch $@; }

bench: $(VENV)/.bench .venv-osrm/.ready  ## the engine beside other libraries, written to docs/benchmarks.md
	$(BIN)/python -m pytest -q tests/benchmarks -m benchmark

bench-denmark: $(VENV)/.bench  ## how the engine grows to a country of 1.5 million junctions
	PYTHONPATH=. $(BIN)/python tests/benchmarks/country.py

docs: build $(VENV)/.dev  ## write the reference pages and the tutorial's output from the code
	$(BIN)/python docs/reference/generate.py
	$(BIN)/python docs/run_tutorial.py

lock:  ## pin every package anew; needs uv
	uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra build --extra dev --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt

clean:  ## remove what was installed and built
	rm -rf $(VENV) .venv-* store build .mypy_cache .ruff_cache .pytest_cache
