"""Releases of the data: `manage.py release_data`, the files, and their pages."""

import csv
import errno
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from centers.importer.undo import undo
from centers.models import Center, DataVersion
from tests.admin.test_merging import merge
from tests.support.lists import SOAP, take_in
from tests.support.processes import ROOT, environment, manage
from tests.support.sites import prepared_database
from tests.support.staff import EDITOR, make_account, page, submit

SITE = "https://centers.example.kr"
FILES = [
    "centers.csv",
    "citations.csv",
    "announcements.csv",
    "listings.csv",
    "datapackage.json",
    "CHANGES.md",
    "LICENSE",
    "SHA256SUMS",
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_URL = SITE
    settings.DATA_DIR = tmp_path
    return tmp_path / "releases"


@pytest.fixture
def on(monkeypatch):
    """Move the clock to noon of a day in Korea, or to another hour."""

    def on(day, hour=12):
        at = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo("Asia/Seoul"))
        monkeypatch.setattr(timezone, "now", lambda: at.replace(hour=hour))

    return on


@pytest.fixture
def release(db):
    """Run the command; return what it prints."""

    def release():
        out = io.StringIO()
        call_command("release_data", stdout=out)
        return out.getvalue()

    return release


def refusal(release):
    with pytest.raises(CommandError) as error:
        release()
    assert "\n" not in str(error.value)
    return str(error.value)


def versions(folder):
    return sorted(path.name for path in folder.glob("*.zip"))


def read(folder, version, name):
    with ZipFile(folder / f"{version}.zip") as archive:
        return archive.read(name).decode("utf-8-sig")


def table(folder, version, name):
    return list(csv.DictReader(io.StringIO(read(folder, version, name), newline="")))


def soup_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "lxml")


# --- making one ----------------------------------------------------------------------------------


def test_release_holds_the_files_and_their_checksums(release, folder, on, status_list_2026):
    on("2026-11-29")

    printed = release()

    assert printed.startswith("배포본 2026.11.1: 센터 42곳, ")
    assert printed.count("\n") == 1
    with ZipFile(folder / "2026.11.1.zip") as archive:
        assert archive.namelist() == FILES
        sums = archive.read("SHA256SUMS").decode().splitlines()
        assert [line.split("  ")[1] for line in sums] == FILES[:-1]
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert hashlib.sha256((folder / "2026.11.1.zip").read_bytes()).hexdigest() in printed
    assert "첫 배포본" in read(folder, "2026.11.1", "CHANGES.md")


def test_release_is_numbered_by_korean_month(release, folder, on, make_center):
    center = make_center()
    # Still November in UTC.
    for day, hour in (("2026-11-29", 12), ("2026-11-29", 23), ("2026-12-01", 1)):
        on(day, hour)
        center.note += "가"
        center.save()
        release()

    assert versions(folder) == ["2026.11.1.zip", "2026.11.2.zip", "2026.12.1.zip"]
    assert "2026-11-29" in read(folder, "2026.11.2", "LICENSE")
    assert "citations.csv" in read(folder, "2026.11.2", "LICENSE")


def test_nothing_new_is_one_line_and_no_release(release, folder, on, status_list_2026):
    on("2026-11-29")
    release()
    on("2027-01-02")

    assert release() == "마지막 배포본 뒤로 바뀐 것이 없어 새로 만들지 않았습니다.\n"
    assert versions(folder) == ["2026.11.1.zip"]


def test_same_data_give_the_same_bytes(release, folder, on, settings, tmp_path, status_list_2026):
    def release_in_two_folders():
        for hour, name in ((9, "가"), (21, "나")):
            on("2026-11-29", hour)
            settings.DATA_DIR = tmp_path / name
            release()

    release_in_two_folders()
    center = Center.objects.get(region="51750")
    center.phone = "033-370-0000"
    center.save()
    release_in_two_folders()

    one, other = (
        [path.read_bytes() for path in sorted((tmp_path / name / "releases").glob("*.zip"))]
        for name in "가나"
    )
    assert len(one) == 2
    assert one == other


