# Every command a person types. `make` alone lists them.

# The first of these that is Python 3.11 or newer; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
NEED_PYTHON := "SMO needs Python 3.11 or newer: install one, or name it: make up PYTHON=/path/to/python3"
BIN := .venv/bin
CODE := manage.py smo connectors sandbox accounts scheduler inbox analytics tests bench
TEMPLATES := $(wildcard templates sandbox/pages)
# Where byte code is not kept, each of SMO's many processes compiles all modules again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help up setup test lint bench budgets chaos shots clean

help: ## list these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 16

up: setup ## start SMO here: services, database, web, workers, practice networks (SMO_PORT, SMO_VAR)
	@$(BIN)/python manage.py up

setup: ## install what is needed into .venv and build the front-end assets
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo $(NEED_PYTHON); exit 1; }
	@$(PYTHON) -I smo/up/install.py

test: setup ## run all tests, in services of their own (PYTEST_ARGS)
	@chromium="$$($(BIN)/python -I smo/up/chromium.py)" && SMO_CHROMIUM="$$chromium" $(BIN)/python -m pytest -n 3 --dist worksteal $(PYTEST_ARGS)

lint: setup ## check style, types and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict --num-workers 2 $(CODE)
	@$(BIN)/djlint --quiet --check templates
	@$(BIN)/djlint --quiet --lint $(TEMPLATES)

bench: setup ## measure the publishing machine, beside the limit of this computer, the calendar of a large workspace, and the inbox
	@$(BIN)/python -m bench

budgets: setup ## measure every screen against its budget: weight, queries, server, browser; and a large calendar
	@$(BIN)/python -m bench pages calendar

chaos: setup ## the long form of the chaos tests: hundreds of kills, no post lost, none twice
	@SMO_CHAOS=long $(BIN)/python -m pytest -m chaos $(PYTEST_ARGS)

shots: setup ## screenshots of the demo's screens into docs/shots
	@chromium="$$($(BIN)/python -I smo/up/chromium.py)" && SMO_CHROMIUM="$$chromium" $(BIN)/python -m tests.browser.shots

clean: ## remove everything that was built or installed here, but not the data in var/
	rm -rf .venv build node_modules .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
