"""Generate clients from the description of the API, and use them against a running site.

    python -m tests.openapi.clients

`openapi-python-client` makes a package, `datamodel-code-generator` Pydantic models. Both are
installed in an environment of their own in a temporary folder. Exits with 1 if one fails.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from tests.support.sites import running

PACKAGES = ("openapi-python-client~=0.1", "datamodel-code-generator~=0.1", "pydantic~=2.0")
#: Run beside the generated package, with the URL of the site.
USE_CLIENT = """
import importlib
import pkgutil
import sys

import client.api

calls = {
    module.name.rpartition(".")[2]: importlib.import_module(module.name)
    for module in pkgutil.walk_packages(client.api.__path__, "client.api.")
}
site = client.Client(base_url=sys.argv[1], raise_on_unexpected_status=True)

page = calls["centers_list"].sync(client=site, page_size=100)
assert page.count == len(page.results) > 40, page
for center in page.results:
    detail = calls["centers_read"].sync(client=site, id=center.id)
    assert (detail.id, detail.name, detail.region) == (center.id, center.name, center.region)
near = calls["centers_nearest"].sync(client=site, near="영월", industry=["10"])
assert near.results[0].distance.km < 30, near.results[0]
assert all(one.industry.code == "10" for one in near.results)
points = calls["centers_geojson"].sync(client=site)
assert {one.id for one in points.features} == {one.id for one in page.results}
newest, *_ = calls["announcements_list"].sync(client=site).results
assert calls["announcements_read"].sync(client=site, slug=newest.slug).listings
for name in ("root", "facets", "regions_list", "industries_list", "operators_list"):
    assert calls[name].sync(client=site), name
assert calls["suggestions"].sync(client=site, q="봉").results
assert calls["understand"].sync(client=site, q="염색").industries
wrong = calls["centers_list"].sync(client=site, region=["없는 곳"])
assert wrong.status == 400 and wrong.errors[0].parameter == "region", wrong
print("client:", page.count, "centres,", len(points.features), "points")
"""
USE_MODELS = """
import json
import sys
from urllib.request import urlopen
import models

site = sys.argv[1]

def read(path):
    with urlopen(site + path) as response:
        return response.read()

page = models.CenterPage.model_validate_json(read("/api/v1/centers/?page_size=100"))
assert page.count == len(page.results) > 40, page.count
assert page.results[0].region.code and page.results[0].name
for center in page.results:
    detail = models.CenterDetail.model_validate_json(read(f"/api/v1/centers/{center.id}/"))
    assert detail.id == center.id
points = models.FeatureCollection.model_validate_json(read("/api/v1/centers.geojson"))
assert [one.id for one in points.features] == [one.id for one in page.results]
for name, path in (
    ("FacetCounts", "facets/"),
    ("RegionPage", "regions/"),
    ("IndustryPage", "industries/"),
    ("OperatorPage", "operators/"),
    ("AnnouncementPage", "announcements/"),
    ("Suggestions", "suggestions/?q=%EB%B4%89"),
    ("Understanding", "understand/?q=%EC%97%BC%EC%83%89"),
):
    getattr(models, name).model_validate_json(read("/api/v1/" + path))
print("models:", page.count, "centres")
"""


def run(*command: str | Path, folder: Path) -> str:
    """Run a command in a folder; return what it prints. Exits with its output if it fails."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(sys.executable, "-m", "venv", "tools", folder=folder)
        programs = folder / "tools" / "bin"
        run(programs / "pip", "install", "--quiet", *PACKAGES, folder=folder)
        with running(folder, API_RATE=1_000_000) as site:
            site.wait()
            url = f"http://127.0.0.1:{site.port}"
            with urlopen(f"{url}/api/v1/schema.json") as response:
                (folder / "schema.json").write_bytes(response.read())
            (folder / "config.yaml").write_text("post_hooks: []\n")
            generate = ("generate", "--meta=none", "--output-path=client", "--config=config.yaml")
            printed = run(
                programs / "openapi-python-client",
                *generate,
                "--path=schema.json",
                folder=folder,
            )
            print(printed.strip())
            run(
                programs / "datamodel-codegen",
                *("--input=schema.json", "--input-file-type=openapi", "--output=models.py"),
                *("--output-model-type=pydantic_v2.BaseModel", "--disable-timestamp"),
                folder=folder,
            )
            for code in (USE_CLIENT, USE_MODELS):
                (folder / "use.py").write_text(code)
                print(run(programs / "python", "use.py", url, folder=folder).strip(), flush=True)
            if "warning" in printed.lower():
                sys.exit("openapi-python-client left something out.")


if __name__ == "__main__":
    main()
