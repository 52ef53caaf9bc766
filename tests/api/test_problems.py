"""Errors of the API: problem documents (RFC 9457) in Korean that name the parameter."""

import pytest

from centers.models import Center


@pytest.fixture
def refusal(client, db):
    """Request a URL and return the problem document of the response."""

    def refusal(address, status, method="get", **headers):
        response = getattr(client, method)(address, headers=headers)
        assert response.status_code == status, response.content.decode()
        assert response["Content-Type"] == "application/problem+json"
        assert response["Access-Control-Allow-Origin"] == "*"
        problem = response.json()
        assert problem["status"] == status
        assert any("가" <= letter <= "힣" for letter in problem["title"] + problem["detail"])
        return problem

    return refusal


# --- problems ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("regon=26", "regon", "‘regon’은 없는 조건입니다."),
        ("format=xml", "format", "‘format’는 없는 조건입니다."),
        ("region=제주시리", "region", "지역 ‘제주시리’는 없는 값입니다."),
        ("industry=99", "industry", "업종 ‘99’는 없는 값입니다."),
        ("year=12", "year", "지정연도 ‘12’는 없는 값입니다."),
        ("size_min=-1", "size_min", "규모(이상) ‘-1’은 없는 값입니다."),
        ("near=없는곳", "near", "내 지역 ‘없는곳’은 없는 값입니다."),
        ("sort=near", "sort", "정렬 ‘가까운 순’은 여기서는 적용할 수 없습니다."),
        ("sort=size&sort=name", "sort", "정렬 조건은 한 번만 씁니다."),
        ("page=0", "page", "쪽 ‘0’은 없는 값입니다."),
        ("page=2", "page", "‘2’는 없는 쪽입니다. 마지막은 1쪽입니다."),
        ("page=1000001", "page", "쪽 ‘1000001’은 없는 값입니다."),
        ("page_size=101", "page_size", "쪽 크기 ‘101’은 없는 값입니다."),
        ("page_size=0", "page_size", "쪽 크기 ‘0’은 없는 값입니다."),
        ("q=%25", "q", "검색어 ‘%’에는 찾을 수 있는 글자가 없습니다."),
        ("q=" + "가" * 201, "q", "검색어는 200자까지 씁니다."),
        ("q=" + "가+" * 9, "q", "검색어는 8낱말까지 씁니다."),
        (
            "&".join(f"region={11000 + n}" for n in range(60)),
            "region",
            "지역 값은 50개까지 씁니다.",
        ),
        ("&".join(f"a{n}=1" for n in range(60)), "a50", "조건은 50가지까지 씁니다."),
        # A NUL and numbers beyond any column.
        ("region=%00", "region", "지역 ‘(보이지 않는 글자)’는 없는 값입니다."),
        ("q=%00", "q", "검색어 ‘(보이지 않는 글자)’에는 찾을 수 있는 글자가 없습니다."),
        ("page=" + "9" * 30, "page", "쪽 ‘999999999999999999999999999999’는 없는 값입니다."),
        ("size_max=1e1000000", "size_max", "규모(이하) ‘1e1000000’은 없는 값입니다."),
        ("year_min=" + "9" * 5000, "year_min", "지정연도(부터)"),
    ],
)
def test_unusable_parameter_is_named(refusal, make_center, query, parameter, detail):
    make_center()

    errors = refusal(f"/api/v1/centers/?{query}", 400)["errors"]

    assert [error["parameter"] for error in errors if error["detail"].startswith(detail)] == [
        parameter
    ]


