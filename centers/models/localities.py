"""Places below and beside the regions that people name: 읍·면·동 and well-known clusters."""

from typing import Any, cast

from django.db import models

from centers.models.base import (
    Record,
    build_korea_constraint,
    build_latitude_field,
    build_longitude_field,
)
from centers.models.fields import CleanCharField
from centers.models.history import History
from centers.models.regions import Region


class DongQuerySet(models.QuerySet["Dong"]):
    def get_by_natural_key(self, region, name):
        return self.get(region=region, name=name)


class Dong(models.Model):
    """A 법정동 (읍, 면 or 동) with a point inside it, where one is known (WGS84).

    Sources: 행정안전부 법정동코드, 국토지리정보원 boundaries. Fixed facts without a history.
    """

    region_id: str

    region = models.ForeignKey(
        Region, verbose_name="지역", on_delete=models.CASCADE, related_name="legal_dongs"
    )
    name = CleanCharField("이름", max_length=40)
    lat = build_latitude_field()
    lon = build_longitude_field()

    objects = cast(DongQuerySet, DongQuerySet.as_manager())

    class Meta:
        verbose_name = "읍·면·동"
        verbose_name_plural = "읍·면·동"
        ordering = ["region_id", "name"]
        default_permissions = ()
        constraints = [
            build_korea_constraint("dong_inside_korea"),
            models.UniqueConstraint(fields=["region", "name"], name="dong_unique_in_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.name}"

    def natural_key(self):
        return (self.region_id, self.name)

    natural_key.dependencies = ["centers.region"]


class LandmarkQuerySet(models.QuerySet["Landmark"]):
    def get_by_natural_key(self, name, region):
        return self.get(name=name, region=region)


class Landmark(Record):
    """A well-known cluster, market street or industrial estate, and the region it lies in.

    One name may stand for several (시화반월공단: 시흥 and 안산), each a record.
    """

    region_id: str

    name = CleanCharField("이름", max_length=40, help_text="띄어쓰기 없이. 예: 남동공단")
    region = models.ForeignKey(
        Region, verbose_name="지역", on_delete=models.PROTECT, related_name="landmarks"
    )
    dong = CleanCharField(
        "읍·면·동", max_length=40, blank=True, help_text="거리를 잴 곳. 모르면 비웁니다."
    )

    history: Any = History()
    objects = cast(LandmarkQuerySet, LandmarkQuerySet.as_manager())

    class Meta:
        verbose_name = "집적지·거리 이름"
        verbose_name_plural = "집적지·거리 이름"
        ordering = ["name", "region_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region"],
                name="landmark_unique_in_region",
                violation_error_message="이 지역에 같은 이름이 이미 있습니다.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.region})"

    def natural_key(self):
        return (self.name, self.region_id)

    natural_key.dependencies = ["centers.region"]
