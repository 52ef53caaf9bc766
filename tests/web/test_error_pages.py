"""The error pages of nginx are the ones that the templates render."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string

from centers.management.commands import build_error_pages as command


def test_pages_of_nginx_are_up_to_date():
    assert command.find_stale_pages(command.render_error_pages(), command.PAGES) == []


def test_command_writes_and_removes_what_differs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "PAGES", tmp_path)
    (tmp_path / "404.html").write_text("old")
    (tmp_path / "418.html").write_text("left over")

    with pytest.raises(CommandError, match=r"404\.html, .*418\.html"):
        call_command("build_error_pages", check=True)
    assert (tmp_path / "404.html").read_text() == "old"

    call_command("build_error_pages")
    call_command("build_error_pages", check=True)

    written = {file.name: file.read_text() for file in tmp_path.glob("*")}
    assert written == command.render_error_pages()
    assert "찾을 수 없는 화면입니다" in written["404.html"]


@pytest.mark.parametrize("template", ["404.html", "errors/proxy/404.html"])
def test_page_of_service_and_proxy_share_one_document(template):
    soup = BeautifulSoup(render_to_string(template), "lxml")

    assert soup.title.get_text() == "찾을 수 없는 화면입니다 | 소공인특화지원센터 찾기"
    assert soup.html["lang"] == "ko"
    assert soup.select_one("meta[name=robots]")["content"] == "noindex"
    assert soup.h1.get_text() == "찾을 수 없는 화면입니다"
    menu = [link.get_text() for link in soup.select("nav a")]
    assert menu == ["센터 찾기", "지역·업종별 현황", "출처 문서", "이용 안내"]
    assert soup.select_one("form[action='/'] input[name=q]")
    assert soup.select_one("a[href='tel:1357']")
