# make run    install, index, serve          make test   everything that CI checks
# make check  style, types, imports          make eval   behaviour      make bench   speed
# make mutants  do the tests notice a changed line? (minutes)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
CONSTRAINTS := constraints.txt

# The newest of these that is 3.11 or later.
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run install test install-test browser check format eval mutants bench bench-receivables bench-retrieval conversations vectors constraints clean

help:
	@grep -E '^# make' Makefile | sed 's/^# //'

run: install
	@$(BIN)/python -m ui.serve

install: $(VENV)/.installed

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments; install its venv package (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml $(CONSTRAINTS)
	@echo "Installing; the first time takes a few minutes"
	@$(PIP) install --quiet --constraint $(CONSTRAINTS) --editable .
	@touch $@

# torch comes first and by itself, so that sentence-transformers finds the pinned one; it is needed by tests only.
$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need"
	@$(PIP) install --quiet torch==2.13.0
	@$(PIP) install --quiet --constraint $(CONSTRAINTS) --editable '.[test,sentence-transformers]'
	@touch $@

install-test: $(VENV)/.installed-test

browser:
	@sh deploy/browser.sh

test: install-test browser check
	$(BIN)/python -m pytest
	$(BIN)/python -m evals.run

check: install-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: install
	$(BIN)/python -m evals.run

bench: install
	$(BIN)/python -m evals.bench.turns

bench-receivables: install
	$(BIN)/python -m evals.bench.receivables

# In a clean copy of what is committed, so that the working tree stays as it is. A seeded sample; SAMPLE=0 is all of them.
SAMPLE := 150
mutants: install-test
	rm -rf mutants && mkdir mutants && git archive HEAD | tar -x -C mutants
	cd mutants && $(abspath $(BIN))/python evals/bench/mutants.py --sample $(SAMPLE)

# make bench-retrieval OUTSIDE=folder SCALE=100000; the comparison with LangChain + Chroma needs the test extra.
bench-retrieval: install-test
	$(BIN)/python -m evals.bench.retrieval $(if $(OUTSIDE),--outside $(OUTSIDE)) $(if $(SCALE),--scale $(SCALE))

# docs/conversations.md as the assistant answers today.
conversations: install
	$(BIN)/python -m evals.conversations

# The vectors and learned intents that ship with the product; run it after changing the corpus or the utterances.
vectors: install
	$(BIN)/python -m assistant.shipping

# What is installed now becomes what everyone installs; torch stays out, its variants differ from machine to machine.
constraints: install-test
	@$(PIP) freeze --exclude-editable | grep -E '^[A-Za-z0-9_.-]+==' | grep -viE '^(torch|triton|nvidia|cuda)' > $(CONSTRAINTS)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache artifacts