def test_clock_set_back_is_rejected_in_one_line(release, folder, on, make_center):
    on("2026-11-29")
    release()
    make_center()
    on("2026-11-28")

    assert "서버의 시계를 확인하세요" in refusal(release)
    assert versions(folder) == ["2026.11.1.zip"]


def test_read_only_site_makes_no_release(release, folder, settings):
    settings.READ_ONLY = True

    assert "READ_ONLY" in refusal(release)
    assert not folder.exists()


# --- what is in it -------------------------------------------------------------------------------


def test_frictionless_finds_nothing_wrong(release, folder, status_list_2026, make_citation):
    make_citation(center=Center.objects.first(), note="=1+1")
    make_citation(
        center=None,
        operator=Center.objects.exclude(operator=None).first().operator,
        field="phone",
        value="02-123-4567",
        printed="",
    )
    release()
    [name] = versions(folder)

    program = Path(sys.executable).with_name("frictionless")
    checked = subprocess.run(
        [program, "validate", "--json", folder / name], capture_output=True, text=True
    )

    report = json.loads(checked.stdout)
    assert report["valid"], report
    assert [task["stats"]["rows"] for task in report["tasks"]] == [42, 2, 2, 45]
    package = json.loads(read(folder, name.removesuffix(".zip"), "datapackage.json"))
    assert package["profile"] == "tabular-data-package"
    assert package["licenses"][0]["path"] == f"{SITE}/data/#terms"


def test_every_column_is_described_and_has_a_name_of_its_own(release, folder, status_list_2026):
    release()
    [name] = versions(folder)
    version = name.removesuffix(".zip")

    for resource in json.loads(read(folder, version, "datapackage.json"))["resources"]:
        fields = resource["schema"]["fields"]
        heads = read(folder, version, resource["path"]).splitlines()[0].split(",")
        assert [field["name"] for field in fields] == heads
        for key in ("name", "jsonName"):
            assert len({field[key] for field in fields}) == len(fields)


def test_centers_are_those_of_the_download(client, release, folder, status_list_2026):
    release()
    [name] = versions(folder)
    rows = table(folder, name.removesuffix(".zip"), "centers.csv")
    text = client.get("/centers.csv").getvalue().decode("utf-8-sig")
    downloaded = list(csv.DictReader(io.StringIO(text, newline="")))

    assert downloaded[0].keys() - rows[0].keys() == {"거리km", "거리기준", "내려받은날"}
    assert rows == [{key: row[key] for key in rows[0]} for row in downloaded]


def test_drafts_and_low_confidence_are_in_no_file(
    release, folder, make_center, make_citation, make_listing
):
    draft = make_center(name="비밀 센터", published=False)
    make_citation(center=draft, printed="비밀 글")
    make_listing(center=draft, name="비밀 줄")
    shown = make_center(name="보이는 센터")
    make_citation(center=shown, field="phone", value="02-999-9999", confidence="low")
    make_citation(center=shown, printed="보이는 글")

    release()

    [name] = versions(folder)
    with ZipFile(folder / name) as archive:
        text = "".join(archive.read(one).decode() for one in archive.namelist())
    assert "보이는 센터" in text
    assert "보이는 글" in text
    assert "비밀" not in text
    assert "02-999-9999" not in text


# --- what changed --------------------------------------------------------------------------------


