"""Records with sensible Korean values; regions and industries come from the real fixtures."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from centers.models import Announcement, Center, Citation, Industry, Listing, Operator, Region


class OperatorFactory(DjangoModelFactory):
    class Meta:
        model = Operator

    name = factory.Sequence(lambda n: f"(재)가나다산업진흥원{n}")


class CenterFactory(DjangoModelFactory):
    """A published 봉제 centre in 부산 금정구; `region` and `industry` may be given as codes."""

    class Meta:
        model = Center

    region = "26410"
    industry = "14"
    operator = factory.SubFactory(OperatorFactory)
    cluster_size = 120
    cluster_size_as_of = date(2024, 6, 25)
    designated_year = 2024
    confirmed_on = date(2024, 6, 25)

    @classmethod
    def _create(cls, model_class, *args, region, industry, **kwargs):
        if isinstance(region, str):
            region = Region.objects.get(code=region)
        if isinstance(industry, str):
            industry = Industry.objects.get(code=industry)
        return super()._create(model_class, *args, region=region, industry=industry, **kwargs)


class CitationFactory(DjangoModelFactory):
    """What a newspaper says about the size of a centre's cluster."""

    class Meta:
        model = Citation

    center = factory.SubFactory(CenterFactory)
    field = "cluster_size"
    value = "300"
    printed = "약 300곳"
    approximate = Citation.Approximate.ABOUT
    scope = "금정구의 봉제업체"
    rank = Citation.Rank.PRESS
    source_title = factory.Sequence(lambda n: f"봉제 골목을 가다 {n}")
    publisher = "가나일보"
    published_on = "2023-03-28"
    url = "https://press.example.kr/1"


class AnnouncementFactory(DjangoModelFactory):
    class Meta:
        model = Announcement

    slug = factory.Sequence(lambda n: f"selection-{n}")
    kind = Announcement.Kind.SELECTION
    title = factory.Sequence(lambda n: f"소공인특화지원센터 신규 선정 {n}")
    publisher = "중소벤처기업부"
    published_on = date(2023, 5, 1)
    source_url = "https://www.mss.go.kr/"


class ListingFactory(DjangoModelFactory):
    class Meta:
        model = Listing

    announcement = factory.SubFactory(AnnouncementFactory)
    center = factory.SubFactory(CenterFactory)
    row = factory.Sequence(lambda n: n + 1)
    region = "부산 금정구"
    operator = "부산경남봉제산업협동조합"
    industry = "의복, 의복액서서리 제조업"
    cluster_size = "252개사"
