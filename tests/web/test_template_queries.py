"""No template fires a query: views hand over all that a page shows."""

import pytest
from django.db import connection
from django.template import Context
from django.template.base import Template

from centers.models import Center
from tests.support.releases import make_release

PAGES = [
    "/",
    "/?view=table",
    "/?page=2&sort=name",
    "/?q=봉제&region=26",
    "/?q=qhdwp",
    "/?near=51750",
    "/?near=51750&industry=10&view=table",
    "/?region=51&industry=10",
    "/?industry=10&industry=14&regon=1&page=99",
    # Lists without results, each with alternatives of another kind.
    "/?q=봉재",
    "/?q=양주 인쇄",
    "/?q=영월 봉제",
    "/?region=50",
    "/?region=50&industry=10&year_min=2024",
    "/?near=50110&industry=33&q=가나다라",
    "/embed/?region=51",
    "/embed/?region=50",
    "/centers/{announced}/",
    "/centers/{center}/",
    "/centers/{closed}/",
    "/centers/{center}/correction/",
    "/coverage/",
    "/coverage/?region=41&gaps=1&regon=1",
    "/announcements/",
    "/announcements/2024-selection/",
    "/changes/",
    "/about/",
    "/data/",
    "/data/releases/",
    "/data/releases/compare/",
    "/data/releases/{release}/",
    "/accessibility/",
    "/privacy/",
    "/api/",
    "/opensearch.xml",
    "/sitemap.xml",
    "/sitemap-centers.xml",
]


@pytest.fixture
def block_queries_in_templates(monkeypatch):
    """Let every query fail that is sent while a template renders."""
    render = Template.render

    def block(execute, sql, *_):
        raise AssertionError(f"A template fired a query: {sql}")

    def render_without_queries(self, context):
        with connection.execute_wrapper(block):
            return render(self, context)

    monkeypatch.setattr(Template, "render", render_without_queries)


@pytest.mark.parametrize("path", PAGES)
def test_no_query_while_the_template_renders(
    client, settings, tmp_path, announcement_2024, make_center, block_queries_in_templates, path
):
    announced = Center.objects.order_by("pk").first()
    center = make_center(region="51750", industry="10")
    make_center(kind="wide_area", region="51", industry=None)
    closed = make_center(
        kind="wide_area", region="50", industry=None, status="closed", successor=center
    )

    keys = {"announced": announced.pk, "center": center.pk, "closed": closed.pk}
    if "{release}" in path:
        keys["release"] = make_release(settings, tmp_path)
    response = client.get(path.format(**keys), follow=True)

    assert response.status_code == 200


def test_blocker_finds_a_query(db, block_queries_in_templates):
    template = Template("{% for center in centers %}{{ center }}{% endfor %}")

    with pytest.raises(AssertionError, match="A template fired a query"):
        template.render(Context({"centers": Center.objects.all()}))
