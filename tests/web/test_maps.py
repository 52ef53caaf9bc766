"""The maps as HTML and SVG: tiles of the 시·도, and dot maps of Korea."""

import json
import math
import re
from importlib import import_module
from itertools import combinations, pairwise, product

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from centers.models import Center, DataVersion, Region
from centers.models.region_tree import measure_distance_km
from centers.models.regions import LAST_TILE_COL, LAST_TILE_ROW
from centers.web.dot_map import MAX_GAP_KM, SINGLE_RADIUS


@pytest.fixture
def tiles(client, db):
    """Open the list and return its tiles by the names on them."""

    def tiles(address="/"):
        soup = BeautifulSoup(client.get(address).content, "lxml")
        found = soup.select(".tile-map > li")
        return {tile.select_one(".tile-name").get_text(): tile for tile in found}

    return tiles


def words(tile):
    """A tile as it is read aloud."""
    return "".join(tile.get_text().split())


def address(tile):
    return tile.a["href"] if tile.a else None


# --- what the tiles show -------------------------------------------------------------------------


def test_tiles_are_at_their_fixture_positions_in_reading_order(tiles, make_center):
    make_center()
    rows = json.loads((settings.FIXTURES_DIR / "regions.json").read_text(encoding="utf-8"))
    facts = [row["fields"] for row in rows if row["fields"]["level"] == "sido"]
    facts.sort(key=lambda one: (one["tile_row"], one["tile_col"]))

    shown = [(name, tile["class"]) for name, tile in tiles().items()]

    assert shown == [
        (one["short_name"], [f"tile-col-{one['tile_col']}", f"tile-row-{one['tile_row']}"])
        for one in facts
    ]


def test_tile_shows_how_many_centres_it_would_leave(tiles, make_center):
    for region, industry in (("26410", "14"), ("26", "10"), ("41591", "14"), ("36110", "14")):
        make_center(region=region, industry=industry)
    make_center(region="26410", industry="14", published=False)

    counts = {name: words(tile) for name, tile in tiles("/?industry=14").items()}

    assert {name: said for name, said in counts.items() if not said.endswith(",0곳")} == {
        "부산": "부산,1곳",
        "경기": "경기,1곳",
        "세종": "세종,1곳",
    }
    # Their own facet is left out: another 시·도 that is chosen hides none.
    assert words(tiles("/?region=26")["경기"]) == "경기,1곳"


def test_tile_link_adds_its_sido_and_keeps_other_filters(tiles, make_center):
    make_center(region="26410", industry="14")
    make_center(region="41591", industry="14")

    found = tiles("/?q=봉제&region=26&industry=14&page=1")

    assert address(found["경기"]) == "/?q=%EB%B4%89%EC%A0%9C&region=26&region=41&industry=14"
    assert words(found["경기"]) == "경기,1곳"


@pytest.mark.parametrize("chosen", ["region=26", "region=26410", "region=26&region=26410"])
def test_selected_tile_removes_its_sido_and_subregions(tiles, make_center, chosen):
    make_center(region="26410")
    make_center(region="41591")

    found = tiles(f"/?{chosen}&region=41&industry=14")

    assert words(found["부산"]) == "부산,1곳,고름"
    assert address(found["부산"]) == "/?region=41&industry=14"


def test_tile_without_centres_is_a_link_only_when_selected(tiles, make_center):
    make_center(region="26410")

    found = tiles("/?region=50&region=26")

    assert words(found["대구"]) == "대구,0곳"
    assert address(found["대구"]) is None
    assert words(found["제주"]) == "제주,0곳,고름"
    assert address(found["제주"]) == "/?region=26"


def test_sido_without_a_position_is_below_the_others(tiles, make_center):
    make_center()
    for code in ("26", "50"):
        region = Region.objects.get(code=code)
        region.tile_col = region.tile_row = None
        region.save()

    *_, before, last = tiles().values()

    lowest = max(Region.objects.exclude(tile_row=None).values_list("tile_row", flat=True))
    assert [before["class"], last["class"]] == [
        ["tile-col-0", f"tile-row-{lowest + 1}"],
        ["tile-col-0", f"tile-row-{lowest + 2}"],
    ]


def test_stylesheet_covers_every_tile_position():
    css = (settings.BASE_DIR / "static" / "css" / "maps.css").read_text(encoding="utf-8")

    for name, line, last in (("col", "column", LAST_TILE_COL), ("row", "row", LAST_TILE_ROW)):
        for number in range(last + 1):
            assert f".tile-{name}-{number} {{ grid-{line}: {number + 1}; }}" in css


# --- the facts behind the tiles ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("26", (0, None), "시·도에만, 함께"),
        ("26", (None, 0), "시·도에만, 함께"),
        ("26410", (5, 11), "시·도에만, 함께"),
        ("26", (1, 0), "이미 다른 시·도가"),  # where 서울 is
        ("26", (LAST_TILE_COL + 1, 0), "0부터 5까지"),
        ("26", (0, LAST_TILE_ROW + 1), "0부터 11까지"),
    ],
)
def test_tile_position_must_be_complete_free_and_of_a_sido(db, code, place, said):
    region = Region.objects.get(code=code)
    region.tile_col, region.tile_row = place

    with pytest.raises(ValidationError, match=said):
        region.save()


