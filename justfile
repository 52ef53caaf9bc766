# Recipes for daily work; `just` alone lists them. Each line also works when typed.

python := ".venv/bin/python"

default:
    @just --list

# Make the environment with all that development needs
setup:
    python3 -m venv .venv
    .venv/bin/pip install -r requirements-dev.txt
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund

# Run the site with Django's debug pages at http://127.0.0.1:8000/
serve *options:
    DEBUG=true {{ python }} manage.py serve {{ options }}

# Run all tests, or those named: `just test tests/search -k nearest`
test *options:
    {{ python }} -m pytest {{ options }}

# Run the tests that start neither browsers nor servers
test-fast *options:
    {{ python }} -m pytest -m "not slow" --ignore=tests/browser {{ options }}

# Style, templates and the import contract of the rooms
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/djlint --lint --quiet templates
    git ls-files 'templates/*.html' | xargs .venv/bin/djade --target-version 5.2 --check
    .venv/bin/lint-imports
    .venv/bin/vulture

# Static types
types:
    tests/node_modules/.bin/pyright

# Measure how long finding and serving take (README, docs/performance.md)
bench:
    {{ python }} -m tests.benchmark.finding
    {{ python }} -m tests.benchmark.serving

# All that must pass before a change lands
ci:
    bash .ci/run
