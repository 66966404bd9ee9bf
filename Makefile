PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench clean

demo: .venv/lazyframe    ## answer the flight questions on the sample
	$(BIN)/python examples/flights.py

test: .venv/test    ## run the tests
	$(BIN)/python -m pytest -n auto

lint: .venv/test    ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench    ## time the questions against other libraries
	$(BIN)/python -m benchmarks.flights

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/lazyframe: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

.venv/bench: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	touch $@

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