def section(text, title):
    """The lines of one section of CHANGES.md."""
    found = re.search(rf"^## {title}[^\n]*\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return [line for line in found[1].splitlines() if line] if found else []


@pytest.fixture
def changes(release, folder):
    """Make another release and return its CHANGES.md."""

    def changes():
        before = versions(folder)
        release()
        [name] = set(versions(folder)) - set(before)
        return read(folder, name.removesuffix(".zip"), "CHANGES.md")

    return changes


def test_change_at_the_desk_is_quoted_with_its_source(
    client, release, changes, on, status_list_2026
):
    on("2026-11-27")
    release()
    on("2026-11-28")
    center = Center.objects.get(region="51750")
    client.force_login(make_account("편집자-홍길동", EDITOR))
    response = submit(client, page("center_change", center.pk), phone="033-370-2222")
    assert response.status_code == 302
    on("2026-11-29")

    text = changes()

    assert "배포본 2026.11.2(2026년 11월 29일)를 앞선 배포본 2026.11.1(2026년 11월 27일)과" in text
    assert "운영 중인 센터의 수는 그대로입니다. 센터 1곳의 내용이 바뀌었습니다." in text
    name, change = section(text, "내용이 바뀐 센터")
    assert f"]({SITE}/centers/{center.pk}/) (강원특별자치도 영월군 · 식료품" in name
    assert change == (
        "  - 전화: 033-370-2222 추가 (2026-11-28, 출처: 2026-11-28 전화로 확인 (소공인지원팀))"
    )
    assert "홍길동" not in text


def test_values_are_named_before_and_after(release, changes, make_center, make_operator):
    center = make_center(
        name="가 센터",
        operator=make_operator(name="나 재단", phone="02-100-1000"),
        cluster_size=1200,
    )
    release()
    center.name, center.cluster_size, center.designated_year = "다 센터", 1300, 2023
    center.region_id, center.operator = "26170", make_operator(name="라 재단")
    center.services = ["education", "consulting"]
    center.save()

    lines = section(changes(), "내용이 바뀐 센터")

    values = [line.strip().partition(" (")[0] for line in lines[1:]]
    assert values == [
        "- 이름: 가 센터 → 다 센터",
        "- 지역: 부산광역시 금정구 → 부산광역시 동구",
        "- 운영기관: 나 재단 → 라 재단",
        "- 운영기관 대표전화: 02-100-1000 삭제",
        "- 집적지 소공인 규모: 1,200개사 → 1,300개사",
        "- 지정연도: 2024년 → 2023년",
        "- 지원 내용: 교육, 컨설팅 추가",
    ]


def test_new_closed_and_missing_centers_are_told_apart(release, changes, make_center):
    closing, going = make_center(name="닫는 센터"), make_center(name="빠지는 센터")
    release()
    closing.status, closing.closed_on = "closed", date(2026, 9, 1)
    closing.save()
    going.published = False
    going.save()
    make_center(name="새 센터")

    text = changes()

    assert (
        "실린 센터: 2곳(운영 중 1곳, 운영 종료 1곳). "
        "운영 중인 센터는 2곳에서 1곳으로 1곳 줄었습니다. "
        "센터 1곳이 새로 실렸고, 1곳의 운영이 끝났고, 1곳이 빠졌습니다." in text
    )
    assert "새로 문을 열었다는 뜻은 아닙니다" in section(text, "새로 실린 센터")[0]
    assert "새 센터" in section(text, "새로 실린 센터")[1]
    closed = section(text, "운영이 끝난 센터")
    assert "닫는 센터" in closed[0]
    assert [line.partition(" (")[0] for line in closed[1:]] == [
        "  - 상태: 운영 중 → 운영 종료",
        "  - 운영종료일: 2026-09-01 추가".replace("운영종료일", "운영 종료일"),
    ]
    assert "빠지는 센터" in section(text, "빠진 센터")[1]
    assert f"/centers/{going.pk}/" not in text


def test_new_centre_has_its_values_with_their_sources(
    client, release, changes, make_center, make_operator, make_citation
):
    make_center()
    release()
    center = make_center(
        name="새 센터", phone="041-530-1234", operator=make_operator(name="나 재단")
    )
    about = {"center": center, "published_on": "2026-11-28", "rank": "official"}
    make_citation(
        **about, field="phone", value="041-530-1234", source_title="아산시 보도자료",
        publisher="아산시", url="https://www.asan.go.kr/news/1",
    )  # fmt: skip

    lines = section(changes(), "새로 실린 센터")

    [phone] = [line for line in lines if "전화:" in line and "대표" not in line]
    assert phone.strip().startswith("- 전화: 041-530-1234 추가 (20")
    assert "출처: [아산시 보도자료, 아산시 2026-11-28" in phone
    assert "(<https://www.asan.go.kr/news/1>)" in phone
    assert any("- 운영기관: 나 재단 추가" in line for line in lines)
    compared = soup_of(client, "/data/releases/compare/").main
    assert compared.find("a", href="https://www.asan.go.kr/news/1")
    assert "인용하는 법" in compared.get_text()
    newest = soup_of(client, "/changes/").select_one(".changes li")
    assert newest.select_one(".change-source a")["href"] == "https://www.asan.go.kr/news/1"
    own = soup_of(client, center.get_absolute_url()).main.get_text()
    assert "편집자가 입력한 내용입니다" not in own


def test_rename_and_move_are_named_once(release, changes, make_center):
    center = make_center(name="가 센터", address="부산광역시 금정구 서동로 1")
    release()
    center.name, center.former_names = "나 센터", ["가 센터"]
    center.former_addresses, center.address = [center.address], "부산광역시 금정구 서동로 2"
    center.save()

    lines = section(changes(), "내용이 바뀐 센터")

    assert [line.strip().partition(":")[0] for line in lines[1:]] == ["- 이름", "- 주소"]


def test_new_document_and_confirmations_are_named(
    release, changes, make_center, make_announcement, make_listing
):
    center = make_center(name="가 센터")
    release()
    document = make_announcement(title="새 현황 [2026]", slug="list-2026")
    make_listing(center=center, announcement=document)
    center.confirmed_on = date(2026, 7, 31)
    center.save()

    text = changes()

    assert "1곳은 내용 그대로 다시 확인했습니다." in text
    assert "확인일: 2024-06-25 → 2026-07-31" in section(text, "내용 그대로 다시 확인한 센터")[1]
    [line] = section(text, "새로 옮긴 공고")
    assert line.startswith(
        rf"- [새 현황 \[2026\]]({SITE}/announcements/list-2026/) (중소벤처기업부"
    )
    assert "- 공고 기재 내용: 1건 늘어 모두 1건" in section(text, "출처의 변화")


def test_source_alone_makes_a_release_and_says_so(release, changes, make_citation):
    first = make_citation()
    release()
    make_citation(center=first.center, publisher="다라일보")

    text = changes()

    assert "센터의 내용은 그대로이고 출처가 바뀌었습니다." in text
    assert section(text, "출처의 변화") == ["- 공고 밖의 출처로 확인한 값: 1건 늘어 모두 2건"]


def test_merged_and_deleted_centers_are_explained(
    client, release, changes, make_center, on, folder
):
    kept, dropped = make_center(name="남는 센터"), make_center(name="합쳐질 센터")
    gone = make_center(name="지운 센터")
    on("2026-11-01")
    release()
    client.force_login(make_account("편집자-홍길동", EDITOR))
    merge(client, kept, dropped)
    gone.delete()

    text = changes()

    assert "운영 중인 센터는 3곳에서 1곳으로 2곳 줄었습니다." in text
    lines = section(text, "빠진 센터")[1:]
    # The old address of a merged centre leads to the other one; a deleted one has none.
    [merged] = [line for line in lines if "합쳐질 센터" in line]
    assert merged.startswith(f"- [합쳐질 센터]({SITE}/centers/{dropped.pk}/)")
    assert merged.endswith(f": 같은 센터라 관리번호 {kept.pk}에 합쳤습니다.")
    [deleted] = [line for line in lines if "지운 센터" in line]
    assert deleted.startswith("- 지운 센터 (")
    assert "홍길동" not in "".join(read(folder, "2026.11.2", name) for name in FILES)
    shown = soup_of(client, "/data/releases/2026.11.2/").main.get_text(" ", strip=True)
    assert f"같은 센터라 관리번호 {kept.pk}에 합쳤습니다." in shown


def test_undone_import_is_a_change_without_a_source(release, changes, announcement_2024):
    release()
    run = take_in(SOAP, slug="list-2027", title="새 목록", day="2026-08-31")
    imported = changes()
    assert "새로 실린 센터 1곳" in imported
    assert "새 목록" in section(imported, "새로 옮긴 공고")[0]

    undo(run, None)

    # The history of the import is gone, but not what the release had.
    text = changes()
    assert "빠진 센터 1곳" in text
    assert "실린 센터: 5곳(" in text


def test_undone_change_is_no_change(release, folder, make_center):
    center = make_center(name="가 센터")
    release()
    center.name = "나 센터"
    center.save()
    center.name = "가 센터"
    center.save()

    assert "바뀐 것이 없어" in release()
    assert len(versions(folder)) == 1


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def three(release, on, make_center):
    """Three releases: of one centre, with another phone, with another name and a second centre."""
    center = make_center(name="가 센터", phone="051-111-1111")
    on("2026-10-31")
    release()
    center.phone = "051-222-2222"
    center.save()
    on("2026-11-01")
    release()
    center.name = "나 센터"
    center.save()
    make_center(name="새 센터")
    release()
    return center


def test_page_lists_releases_with_what_changed(client, three):
    soup = soup_of(client, "/data/releases/")

    rows = [row.get_text(" ", strip=True) for row in soup.select("tbody tr")]
    assert [row.split()[0] for row in rows] == ["2026.11.2", "2026.11.1", "2026.10.1"]
    assert "센터 1곳이 새로 실렸고, 1곳의 내용이 바뀌었습니다." in rows[0]
    assert "센터 1곳의 내용이 바뀌었습니다." in rows[1]
    assert "첫 배포본입니다." in rows[2]
    for link in soup.select("main a[href^='/data/releases/']"):
        assert client.get(link["href"]).status_code == 200, link


def test_empty_site_says_that_there_is_no_release(client, db):
    soup = soup_of(client, "/data/releases/")

    assert "아직 나온 배포본이 없습니다" in soup.main.get_text()
    assert "배포본이 둘이 되면" in soup_of(client, "/data/releases/compare/").main.get_text()
    assert client.get("/data/releases/manifest.json").json()["releases"] == []
    assert feedparser.parse(client.get("/data/releases/feed/").content).entries == []


def test_page_of_a_release_shows_changes_files_and_citation(client, three, folder):
    soup = soup_of(client, "/data/releases/2026.11.1/")
    text = soup.main.get_text(" ", strip=True)

    assert soup.select_one(".change-fields del").get_text() == "051-111-1111"
    assert soup.select_one(".change-fields ins").get_text() == "051-222-2222"
    assert "자료 배포본 2026.11.1 (2026-11-01), https://centers.example.kr/data/" in text
    assert hashlib.sha256((folder / "2026.11.1.zip").read_bytes()).hexdigest() in text
    for link in soup.select(".release-files a"):
        response = client.get(link["href"])
        assert response.content.decode("utf-8") == (
            ZipFile(folder / "2026.11.1.zip").read(link.get_text()).decode("utf-8")
        )
    assert "첫 배포본" in soup_of(client, "/data/releases/2026.10.1/").main.get_text()


def test_dataset_in_the_page_has_the_version(client, three):
    soup = soup_of(client, "/data/releases/2026.11.1/")
    graph = json.loads(soup.select_one("script[type='application/ld+json']").string)
    dataset = next(one for one in graph.get("@graph", [graph]) if one["@type"] == "Dataset")

    assert dataset["version"] == "2026.11.1"
    assert dataset["datePublished"] == "2026-11-01"
    assert dataset["distribution"][0] == {
        "@type": "DataDownload",
        "encodingFormat": "application/zip",
        "contentUrl": f"{SITE}/data/releases/2026.11.1.zip",
        "contentSize": dataset["distribution"][0]["contentSize"],
    }


def test_two_releases_are_compared_across_those_between(client, three):
    soup = soup_of(client, "/data/releases/compare/?from=2026.10.1&to=2026.11.2")
    sections = {
        one.h3.find(string=True).strip(): one.get_text(" ", strip=True)
        for one in soup.select(".release-section")
    }

    assert "새 센터" in sections["새로 실린 센터"]
    assert "051-111-1111 → 에서 051-222-2222" in sections["내용이 바뀐 센터"]
    assert "가 센터 → 에서 나 센터" in sections["내용이 바뀐 센터"]
    # Each with the day on which it changed.
    assert "2026-10-31 , 출처: 편집자 입력" in sections["내용이 바뀐 센터"]
    assert "2026-11-01 , 출처: 편집자 입력" in sections["내용이 바뀐 센터"]


def test_release_compared_with_itself_has_no_changes(client, three):
    main = soup_of(client, "/data/releases/compare/?from=2026.11.2&to=2026.11.2").main

    assert "사이에 바뀐 내용" not in main.get_text()


def test_comparison_without_parameters_takes_the_last_two(client, three):
    soup = soup_of(client, "/data/releases/compare/")

    assert soup.select_one("#from [selected]")["value"] == "2026.11.1"
    assert soup.select_one("#to [selected]")["value"] == "2026.11.2"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("from=2020.1.1&to=2026.11.2", 404, "앞의 배포본 ‘2020.1.1’은 없는 배포본입니다"),
        ("from=2026.10.1&to=%00<b>", 404, "뒤의 배포본"),
        ("to=" + "9" * 500, 404, "없는 배포본입니다"),
        ("from=2026.11.2&to=2026.10.1", 200, "앞뒤가 바뀌어 있어"),
        ("from=2026.11.2&to=2026.11.2", 200, "두 배포본이 같습니다"),
        ("form=2026.11.2", 200, "조건 ‘form’은 여기서 쓰지 않습니다"),
        ("to=2026.10.1", 200, "앞선 배포본이 없습니다"),
    ],
)
def test_bad_parameters_of_a_comparison_are_named(client, three, query, status, words):
    if "%00" in query:
        assert client.get(f"/data/releases/compare/?{query}").status_code in (400, 404)
        return
    soup = soup_of(client, f"/data/releases/compare/?{query}", status)

    assert words in soup.main.get_text(" ", strip=True)
    assert soup.html["lang"] == "ko"


