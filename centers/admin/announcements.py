"""Admin of announcements and their listings."""

from django import forms
from django.contrib import admin
from django.db.models import Count

from centers.admin.base import RecordAdmin, RecordForm, ValidKeySelect
from centers.admin.duplicates import DistinctForm
from centers.admin.merge_views import MergeableAdmin
from centers.models import Announcement, Listing
from centers.models.center_fields import PRINTED_FIELDS

_PAIRS = [
    ("region", "industry"),
    ("operator", "cluster_size"),
    ("name", "address"),
    ("phone", "website"),
]
#: The printed columns in the lines of the form.
PRINTED_LINES = [
    *_PAIRS,
    *(name for name in PRINTED_FIELDS if all(name not in pair for pair in _PAIRS)),
]


class PrefetchedSelect(ValidKeySelect):
    """An autocomplete select whose selected record is already fetched, without a query."""

    chosen = None

    def optgroups(self, name, value, attr=None):
        if self.chosen is None or value != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attr)
        option = self.create_option(name, self.chosen.pk, str(self.chosen), True, 0)
        return [(None, [option], 0)]


class ListingForm(RecordForm):
    def clean(self):
        super().clean()
        data = self.cleaned_data
        announcement, row = data.get("announcement"), data.get("row")
        if announcement and announcement.pk and row:
            same_row = Listing.objects.filter(announcement=announcement, row=row)
            if same_row.exclude(pk=self.instance.pk).exists():
                # The database constraint also rejects it, but without naming the field.
                self.add_error("row", "이 공고의 같은 행이 이미 있습니다.")
        return data


#: Most inline rows that can be added at once; a page of two thousand takes half a minute to render.
MAX_NEW_ROWS = 50


class ListingFormSet(forms.BaseInlineFormSet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_num = self.absolute_max = len(self.get_queryset()) + MAX_NEW_ROWS

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            for name in ("announcement", "center"):
                if name != self.fk.name:
                    form.fields[name].widget.widget.chosen = getattr(form.instance, name)

    def get_unique_error_message(self, unique_check):
        return "같은 공고의 같은 행을 두 번 적었습니다."


class ListingInline(admin.StackedInline):
    """The listings of one centre."""

    model = Listing
    verbose_name_plural = "공고 기재 내용: 공고와 다르게 옮겨 적었을 때에만 고치거나 지웁니다"
    form = ListingForm
    formset = ListingFormSet
    extra = 0
    show_change_link = True
    autocomplete_fields = ["announcement", "center"]
    ordering = ["-announcement__published_on", "row"]
    fields = [("announcement", "row"), *PRINTED_LINES]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("announcement", "center")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in PRINTED_FIELDS:
            # Narrow enough for two fields in a line.
            kwargs["widget"] = forms.TextInput(attrs={"size": 26})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["widget"] = PrefetchedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AnnouncementListingInline(ListingInline):
    """The listings of one announcement."""

    verbose_name_plural = Listing._meta.verbose_name_plural
    ordering = ["row"]
    fields = [("row", "center"), *PRINTED_LINES]


class AnnouncementForm(DistinctForm, RecordForm):
    pass


@admin.register(Announcement)
class AnnouncementAdmin(MergeableAdmin):
    form = AnnouncementForm
    actions = ["merge_records"]
    list_display = ["title", "kind", "publisher", "published_on", "listing_count"]
    list_filter = ["kind", "publisher"]
    ordering = ["-published_on", "pk"]  # the annotation drops the model's own
    search_fields = ["title", "publisher", "slug"]
    search_help_text = "제목, 발표 기관, 주소 이름으로 찾습니다."
    date_hierarchy = "published_on"
    inlines = [AnnouncementListingInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("kind", "publisher", "published_on"), "summary"]}),
        ("출처", {"fields": ["source_url", "source_note"]}),
        (
            "문서가 밝힌 숫자",
            {"fields": [("centers_total", "subsidy_krw", "new_center_subsidy_krw")]},
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        is_new = obj is None and self.has_add_permission(request)
        return [*fieldsets, (None, {"fields": ["is_distinct"]})] if is_new else fieldsets

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(listing_count=Count("listings"))

    @admin.display(description="기재된 센터", ordering="listing_count")
    def listing_count(self, announcement):
        return announcement.listing_count

    def get_readonly_fields(self, request, obj=None):
        # Part of the public URL; external links must keep working.
        return ["slug"] if obj else []

    def view_on_site(self, announcement):
        return announcement.get_absolute_url()


@admin.register(Listing)
class ListingAdmin(RecordAdmin):
    form = ListingForm
    list_display = ["announcement_row", "center", "region", "industry", "cluster_size", "operator"]
    list_select_related = ["announcement", "center"]
    list_filter = ["announcement"]
    search_fields = ["name", "region", "operator", "industry", "address", "center__display_name"]
    search_help_text = "공고에 적힌 말과 센터 이름으로 찾습니다."
    autocomplete_fields = ["announcement", "center"]
    ordering = ["-announcement__published_on", "announcement_id", "row"]
    fieldsets = [
        (None, {"fields": [("announcement", "row"), "center"]}),
        (
            "공고에 적힌 대로",
            {
                "fields": PRINTED_LINES,
                "description": "띄어쓰기와 오탈자까지 공고에 적힌 그대로 적습니다.",
            },
        ),
    ]

    @admin.display(description="공고와 행", ordering="row")
    def announcement_row(self, listing):
        return str(listing)

    def view_on_site(self, listing):
        return listing.announcement.get_absolute_url()
