# `make run` and `make test` are all a newcomer needs; both set up what is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
SCRIPTS := src/jaga/web/static/js/.built
export PYTHONPATH := $(CURDIR)/src
# Each worker has a running system of its own and takes one file of tests after the other, long ones first.
TEST_WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench pictures fmt lock inventory mutants cover

help: ## Show these targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) $(SCRIPTS) ## Install everything into .venv, build the messenger and the pages' scripts.

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(SCRIPTS): package-lock.json package.json $(wildcard web/console/* tests/clients/*.ts) $(shell find web/messenger web/shared -type f) | $(STAMP)
	tools/scripts

run: setup ## Start Jaga with its demonstration community.
	$(BIN)/jaga up --demo

test: setup ## Run the whole test suite.
	tools/browser
	tools/redis
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

check: setup ## Formatting, lint, types, import contracts, dependencies, words.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/codespell

bench: setup ## Measure against a baseline in the same run; writes docs/benchmarks.md.
	$(BIN)/python -m bench

# Without the fixtures of the whole suite, which these tests do not need.
cover: setup ## Every branch of jaga.sealed is taken by its own fast tests.
	$(BIN)/coverage run --branch --source=src/jaga/sealed --data-file=$(VENV)/.coverage -m \
		pytest -q -n 0 --noconftest tests/unit/test_sealed_*.py
	$(BIN)/coverage report --data-file=$(VENV)/.coverage --show-missing --fail-under=100

mutants: cover ## Change jaga.sealed in every place, and see that its tests notice; ten minutes on idle cores.
	$(BIN)/python tools/mutants.py

pictures: setup ## Take the pictures in docs/pictures anew, of the demonstration.
	tools/browser
	$(BIN)/python -m bench.shots

fmt: setup ## Format the code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

inventory: setup ## Write docs/what-we-can-see.md from the inventory.
	$(BIN)/jaga inventory --markdown > docs/what-we-can-see.md

lock: ## Renew requirements.lock from pyproject.toml.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --extra demo --group dev pyproject.toml -o requirements.lock