def test_ambiguous_region_name_lists_candidates(refusal):
    [error] = refusal("/api/v1/centers/?region=광주", 400)["errors"]

    assert error["detail"] == "지역 ‘광주’는 여러 곳의 이름입니다."
    assert error["candidates"] == [
        {"code": "12", "name": "전남광주통합특별시"},
        {"code": "41610", "name": "경기도 광주시"},
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "schema.json",
        "centers/",
        "centers/{center}/",
        "centers.geojson",
        "nearest/",
        "facets/",
        "suggestions/",
        "regions/",
        "industries/",
        "operators/",
        "announcements/",
        "announcements/2024-selection/",
    ],
)
def test_no_endpoint_ignores_an_unknown_parameter(refusal, announcement_2024, address):
    address = address.format(center=Center.objects.first().pk)
    near = "near=26&" if address == "nearest/" else ""
    problem = refusal(f"/api/v1/{address}?{near}regon=1", 400)

    assert [error["parameter"] for error in problem["errors"]] == ["regon"]
    assert problem["detail"] == "‘regon’은 없는 조건입니다."


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("centers.geojson?page=1", "page"),
        ("facets/?page_size=5", "page_size"),
        ("nearest/", "near"),
        ("nearest/?near=%20", "near"),
        ("nearest/?near=26&sort=name", "sort"),
        ("regions/?level=city", "level"),
        ("regions/?parent=99", "parent"),
        ("regions/?page=9999", "page"),
        ("operators/?page=2", "page"),
        ("suggestions/?q=" + "가" * 300, "q"),
    ],
)
def test_endpoint_rejects_parameters_without_meaning(refusal, address, parameter):
    [error] = refusal(f"/api/v1/{address}", 400)["errors"]

    assert error["parameter"] == parameter


def test_blank_value_counts_as_absent(client, make_center):
    make_center()

    assert client.get("/api/v1/centers/?q=&region=&page=").json()["count"] == 1


def test_number_of_reported_errors_is_limited(refusal):
    query = "&".join(f"region=없는곳{number}" for number in range(50))

    assert len(refusal(f"/api/v1/centers/?{query}", 400)["errors"]) == 20


def test_too_many_parameters_are_rejected(refusal):
    refusal(f"/api/v1/centers/?{'a&' * 6000}", 400)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nothing/",
        "/api/v1/nothing",
        "/api/v1/nothing%0Aat/all",
        "/api/v1/centers/0/",
        "/api/v1/centers/-1/",
        "/api/v1/centers/99999999999999999999999/",
        "/api/v1/centers/abc/",
        "/api/v1/centers/%00/",
        "/api/v1/announcements/nothing/",
        "/api/v1/announcements/%00/",
        "/api/v1/centers.xml/",
    ],
)
def test_unknown_path_is_a_404_problem(refusal, address):
    assert refusal(address, 404)["title"] == "찾을 수 없습니다"


@pytest.mark.parametrize(
    "path",
    "centers nearest facets understand suggestions regions industries operators announcements"
    " announcements/2024-selection".split(),
)
def test_slash_at_the_end_makes_no_difference(client, announcement_2024, path):
    query = "?near=26" if path == "nearest" else ""

    with_slash, without = (client.get(f"/api/v1/{path}{end}{query}") for end in ("/", ""))

    assert (with_slash.status_code, without.status_code) == (200, 200)
    assert without.json() == with_slash.json()
    assert without["Access-Control-Allow-Origin"] == "*"


def test_root_and_one_centre_need_no_slash_either(client, make_center):
    paths = ("/api/v1", f"/api/v1/centers/{make_center().pk}")

    for path in paths:
        assert client.get(path).json() == client.get(f"{path}/").json()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", ["/api/v1/centers/", "/api/v1/nothing/"])
def test_write_methods_are_405(client, refusal, method, address):
    refusal(address, 405, method)

    assert getattr(client, method)(address)["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "nonsense", ";;;,,,/", "image/*"]
)
@pytest.mark.parametrize("address", ["centers/", "centers.geojson", "nothing/"])
def test_unavailable_media_type_is_406(refusal, address, accept):
    refusal(f"/api/v1/{address}", 406, accept=accept)


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "application/json", "text/html,*/*;q=0.8", "application/json;v=1"],
)
@pytest.mark.parametrize("address", ["centers/", "centers.geojson"])
def test_common_accept_headers_get_json(client, db, address, accept):
    assert client.get(f"/api/v1/{address}", headers={"accept": accept}).status_code == 200


def test_problem_type_links_to_its_explanation(client, refusal):
    page = client.get("/api/").content.decode()

    for address, status in (("centers/?regon=1", 400), ("nothing/", 404)):
        place, _, anchor = refusal(f"/api/v1/{address}", status)["type"].partition("#")
        assert place == "http://127.0.0.1:8000/api/"
        assert f'id="{anchor}"' in page
