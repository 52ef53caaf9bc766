"""Generated centres that resemble the real ones: deterministic for a count, on any database."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice

from centers.models import Announcement, Center, DataVersion, Industry, Listing, Operator, Region

SEED = 2024
BATCH = 2000

#: Weights of the industries, since makers cluster in few of them; others weigh 1.
INDUSTRY_WEIGHTS = {
    "14": 14,
    "10": 12,
    "25": 10,
    "29": 8,
    "15": 6,
    "33": 6,
    "18": 5,
    "13": 4,
    "32": 4,
}
#: Weights of the 시·도; others weigh 3.
SIDO_WEIGHTS = {"11": 16, "41": 14, "26": 8, "27": 6, "12": 6, "47": 5, "48": 5}
YEARS = range(2013, 2026)
SYLLABLES = (
    "가강경계고곡관광교구금길남내노단당대덕도동두등마만망면명목무문미반발방백범병보봉부북사산삼상서석"
    "선성소송수숭시신심아안암양여연영오온옥완용우운울원월위유율은을음의이인일임자작잠장재전점정제조종"
    "주중지진창천청초촌춘충칠탄탑태토통평포풍필하학한해행향현호홍화황회효흥희"
)
OPERATOR_NAMES = (
    "(재){region}{industry}산업진흥원",
    "(사){region}{industry}협회",
    "(사)한국{industry}{word}협회",
    "{region}{industry}협동조합",
    "{word}대학교 산학협력단",
    "㈜{word}{industry}",
    "주식회사 {word}",
    "{region}상공회의소",
    "재단법인 {word}경제진흥재단",
)


class RecordFactory:
    """Generates records from a fixed random seed."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)
        # Parents are set here, since names and search columns read them.
        regions = {one.code: one for one in Region.objects.order_by("code")}
        for region in regions.values():
            region.parent = regions.get(region.parent_id)
        inner = {region.parent_id for region in regions.values() if region.level == "gu"}
        self.sidos = [one for one in regions.values() if one.level == "sido"]
        self.regions = [
            one for one in regions.values() if one.level != "sido" and one.code not in inner
        ]
        self.region_weights = [SIDO_WEIGHTS.get(one.sido.code, 3) for one in self.regions]
        self.industries = list(Industry.objects.order_by("code"))
        self.industry_weights = [INDUSTRY_WEIGHTS.get(one.code, 1) for one in self.industries]

    def make_word(self, most: int = 2) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, most)))

    def is_likely(self, share: float) -> bool:
        return self.random.random() < share

    def make_operators(self, count: int) -> list[Operator]:
        """About six operators for ten centres, as some run more than one."""
        names: dict[str, None] = {}
        while len(names) < max(1, count * 6 // 10):
            region = self.random.choice(self.regions)
            industry = self.random.choices(self.industries, self.industry_weights)[0]
            name = self.random.choice(OPERATOR_NAMES).format(
                region=region.short_name,
                industry=self.pick_industry_word(industry),
                word=self.make_word(3),
            )
            names[name if name not in names else f"{name} 제{len(names)}지부"] = None
        return [Operator(name=name) for name in names]

    def pick_industry_word(self, industry: Industry) -> str:
        return self.random.choice([industry.short_name, *industry.aliases])

    def make_center(self, operators: list[Operator]) -> Center:
        year = self.random.choice(YEARS) if self.is_likely(0.7) else None
        center = Center(
            region=self.random.choices(self.regions, self.region_weights)[0],
            industry=self.random.choices(self.industries, self.industry_weights)[0],
            operator=self.random.choice(operators) if self.is_likely(0.95) else None,
            status=self.random.choices(Center.Status.values, (85, 10, 5))[0],
            designated_year=year,
            confirmed_on=date(year or 2024, 6, 25),
            published=self.is_likely(0.98),
        )
        dong = self.make_word() + self.random.choice("동동동읍면")
        industry_word = self.pick_industry_word(center.industry)
        if self.is_likely(0.05):
            center.kind, center.industry = Center.Kind.WIDE_AREA, None
            center.region = self.random.choice(self.sidos)
            industry_word = ""
        elif self.is_likely(0.5):
            center.specialty = industry_word
        if self.is_likely(0.8):
            words = [center.region.sido.short_name, dong, industry_word, "소공인특화지원센터"]
            center.name = " ".join(filter(None, words))
        if self.is_likely(0.8):
            center.cluster_size = self.random.randint(30, 900)
            center.cluster_size_as_of = center.confirmed_on
        if self.is_likely(0.9):
            road = f"{self.make_word()}{self.random.choice(['로', '길', '대로'])}"
            numbers = [self.random.randint(1, 300) for _ in range(3)]
            center.address = "{} {}{}번길 {} ({}), {}층".format(
                center.region.full_name, road, *numbers[:2], dong, numbers[2] % 9 + 1
            )
        if self.is_likely(0.7):
            center.phone = f"0{self.random.randint(31, 64)}-{self.random.randint(200, 999)}-0100"
        if self.is_likely(0.1) and center.region.lat is not None:
            center.lat = min(38.9, center.region.lat + self.random.uniform(-0.1, 0.1))
            center.lon = center.region.lon + self.random.uniform(-0.1, 0.1)
        center.derive()
        return center


def make_listings(
    centers: list[Center], announcements: dict[int, Announcement], rows: Counter
) -> Iterator[Listing]:
    """Yield a listing for each centre with a known year; `rows` counts them by year."""
    for center in centers:
        if year := center.designated_year:
            rows[year] += 1
            yield Listing(
                announcement=announcements[year],
                center=center,
                row=rows[year],
                name=center.name,
                region=center.region.full_name,
                operator=center.operator.name if center.operator else "",
                industry=center.industry.name if center.industry else "",
                cluster_size=f"{center.cluster_size}개사" if center.cluster_size else "",
                address=center.address,
            )


def create_centers(count: int) -> None:
    """Create `count` centres in a database that holds only the regions and industries."""
    factory = RecordFactory()
    operators = Operator.objects.bulk_create(factory.make_operators(count), BATCH)
    announcements = {
        year: Announcement(
            slug=f"{year}-selection",
            kind=Announcement.Kind.SELECTION,
            title=f"{year}년 소공인특화지원센터 신규 선정",
            publisher="중소벤처기업부",
            published_on=date(year, 6, 25),
        )
        for year in YEARS
    }
    Announcement.objects.bulk_create(announcements.values())
    centers = (factory.make_center(operators) for _ in range(count))
    rows = Counter()
    while batch := list(islice(centers, BATCH)):
        Center.objects.bulk_create(batch)
        Listing.objects.bulk_create(make_listings(batch, announcements, rows))
    DataVersion.bump()
