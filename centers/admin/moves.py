"""A centre that moves, is renamed or gets another operator: one act with its day and source."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from centers.admin.edit_conflicts import fetch_newest_entries
from centers.admin.place_warnings import PlaceWarningForm
from centers.admin.sourced_forms import SourcedAdmin, SourceForm, format_cited_value, save_once
from centers.models import Center, Operator, Region
from centers.models.citations import validate_partial_date
from centers.models.former_values import get_current_texts, keep_former_values

REASON = "이전·명칭 변경"
#: The statement that says when a field changed, by the field.
EVENT_FIELDS = {
    "name": "renamed_on",
    "operator": "operator_changed_on",
    "address": "moved_on",
}
MAX_PRINTED = 300
STALE_MESSAGE = "이 화면을 연 뒤에 센터가 바뀌었습니다. 이 화면을 다시 열어 주세요."


class RegionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return cast(Region, obj).full_name


class MoveForm(PlaceWarningForm, SourceForm):
    """What changed, when, and how the editor knows; the point is to be given again."""

    region = RegionChoiceField(
        label="지역",
        queryset=Region.objects.select_related("parent__parent"),
        help_text="주소가 있는 시·군·구",
    )
    changed_on = forms.CharField(
        label="바뀐 날",
        max_length=10,
        validators=[validate_partial_date],
        help_text="2026-11-28, 2026-11, 2026 가운데 아는 만큼 적습니다.",
    )
    #: The newest entry of the history when the form was rendered.
    version = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Center
        fields = ["name", "operator", "address", "region", "lat", "lon"]

    field_order = [
        "name",
        "operator",
        "address",
        "region",
        "lat",
        "lon",
        "changed_on",
        "source_means",
        "source_title",
        "source_url",
        "source_date",
    ]

    def __init__(self, data=None, *, instance: Center):
        self.before = {name: getattr(instance, name) for name in self.Meta.fields}
        self.former = get_current_texts(instance)
        newest = fetch_newest_entries(Center, [instance.pk])[str(instance.pk)]
        # The old point belongs to the old address.
        initial = {"lat": None, "lon": None, "version": newest}
        super().__init__(data, instance=instance, initial=initial)
        self.fields["name"].help_text = ""
        for name in ("name", "address"):
            self.fields[name].widget.attrs["size"] = 60
        for name in ("lat", "lon"):
            self.fields[name].help_text = "주소가 바뀔 때 새로 적습니다. 모르면 비웁니다."

    @property
    def renewed(self) -> list[str]:
        """The fields that have another value than before."""
        return [name for name in EVENT_FIELDS if self.cleaned_data.get(name) != self.before[name]]

    def clean(self):
        data = super().clean() or {}
        if str(self.initial["version"]) != data.get("version"):
            self.add_error(None, STALE_MESSAGE)
        for name in EVENT_FIELDS:
            if name in data and self.before[name] and not data[name]:
                self.add_error(name, "새 값을 적어 주세요. 지우려면 센터 화면에서 지웁니다.")
        if not self.errors and not self.renewed:
            self.add_error(None, "이름, 운영기관, 주소 가운데 바뀐 것을 새로 적어 주세요.")
        labels = [str(self.fields[name].label) for name in self.renewed]
        self.add_source_errors(labels or [REASON])
        if "address" not in self.renewed and data.get("lat") is None and data.get("lon") is None:
            data |= {"lat": self.before["lat"], "lon": self.before["lon"]}
        return data

    def get_old_values(self) -> dict[str, Any]:
        return self.before | {"region": self.before["region"].pk}

    def save_citations(self) -> None:
        """Store one statement for each new value, and one for each act with its day."""
        center = self.instance
        named = {name: self.cleaned_data[name] for name in self.renewed}
        if self.cleaned_data["region"] != self.before["region"]:
            named["region"] = self.cleaned_data["region"]
        for name, value in named.items():
            save_once(
                self.build_citation(center=center, field=name, value=format_cited_value(value))
            )
        for name in self.renewed:
            if old := self.before[name]:
                event = self.build_citation(
                    center=center,
                    field=EVENT_FIELDS[name],
                    value=self.cleaned_data["changed_on"],
                    printed=format_cited_value(old)[:MAX_PRINTED],
                )
                save_once(event)
        old_operator = self.before["operator"]
        if "operator" in named and isinstance(old_operator, Operator):
            save_once(
                self.build_citation(center=center, field="former_operator", value=old_operator.name)
            )


class MovableAdmin(SourcedAdmin):
    """A model admin of centres with a page for moves and new names."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:key>/move/", view, name="centers_center_move"), *super().get_urls()]

    def move_view(self, request, key):
        if request.method != "POST":
            return self.show_move(request, self.get_center_to_move(request, key))
        with transaction.atomic():
            # Concurrent saves of this centre wait here.
            Center.objects.select_for_update(no_key=True).filter(pk=key).first()
            center = self.get_center_to_move(request, key)
            form = self.build_move_form(request, center)
            if form.is_valid():
                self.save_move(request, form)
                return HttpResponseRedirect(reverse("admin:centers_center_change", args=[key]))
        return self.show_move(request, center, form)

    def get_center_to_move(self, request, key: int) -> Center:
        center = get_object_or_404(Center.objects.with_related(), pk=key)
        if not self.has_change_permission(request, center):
            raise PermissionDenied
        return center

    def build_move_form(self, request, center: Center) -> MoveForm:
        attributes = {"may_omit_source": request.user.is_superuser}
        form_class = type("MoveForm", (MoveForm,), attributes)
        return form_class(request.POST if request.method == "POST" else None, instance=center)

    def show_move(self, request, center: Center, form: MoveForm | None = None):
        # The form has set its values on the centre.
        title = str(Center.objects.get(pk=center.pk)) if form else str(center)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{REASON}: {title}",
            "opts": self.opts,
            "form": form or self.build_move_form(request, center),
            "key": center.pk,
            "center_title": title,
        }
        return TemplateResponse(request, "admin/centers/center/move.html", context)

    def save_move(self, request, form: MoveForm) -> None:
        center = form.instance
        center._change_reason = REASON
        keep_former_values(center, form.former)
        center.save()
        form.save_citations()
        labels = [str(form.fields[name].label) for name in form.renewed]
        self.log_change(request, center, [{"changed": {"fields": labels}}])
        text = f"{center}: {REASON}을 저장했습니다({', '.join(labels)})."
        self.message_user(request, text, messages.SUCCESS)
        if form.before["lat"] is not None and center.lat is None:
            text = "옛 주소의 좌표는 지웠습니다. 새 위치를 알게 되면 적어 주세요."
            self.message_user(request, text, messages.WARNING)
