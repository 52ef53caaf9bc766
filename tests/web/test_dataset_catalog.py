"""/data.json: valid by DCAT-AP 3 as JSON-LD, with the keys of DCAT-US, and always a contact."""

import json
import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from pyshacl import validate
from rdflib import RDF, Graph, Namespace, URIRef

from tests.support.releases import make_release

pytestmark = [
    pytest.mark.usefixtures("public_site_url"),
    # rdflib's own parser of JSON-LD uses it.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
SHAPES = Path(__file__).parent / "dcat_ap.ttl"
#: Folder with the shapes of the profile itself, where somebody has them: shapes.ttl, range.ttl.
OFFICIAL = os.environ.get("DCAT_AP_SHAPES")


@pytest.fixture
def read_graph(client):
    def read_graph():
        return Graph().parse(data=client.get("/data.json").content.decode(), format="json-ld")

    return read_graph


def find_faults(graph, *shapes):
    rules = Graph()
    for one in shapes:
        rules.parse(one)
    conforms, _, report = validate(graph, shacl_graph=rules, advanced=True)
    return "" if conforms else report


@pytest.mark.parametrize("email", ["", "help@centers.example.kr"])
def test_catalog_is_valid_by_the_profile(read_graph, announcement_2024, settings, email):
    settings.CONTACT_EMAIL = email
    graph = read_graph()

    assert len(graph) > 80
    assert find_faults(graph, SHAPES) == ""
    assert len({*graph.subjects(RDF.type, DCAT.Distribution)}) == 5


def test_newest_release_is_one_of_the_files(
    client, read_graph, announcement_2024, make_center, settings, tmp_path
):
    """Each of its addresses answers, and the next release takes its place."""

    def find_zips():
        [dataset] = client.get("/data.json").json()["dataset"]
        return [one for one in dataset["distribution"] if one["format"] == "ZIP"]

    settings.DATA_DIR = tmp_path
    assert find_zips() == []
    make_release(settings, tmp_path)
    make_center(name="새 센터")
    newest = make_release(settings, tmp_path)

    [found] = find_zips()
    assert newest in found["title"]
    for name in ("downloadURL", "accessURL"):
        response = client.get(found[name].removeprefix(settings.SITE_URL))
        assert response.status_code == 200, name
    assert found["issued"] == str(timezone.localdate())
    graph = read_graph()
    assert find_faults(graph, SHAPES) == ""
    assert len({*graph.subjects(RDF.type, DCAT.Distribution)}) == 6


def test_catalog_without_records_is_valid_too(read_graph, db):
    assert find_faults(read_graph(), SHAPES) == ""


@pytest.mark.parametrize(
    "path", [DCT.title, DCT.publisher, DCAT.contactPoint, DCAT.accessURL, DCAT.endpointURL]
)
def test_shapes_find_what_is_missing(read_graph, announcement_2024, path):
    graph = read_graph()
    graph.remove((None, path, None))

    assert str(path).rpartition("/")[2].rpartition("#")[2] in find_faults(graph, SHAPES)


@pytest.mark.skipif(not OFFICIAL, reason="DCAT_AP_SHAPES names no folder with shapes")
def test_catalog_is_valid_by_the_shapes_of_the_profile(read_graph, announcement_2024):
    files = [Path(str(OFFICIAL)) / name for name in ("shapes.ttl", "range.ttl")]

    assert find_faults(read_graph(), *files) == ""


def test_every_part_names_its_licence(read_graph, announcement_2024, settings):
    graph = read_graph()
    terms = URIRef(f"{settings.SITE_URL}/data/#terms")

    for kind in (DCAT.Catalog, DCAT.Distribution, DCAT.DataService):
        for one in graph.subjects(RDF.type, kind):
            assert [*graph.objects(one, DCT.license)] == [terms]
    assert (terms, RDF.type, DCT.LicenseDocument) in graph


def test_contact_is_there_without_an_email(client, announcement_2024, settings):
    settings.CONTACT_EMAIL = ""
    [dataset] = client.get("/data.json").json()["dataset"]
    address, _, anchor = dataset["contactPoint"]["hasURL"].partition("#")
    page = BeautifulSoup(client.get(address.removeprefix(settings.SITE_URL)).content, "lxml")

    assert dataset["contactPoint"]["fn"] == "소공인특화지원센터 찾기"
    assert page.find(id=anchor).get_text() == "문의처"
    blocks = BeautifulSoup(client.get("/data/").content, "lxml").select(
        'script[type="application/ld+json"]'
    )
    [described] = [one for block in blocks for one in json.loads(block.string)["@graph"]]
    assert described["publisher"]["contactPoint"]["url"] == dataset["contactPoint"]["hasURL"]


def test_context_needs_no_other_host(client, db):
    """A reader of the JSON-LD loads nothing: the context is in the file."""
    context = client.get("/data.json").json()["@context"]

    assert isinstance(context, dict)
    assert "@import" not in context
