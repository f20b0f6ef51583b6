# The house's commands. `make` alone prints them. Needs Python 3.11 or newer; works with GNU make 3.81 and bash 3.2.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo backup restore upgrade test test-all bench check lint types contracts miniapp documents screenshots format lock clean

PY := .venv/bin/python
BOOT := bash deploy/devstack/bootstrap.sh
PATHS := libs services deploy tests examples
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"
QUICK := not slow and not browser and not container

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the whole desk on http://127.0.0.1:8000 (PORT=8080 another port, RESET=1 starts over)
	@$(BOOT) demo
	@exec $(PY) -m tikethet_devstack

backup: ## everything of `make demo` into one file under backups/ (while it runs or not), the keys beside it
	@$(BOOT) demo
	@$(PY) -m tikethet_devstack.backup backup

restore: ## put it back: make restore FILE=backups/data/tikethet-….tar (the demo is stopped; what it holds now is gone)
	@$(BOOT) demo
	@$(PY) -m tikethet_devstack.backup restore "$(FILE)"

upgrade: ## a server run from this clone: back up, pull (BUILD=1: build), start, look, and the way back
	@deploy/upgrade

test: check ## lint, types, contracts, and tests on real engines (ARGS="-k word" for pytest)
	@$(PY) -m pytest -m "$(QUICK)" -n 2 --dist loadfile $(ARGS)

test-all: test ## the same with the browser, chaos and container suites, one test at a time
	@$(PY) -m pytest -m "not ($(QUICK))" $(ARGS)

bench: venv ## the tables: appends, the gateway, the sockets, the bot, a desk of years (each beside its neighbour)
	@for bench in tests/bench/[a-z]*.py; do $(PY) $$bench || exit 1; done

check: lint types contracts miniapp ## what needs no engine: lint, types, contracts, the Mini App's own tests

lint: venv ## ruff, rules and format
	@$(PY) -m ruff check $(PATHS)
	@$(PY) -m ruff format --check $(PATHS)

types: venv ## mypy, strict
	@$(PY) -m mypy $(PATHS)

contracts: venv ## who may import whom
	@.venv/bin/lint-imports

miniapp: venv ## the Mini App: TypeScript, strict, and its tests
	@cd services/gateway/miniapp && PATH="$(CURDIR)/.venv/bin:$$PATH" && npm run --silent check && npm run --silent test && npm run --silent size

documents: venv ## what docs/ has from the code (OpenAPI, AsyncAPI, settings, metrics) and the Mini App's types
	@$(PY) -m tikethet_devstack.documents
	@cd services/gateway/miniapp && PATH="$(CURDIR)/.venv/bin:$$PATH" && node scripts/schema.mjs

screenshots: venv ## the README's pictures and every page of the Mini App, from a running `make demo RESET=1` (PORT=8080 another port)
	@$(PY) services/gateway/miniapp/scripts/screenshots.py http://127.0.0.1:$(or $(PORT),8000)
	@$(PY) services/gateway/miniapp/scripts/pages.py http://127.0.0.1:$(or $(PORT),8000)
	@$(PY) deploy/devstack/screenshots.py http://127.0.0.1:$(or $(PORT),8000)

format: venv ## let ruff format the code
	@$(PY) -m ruff check --fix $(PATHS)
	@$(PY) -m ruff format $(PATHS)

lock: venv ## pin the newest versions again, with hashes and without an index's address
	@$(LOCK) --upgrade requirements.in -o requirements.lock
	@$(LOCK) --upgrade requirements-test.in -o requirements-test.lock

clean: ## remove what was made (.venv, builds, caches) and keep the demo's data
	rm -rf .venv services/gateway/miniapp/node_modules services/gateway/tikethet_gateway/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache tests/artefacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: venv
venv:
	@$(BOOT) test