@pytest.mark.parametrize(
    "name",
    ["2026.11.3", "2026.011.1", "2026.11.1.1", "٢٠٢٦.11.1", ".drafts", "2026.11.0", "<b>가"],
)
def test_unknown_release_is_a_404_with_those_that_there_are(client, three, name):
    soup = soup_of(client, f"/data/releases/{quote(name)}/", 404)

    assert f"‘{name}’" in soup.select_one("main .notices li").get_text()
    assert soup.select_one('main a[href="/data/releases/2026.11.2/"]')
    assert soup.select_one('meta[name="robots"][content="noindex"]')


def test_newest_release_has_an_address_that_stays(client, three):
    assert client.get("/data/releases/latest/")["Location"] == "/data/releases/2026.11.2/"
    assert client.get("/data/releases/latest.zip")["Location"] == "/data/releases/2026.11.2.zip"
    assert client.get("/data/releases/latest.zip?x=1").status_code == 400


def test_newest_of_no_releases_is_a_404(client, db):
    notice = soup_of(client, "/data/releases/latest/", 404).select_one("main .notices li")

    assert notice.get_text() == "배포본이 아직 없습니다."
    assert client.get("/data/releases/latest.zip").status_code == 404


def test_release_without_a_site_url_warns(release, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    err = io.StringIO()
    call_command("release_data", stdout=io.StringIO(), stderr=err)

    assert err.getvalue() == (
        "경고: SITE_URL이 설정되지 않아 배포본의 주소가 모두 http://127.0.0.1:8000입니다.\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "2026.11.3.zip", "2026.11.1/nothing.csv", "2026.11.1/..%2F2026.11.1.zip", "x.zip",
        "2026.11.9999999999.zip", "2026.11.1/%2Fetc%2Fpasswd", "2026.13.1.zip",
    ],
)  # fmt: skip
def test_unknown_file_is_a_korean_404(client, three, name):
    response = client.get(f"/data/releases/{name}")

    assert response.status_code == 404
    assert "찾을 수 없는 화면입니다" in response.content.decode()