def fill_tiles():
    """What the migration does to the records, on the models as it knows them."""
    name = "0006_region_tiles"
    state = MigrationLoader(connection).project_state(("centers", name))
    import_module(f"centers.migrations.{name}").fill(state.apps, connection.schema_editor())


@pytest.fixture
def before_tiles(db):
    """The regions as they were loaded before there were tiles, one since mended by a person."""
    Region.objects.update(tile_col=None, tile_row=None)
    Region.history.update(tile_col=None, tile_row=None)
    region = Region.objects.get(code="26")
    region.name = "부산특별시"
    region.save()


def test_migration_adds_tile_positions_with_history(before_tiles):
    version = DataVersion.cached()

    fill_tiles()

    sidos = Region.objects.filter(level="sido")
    places = set(sidos.values_list("tile_col", "tile_row"))
    assert len(places) == sidos.count()
    assert (None, None) not in places
    assert not Region.objects.exclude(level="sido").exclude(tile_col=None).exists()
    busan = Region.objects.get(code="26")
    newest, before = busan.history.order_by("-history_id")[:2]
    assert busan.name == newest.name == "부산특별시"
    assert (newest.tile_col, newest.tile_row) == (busan.tile_col, busan.tile_row)
    assert newest.diff_against(before).changed_fields == ["tile_col", "tile_row"]
    assert DataVersion.cached() != version


def test_migration_keeps_known_tile_positions(db):
    Region.objects.filter(code="26").update(tile_col=5, tile_row=11)
    before = list(Region.history.values())

    fill_tiles()

    assert list(Region.history.values()) == before
    assert Region.objects.get(code="26").tile_col == 5


# --- the map of dots -----------------------------------------------------------------------------


