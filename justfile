# Recipes for daily work; `just` lists them. Each command also works on its own.

python := ".venv/bin/python"

default:
    @just --list

# Create the virtual environment with everything that development needs
setup:
    python3 -m venv .venv
    .venv/bin/pip install -r requirements-dev.txt
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund

# Run the site with Django's debug pages at http://127.0.0.1:8000/
serve *options:
    DEBUG=true {{ python }} manage.py serve {{ options }}

# Run all tests without a browser, or those named: `just test tests/search -k nearest`
test *options:
    {{ python }} -m pytest {{ options }}

# Run the tests in a real browser
test-browser *options:
    {{ python }} -m pytest tests/browser {{ options }}

# Send made-up requests to a site: schemathesis and a share of the hostile corpus
test-attack *options:
    {{ python }} -m pytest tests/attack {{ options }}

# Run the tests without those of running servers, commands and the whole site
test-fast *options:
    {{ python }} -m pytest --ignore=tests/http --ignore=tests/management --ignore=tests/site {{ options }}

# Run all tests and measure which lines they reach
coverage *options:
    {{ python }} -m pytest --cov --cov-report=term:skip-covered {{ options }}

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

# Measure search, serving, downloads and growth (docs/performance.md)
bench:
    {{ python }} -m tests.benchmark.finding
    {{ python }} -m tests.benchmark.serving
    {{ python }} -m tests.benchmark.downloads
    {{ python }} -m tests.benchmark.growth

# Everything that must pass before a change lands
ci:
    bash .ci/run
