"""Print the fault scripts with their purpose."""

import ast
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    if path.stem != "scratch":
        [line, *_] = ast.get_docstring(ast.parse(path.read_text())).splitlines()
        print(f"python -m tests.faults.{path.stem:<20} {line}")