class Drawing:
    """The dot map of a page."""

    def __init__(self, client, path):
        response = client.get(path)
        assert response.status_code == 200
        self.svg = BeautifulSoup(response.content, "lxml").select_one("svg.dot-map")
        if self.svg is None:
            return
        self.title = self.svg.find("title", recursive=False).get_text()
        self.width, self.height = map(int, self.svg["viewbox"].split()[2:])
        self.centers = [
            (float(dot["cx"]), float(dot["cy"]), float(dot["r"]), dot["class"], dot.get_text())
            for dot in self.svg.select("circle:has(title)")
        ]
        self.names = [text.get_text() for text in self.svg.select(".map-name")]

    def points(self, name):
        path = self.svg.select_one(f".map-{name}")
        return [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h0", path["d"])]


@pytest.fixture
def draw(client, make_center):
    """Make a centre and return the map on its page, and where it is lit."""

    def draw(region, **fields):
        center = make_center(region=region, **fields)
        drawing = Drawing(client, center.get_absolute_url())
        drawing.at = drawing.centers[0][:2] if drawing.centers else None
        return drawing

    return draw


def test_centre_is_marked_and_its_region_named(draw):
    drawing = draw("26410")

    [(x, y, r, kind, title)] = drawing.centers
    assert (r, kind) == (SINGLE_RADIUS, ["map-center"])
    assert (x, y) in drawing.points("dots")
    # Two of them may lie within the same square kilometre.
    sigungus = Region.objects.filter(level="sigungu").count()
    assert sigungus - 5 <= len(drawing.points("dots")) <= sigungus
    assert drawing.title == "전국 지도에서 본 부산광역시 금정구"
    assert drawing.svg["role"] == "img"
    assert drawing.names == ["부산 금정"]
    assert title == "부산 금정 의복 소공인특화지원센터"


def test_north_is_up_and_east_is_right(draw):
    seoul, busan, jeju = (draw(code).at for code in ("11110", "26410", "50110"))

    assert seoul[1] < busan[1] < jeju[1]
    assert jeju[0] < seoul[0] < busan[0]


@pytest.mark.parametrize(
    ("one", "other"), [("11110", "30230"), ("26410", "51750"), ("12210", "47210")]
)
def test_mainland_is_true_to_scale(draw, one, other):
    places = Region.objects.in_bulk([one, other])
    ends = [(place.lat, place.lon) for place in (places[one], places[other])]

    assert math.dist(draw(one).at, draw(other).at) == pytest.approx(
        measure_distance_km(*ends), rel=0.03
    )


def test_far_islands_are_moved_inside_the_frame(draw):
    drawing = draw("28720")
    points = drawing.points("dots")

    for axis, size in ((0, drawing.width), (1, drawing.height)):
        places = sorted({0, size, *(point[axis] for point in points)})
        assert places[0] == 0
        assert places[-1] == size
        assert max(after - before for before, after in pairwise(places)) <= MAX_GAP_KM + 1
    assert drawing.at == min(points)


def test_own_point_takes_precedence_over_the_region_s(draw):
    near = Region.objects.get(code="26410")

    region, own = draw("26410"), draw("26410", lat=near.lat - 0.1, lon=near.lon - 0.1)

    assert own.at[0] - region.at[0] == pytest.approx(-9, abs=1)
    assert own.at[1] - region.at[1] == pytest.approx(11, abs=1)


@pytest.mark.parametrize(("lat", "lon"), [*product((33.0, 37.2, 39.0), (124.0, 131.9, 132.0))])
def test_point_beyond_all_regions_is_drawn_at_the_edge(draw, lat, lon):
    drawing = draw("47940", lat=lat, lon=lon)

    assert SINGLE_RADIUS < drawing.at[0] < drawing.width - SINGLE_RADIUS
    assert SINGLE_RADIUS < drawing.at[1] < drawing.height - SINGLE_RADIUS


def test_wide_area_centre_colours_its_whole_sido(draw):
    drawing = draw("52", kind=Center.Kind.WIDE_AREA, industry=None)

    assert drawing.centers == []
    assert len(drawing.points("area")) == Region.objects.filter(parent="52").count()
    assert set(drawing.points("area")) < set(drawing.points("dots"))
    assert (drawing.names, drawing.title) == (["전북"], "전국 지도에서 본 전북특별자치도")


def test_wide_area_centre_with_a_point_is_marked_there_too(draw):
    drawing = draw("52", kind=Center.Kind.WIDE_AREA, industry=None, lat=35.85, lon=127.1)

    assert len(drawing.centers) == 1
    assert drawing.points("area")


def test_centre_without_known_location_has_no_map(client, make_center):
    Region.objects.filter(code="26410").update(lat=None, lon=None)
    DataVersion.bump()
    center = make_center(region="26410")

    assert Drawing(client, center.get_absolute_url()).svg is None


# --- the map of clusters -------------------------------------------------------------------------


@pytest.fixture
def clusters(client, db):
    return lambda: Drawing(client, "/coverage/")


def test_dot_area_follows_size_and_unknown_is_a_ring(clusters, make_center):
    make_center(region="26410", cluster_size=100)
    make_center(region="51750", cluster_size=400)
    make_center(region="47210", cluster_size=None, cluster_size_as_of=None)

    larger, smaller, unknown = clusters().centers

    assert (larger[2] / smaller[2]) ** 2 == pytest.approx(4, rel=0.05)
    assert [dot[3] for dot in (larger, smaller, unknown)] == [
        ["map-center"],
        ["map-center"],
        ["map-ring"],
    ]
    assert [dot[4].rpartition(": ")[2] for dot in (larger, smaller, unknown)] == [
        "400개사",
        "100개사",
        "규모 미확인",
    ]


def test_legend_shows_dots_of_the_same_scale(clusters, make_center):
    make_center(region="26410", cluster_size=500)
    make_center(region="47210", cluster_size=None, cluster_size_as_of=None)
    drawing = clusters()

    labels = [text.get_text() for text in drawing.svg.select("text:not(.map-name)")]
    radii = [float(dot["r"]) for dot in drawing.svg.select("circle:not(:has(title))")]

    assert labels == ["500개사", "100개사", "규모 미확인"]
    assert radii[0] == drawing.centers[0][2]
    assert (radii[0] / radii[1]) ** 2 == pytest.approx(5, rel=0.05)


def test_map_of_clusters_names_every_sido(clusters, make_center):
    make_center()

    assert set(clusters().names) == set(
        Region.objects.filter(level="sido").values_list("short_name", flat=True)
    )


def test_no_name_on_the_map_covers_another(clusters, make_center):
    # Seoul and Incheon, Sejong and Daejeon, Ulsan and Busan are near each other.
    for region in ("11110", "28177", "30110", "36110", "26410", "31110"):
        make_center(region=region)
    labels = clusters().svg.select("text.map-name")

    def box(label):
        width, x, y = 14 * len(label.get_text()), float(label["x"]), float(label["y"])
        left = {"start": x, "middle": x - width / 2, "end": x - width}[label["text-anchor"]]
        return left, y - 7, left + width, y + 7

    boxes = [box(label) for label in labels]
    overlapping = [
        (one.get_text(), other.get_text())
        for (one, a), (other, b) in combinations(zip(labels, boxes, strict=True), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert overlapping == []
    assert min(box[0] for box in boxes) >= 0


def test_map_says_how_many_centres_are_missing(client, make_center):
    Region.objects.filter(code="26410").update(lat=None, lon=None)
    DataVersion.bump()
    make_center(region="26410")
    make_center(region="51750")

    drawing = Drawing(client, "/coverage/")

    assert len(drawing.centers) == 1
    assert "센터 1곳은 위치를 몰라" in client.get("/coverage/").content.decode()


def test_overlapping_centres_share_one_label(clusters, make_center):
    make_center(specialty="봉제")
    make_center(specialty="한복")

    [dot] = clusters().centers

    assert dot[4].splitlines() == [
        "부산 금정 봉제 소공인특화지원센터: 120개사",
        "부산 금정 한복 소공인특화지원센터: 120개사",
    ]


def test_map_without_any_sizes(clusters, make_center):
    make_center(cluster_size=None, cluster_size_as_of=None)

    assert [dot[3] for dot in clusters().centers] == [["map-ring"]]
