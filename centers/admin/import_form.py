"""The upload form of a list, with the details of its announcement."""

from contextlib import suppress

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError

from centers.importer.announcement_details import AnnouncementDetails, build_slug
from centers.importer.grid import MAX_FILE_SIZE
from centers.importer.read import PrintedList, ReadError, read_file, read_pasted_text
from centers.models import Announcement


class ListUploadForm(forms.Form):
    """A list as a file or pasted table, and the announcement that it belongs to.

    After validation, `table` and `details` hold the parsed list and announcement.
    """

    file = forms.FileField(
        label="목록 파일",
        required=False,
        help_text="엑셀(.xlsx, .xls), 오픈도큐먼트(.ods), 한글(.hwpx), CSV·TSV, 누리집에서 저장한 "
        f"표(.html), {MAX_FILE_SIZE // 1024**2} MB까지. "
        "한글(.hwp)과 PDF의 표는 복사해 아래에 붙여 넣습니다.",
    )
    text = forms.CharField(
        label="또는 표를 붙여 넣기",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text="누리집이나 한글·워드 문서에서 제목 줄까지 복사해 붙여 넣습니다.",
    )
    #: The same table as HTML, which a script takes from the clipboard.
    html = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    announcement = forms.ModelChoiceField(
        label="공고",
        queryset=Announcement.objects.all(),
        required=False,
        empty_label="새 공고 (아래에 적음)",
    )
    kind = forms.ChoiceField(label="종류", choices=Announcement.Kind, required=False)
    slug = forms.CharField(
        label="주소 이름",
        required=False,
        max_length=50,
        help_text="영문 소문자, 숫자, 붙임표(-)",
    )
    title = forms.CharField(
        label="제목", required=False, max_length=200, widget=forms.TextInput(attrs={"size": 60})
    )
    publisher = forms.CharField(label="발표 기관", required=False, max_length=100)
    published_on = forms.DateField(label="발표일", required=False, widget=AdminDateWidget)
    source_url = forms.CharField(
        label="원문 주소",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"size": 60}),
    )
    source_note = forms.CharField(
        label="출처 설명", required=False, max_length=200, help_text="원문을 어디서 보았는지"
    )
    centers_total = forms.IntegerField(
        label="전국 센터 수",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="문서가 밝힌 수(개소)",
    )

    NEW_FIELDS = ("kind", "slug", "title", "publisher", "published_on", "source_url", "source_note")
    REQUIRED_FIELDS = ("title", "publisher", "published_on")

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "file" not in self.errors:
            text = data.get("text", "")
            self.table = self._read_table(data.get("file"), text, data.get("html", ""))
        if data.get("announcement"):
            self.details = self._build_added_details(data)
        else:
            for name in self.REQUIRED_FIELDS:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "새 공고이면 적어야 합니다.")
            if not data.get("slug") and data.get("published_on") and "slug" not in self.errors:
                data["slug"] = build_slug(data.get("kind", ""), data["published_on"])
            self.details = self._build_new_details(data)
        return data

    def _read_table(self, file, text: str, html: str) -> PrintedList | None:
        """Read the file or the pasted text; adds a form error and returns None if it fails.

        The HTML of the paste counts where it has a list, else the text.
        """
        if bool(file) == bool(text.strip()):
            what = "하나만" if file else "하나를"
            self.add_error("file", f"파일과 붙여 넣은 표 가운데 {what} 주세요.")
            return None
        if html and not file:
            with suppress(ReadError):
                return read_pasted_text(html)
        try:
            if file and file.size > MAX_FILE_SIZE:
                raise ReadError(f"파일이 너무 큽니다. {MAX_FILE_SIZE // 1024**2} MB까지 읽습니다.")
            return read_file(file.read(), file.name) if file else read_pasted_text(text)
        except ReadError as error:
            self.add_error("file" if file else "text", str(error))
            return None

    def _build_added_details(self, data: dict) -> AnnouncementDetails | None:
        """Return the chosen announcement with the typed details; the plan reports differences."""
        # The kind is always submitted.
        typed_fields = {*self.NEW_FIELDS, "centers_total"} - {"kind", "slug"}
        details = AnnouncementDetails(
            slug=data["announcement"].slug,
            **{name: data[name] for name in typed_fields if data.get(name)},
        )
        try:
            details.find_differences(data["announcement"])
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
            return None
        return details

    def _build_new_details(self, data: dict) -> AnnouncementDetails | None:
        """Return the details of a new announcement; adds form errors, returns None if invalid."""
        names = {*self.NEW_FIELDS, "centers_total"} - {"slug"}
        values = {name: data[name] for name in names if data.get(name)}
        details = AnnouncementDetails(slug=data.get("slug", ""), **values)
        if self.errors.keys() & {*self.NEW_FIELDS, "centers_total"}:
            return None
        if Announcement.objects.filter(slug=details.slug).exists():
            self.add_error("slug", "같은 주소 이름의 공고가 이미 있습니다. 위에서 고르세요.")
            return None
        try:
            details.find_or_build()
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
            return None
        return details