def test_zip_has_a_stable_address_and_an_etag(client, three, folder):
    response = client.get("/data/releases/2026.11.1.zip")

    assert response.content == (folder / "2026.11.1.zip").read_bytes()
    assert response["Content-Type"] == "application/zip"
    assert "immutable" in response["Cache-Control"]
    assert "filename*=utf-8''" in response["Content-Disposition"]
    again = client.get("/data/releases/2026.11.1.zip", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/data/releases/2026.11.1.zip?x=1").status_code == 400
    assert client.post("/data/releases/2026.11.1.zip").status_code == 405
    assert client.head("/data/releases/2026.11.1.zip").status_code == 200


def test_files_and_pages_need_no_database(client, three):
    addresses = [
        "/data/releases/2026.11.1.zip",
        "/data/releases/2026.11.1/centers.csv",
        "/data/releases/2026.11.1/datapackage.json",
        "/data/releases/2026.11.1/",
        "/data/releases/",
        "/data/releases/manifest.json",
    ]

    def refuse(execute, *_):
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        found = {address: client.get(address).status_code for address in addresses}

    assert found == dict.fromkeys(addresses, 200)


def test_manifest_names_every_file_with_its_checksum(client, three, folder):
    manifest = client.get("/data/releases/manifest.json").json()

    newest = manifest["releases"][0]
    assert [one["version"] for one in manifest["releases"]] == [
        "2026.11.2", "2026.11.1", "2026.10.1",
    ]  # fmt: skip
    assert (newest["date"], newest["since"]) == ("2026-11-01", "2026.11.1")
    assert newest["rows"]["centers"] == 2
    assert newest["centersByState"] == {"운영 중": 2, "확인 필요": 0, "운영 종료": 0}
    content = client.get(newest["zip"]["url"].removeprefix(SITE)).content
    assert hashlib.sha256(content).hexdigest() == newest["zip"]["sha256"]
    assert len(content) == newest["zip"]["bytes"]
    assert [one["name"] for one in newest["files"]] == FILES
    for one in newest["files"]:
        assert len(client.get(one["url"].removeprefix(SITE)).content) == one["bytes"]


def test_feed_has_each_release_with_what_changed(client, three):
    feed = feedparser.parse(client.get("/data/releases/feed/").content)

    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [
        "배포본 2026.11.2", "배포본 2026.11.1", "배포본 2026.10.1",
    ]  # fmt: skip
    assert feed.entries[0].link == f"{SITE}/data/releases/2026.11.2/"
    assert "센터 1곳이 새로 실렸고" in feed.entries[0].summary
    # Two of one day are ordered by their numbers.
    assert feed.entries[0].updated == "2026-11-01T00:00:02+09:00"


def test_data_page_and_sitemap_lead_to_the_releases(client, three):
    assert soup_of(client, "/data/").select('main a[href="/data/releases/"]')
    assert soup_of(client, "/about/").select('footer a[href="/data/releases/"]')
    assert f"{SITE}/data/releases/" in client.get("/sitemap-pages.xml").content.decode()


def test_markup_in_values_is_text(client, release, on, make_center):
    center = make_center(name="가 센터", note="")
    on("2026-11-01")
    release()
    center.name = "<b>나</b> [센터](javascript:1) *"
    center.save()
    release()

    soup = soup_of(client, "/data/releases/2026.11.2/")
    text = client.get("/data/releases/2026.11.2/CHANGES.md").content.decode()
    assert not soup.select("main b")
    assert r"\<b\>나\</b\> \[센터\](javascript:1) \*" in text


# --- half a release ------------------------------------------------------------------------------


def test_damaged_release_is_left_out_and_named(client, release, folder, three, caplog):
    whole = (folder / "2026.11.2.zip").read_bytes()
    (folder / "2026.11.2.zip").write_bytes(whole[: len(whole) // 2])

    text = soup_of(client, "/data/releases/").main.get_text()

    assert "2026.11.1" in text
    assert "2026.11.2" not in text
    assert client.get("/data/releases/2026.11.2.zip").status_code == 404
    assert "release_unreadable" in caplog.text
    assert "2026.11.2의 파일을 읽을 수 없습니다" in refusal(release)


def test_full_disk_leaves_nothing_half(release, folder, monkeypatch, make_center):
    release()
    make_center()

    def fail(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        message = refusal(release)

    assert message.startswith("배포본을 쓰지 못했습니다.")
    assert "No space left on device" in message
    assert len(versions(folder)) == 1
    assert not list(folder.rglob("*.zip"))[1:]
    release()
    assert len(versions(folder)) == 2


#: Kills the process when the draft has been written, before it gets its name.
KILLED = """
import os, signal
from django.core.management import call_command
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
call_command("release_data")
"""


def test_killed_release_is_never_visible(client, db, tmp_path):
    with prepared_database(tmp_path, "2024") as url:
        settings = {"DATA_DIR": tmp_path, "DATABASE_URL": url}
        killed = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", KILLED],
            env=environment(**settings),
            cwd=ROOT,
        )
        assert killed.returncode == -signal.SIGKILL
        assert list((tmp_path / "releases" / ".drafts").glob("*.zip"))
        assert versions(tmp_path / "releases") == []
        assert "아직 나온 배포본이 없습니다" in soup_of(client, "/data/releases/").main.get_text()

        ended = manage("release_data", **settings)

        assert ended.returncode == 0, ended.stderr
        assert len(versions(tmp_path / "releases")) == 1
        assert not list((tmp_path / "releases" / ".drafts").glob("*.zip"))


@pytest.mark.parametrize("name", FILES)
def test_damage_in_any_file_leaves_the_release_out(client, release, folder, three, name):
    path = folder / "2026.11.2.zip"
    content = bytearray(path.read_bytes())
    with ZipFile(path) as archive:
        entry = archive.getinfo(name)
    content[entry.header_offset + 30 + len(name) + entry.compress_size // 2] ^= 4
    path.write_bytes(content)

    assert client.get("/data/releases/2026.11.2/").status_code == 404
    assert client.get(f"/data/releases/2026.11.2/{name}").status_code == 404
    assert client.get("/data/releases/compare/?to=2026.11.2").status_code == 404
    assert "2026.11.2" not in soup_of(client, "/data/releases/").main.get_text()
    assert "2026.11.2의 파일을 읽을 수 없습니다" in refusal(release)


@pytest.mark.parametrize("is_whole_size", [False, True])
def test_release_is_listed_once_it_is_copied_whole(
    client, folder, three, monkeypatch, is_whole_size
):
    path, now = folder / "2026.11.2.zip", time.monotonic()
    whole = path.read_bytes()
    changed = folder.stat()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    half = bytes(len(whole)) if is_whole_size else whole[:100]
    path.write_bytes(half)
    now += 20
    assert "2026.11.2" not in soup_of(client, "/data/releases/").main.get_text()

    path.write_bytes(whole)
    os.utime(path, ns=(changed.st_mtime_ns, changed.st_mtime_ns + 5 * 10**9))
    assert folder.stat().st_mtime_ns == changed.st_mtime_ns
    now += 20

    assert "2026.11.2" in soup_of(client, "/data/releases/").main.get_text()
    assert (
        client.get("/data/releases/manifest.json").json()["releases"][0]["version"] == "2026.11.2"
    )


def test_origin_of_an_undone_value_is_not_repeated(client, release, on, make_center):
    center = make_center(name="가 센터", phone="051-111-1111")
    on("2026-10-01")
    release()
    on("2026-10-02")
    center.phone = "051-222-2222"
    center.save()
    on("2026-10-10")
    center.phone = "051-333-3333"
    center.save()
    release()
    on("2026-11-01")
    # As an undo does: the value of before is back, and the entry of the later one is gone.
    center.history.first().delete()
    Center.objects.filter(pk=center.pk).update(phone="051-222-2222")
    DataVersion.bump()
    release()

    text = soup_of(client, "/data/releases/compare/?from=2026.10.1&to=2026.11.1").main.get_text()

    assert "051-222-2222" in text
    assert "2026-10-10, 출처" not in text
