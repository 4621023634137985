# Two commands: `make run` and `make test`. Both set up everything first; nothing is fetched once that is done.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(shell sed -n 's/.*"\(uv==[^"]*\)".*/\1/p' pyproject.toml)
STAMP  := $(VENV)/.installed

export DO_NOT_TRACK = 1
export DBT_SEND_ANONYMOUS_USAGE_STATS = false
export GX_ANALYTICS_ENABLED = false
export PREFECT_SERVER_ANALYTICS_ENABLED = false

.PHONY: run test lint setup lock docs clean

run: setup ## Refresh the sample into ./warehouse and say what was published, and where
	$(BIN)/serai run --landing sample --home warehouse

test: lint ## Lint, import contracts, and the whole test suite on all cores
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

setup: $(STAMP)

# uv.lock holds versions and hashes but no address, so the packages come from whichever index pip and uv are set up
# for. pip and uv read the exported list, with every file's hash required.
$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v < (3, 14) else f"Serai needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {v[0]}.{v[1]}: name another one with make PYTHON=/path/to/python")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$(UV)"
	$(BIN)/uv export --frozen --all-groups --no-emit-project --quiet --output-file $(VENV)/requirements.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode $(VENV)/requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

lock: ## Resolve what pyproject.toml asks for (UPGRADE=1: everything anew) and write uv.lock, then take the index's addresses out of it
	$(BIN)/uv lock $(if $(UPGRADE),--upgrade)
	sed -E -e 's#registry = "https?://[^"]*"#registry = "index"#' -e 's#url = "https?://[^"]*/([^"/]+)"#url = "\1"#' uv.lock > uv.lock.new
	mv uv.lock.new uv.lock

docs: setup ## dbt's own documentation of the last build, one static page
	$(BIN)/serai docs --home warehouse

clean:
	rm -rf $(VENV) warehouse
