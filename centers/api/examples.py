"""The data in everyday programs: examples to copy, for the page of the API and README."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A program that reads the data, complete as it is printed."""

    key: str
    title: str
    #: Where it is typed, and what comes out.
    note: str
    #: With `{site}` in the place of the URL of the site.
    text: str

    def render(self, site_url: str) -> str:
        """Return the text to copy, for a site."""
        return self.text.replace("{site}", site_url)


PYTHON = Example(
    "python",
    "파이썬",
    "더 설치할 것이 없습니다. 모든 페이지의 센터를 차례로 읽습니다.",
    """\
import json
from urllib.parse import urlencode
from urllib.request import urlopen

url = "{site}/api/v1/centers/?" + urlencode({"q": "부산 봉제"})
while url:
    with urlopen(url) as response:
        page = json.load(response)
    for center in page["results"]:
        print(center["name"], center["phone"] or "전화 미확인", center["page"])
    url = page["next"]""",
)
CURL = Example(
    "curl",
    "명령줄(curl)",
    "조건에 맞는 센터를 JSON으로 보고, 모든 센터를 파일로 내려받습니다.",
    """\
curl -G {site}/api/v1/centers/ --data-urlencode "q=부산 봉제"
curl -o centers.csv {site}/centers.csv""",
)
R = Example(
    "r",
    "R",
    "코드의 0이 지워지지 않게 모든 값을 글로 읽고, 시·도마다 셉니다.",
    """\
centers <- read.csv("{site}/centers.csv", fileEncoding = "UTF-8-BOM",
                    colClasses = "character", check.names = FALSE)
table(centers[["시도명"]])""",
)
POWER_QUERY = Example(
    "power-query",
    "엑셀(파워 쿼리)",
    "데이터 → 데이터 가져오기 → 기타 원본에서 → 빈 쿼리 → 고급 편집기에 붙여 넣습니다. "
    "‘모두 새로 고침’을 누르면 새 내용을 받습니다.",
    """\
let
    원본 = Csv.Document(
        Web.Contents("{site}/centers.csv"),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    센터 = Table.PromoteHeaders(원본)
in
    센터""",
)
SHEETS = Example(
    "sheets",
    "구글 스프레드시트",
    "빈 시트의 A1 칸에 적습니다. 조건은 센터 찾기 화면의 주소에서 물음표(?) 뒤를 그대로 붙입니다.",
    """=IMPORTDATA("{site}/centers.csv?region=26&industry=14")""",
)
EXAMPLES = (CURL, PYTHON, R, POWER_QUERY, SHEETS)


def render_examples(site_url: str) -> list[dict[str, str]]:
    """Return the examples for a site, as the template shows them."""
    return [
        {"key": one.key, "title": one.title, "note": one.note, "text": one.render(site_url)}
        for one in EXAMPLES
    ]
