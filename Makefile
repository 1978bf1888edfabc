# `make run` and `make test` do all set-up themselves. `make help` lists what there is.
PYTHON ?= python3
export PORT ?= 8000
export SANDBOX_PORT ?= 8801

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench search demo-reset translations

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: ## environment in .venv, packages, front-end libraries, translations
	@$(PYTHON) scripts/setup.py

run: setup ## the console with its sandbox, to try it (PORT chooses the web's port)
	@exec .venv/bin/python scripts/run.py

demo-reset: ## forget the demo's data
	@$(PYTHON) scripts/run.py --reset

test: ## everything: SQLite, PostgreSQL, Redis, the vendor's SDK, Chromium
	@$(PYTHON) scripts/setup.py --tests
	@.venv/bin/python scripts/test.py

check: ## lint, format, types, import contracts, templates, translations, migrations, deployment, collection of tests
	@$(PYTHON) scripts/setup.py --tests
	@.venv/bin/python scripts/check.py

format: ## format the code
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

bench: ## figures, by hand: they depend on the machine (ONLY="sandbox" chooses)
	@$(PYTHON) scripts/setup.py --tests
	@.venv/bin/python scripts/bench.py $(ONLY)

search: ## counter-examples to the tests' properties, by hand (SEARCH=20 times as many as usual)
	@$(PYTHON) scripts/setup.py --tests
	@SEARCH=$${SEARCH:-20} .venv/bin/python -m pytest -q -n auto -m hypothesis

translations: ## collect new strings into locale/
	@.venv/bin/python scripts/translations.py collect
