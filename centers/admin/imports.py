"""The desk of imports: read a published list, look at the plan, decide, apply, take back."""

from contextlib import suppress

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from centers.admin.base import CarefulAdmin
from centers.intake.apply import apply
from centers.intake.decisions import TAKEABLE, DecisionError
from centers.intake.details import Details
from centers.intake.grid import LARGEST_FILE
from centers.intake.plan import Kind, Plan, RowPlan
from centers.intake.read import ReadError, Table, read_file, read_text
from centers.intake.runs import RefusedError, decide, draft, plan_of
from centers.intake.undo import undo
from centers.models import Announcement, Center, ImportRun, Industry, Listing, Region

#: The kinds of rows in the order in which they want attention, each with a sign beside its colour.
SIGNS = {
    Kind.ERROR: "!",
    Kind.DECISION: "?",
    Kind.CHANGED: "~",
    Kind.NEW: "+",
    Kind.UNCHANGED: "=",
    Kind.SKIPPED: "−",
}
#: Rows of these kinds need no look, so they are folded up.
FOLDED = (Kind.NEW, Kind.UNCHANGED, Kind.SKIPPED)


class ListForm(forms.Form):
    """A list to take in, and the document it stands in."""

    file = forms.FileField(
        label="목록 파일",
        required=False,
        help_text="CSV 또는 엑셀 파일, 5 MB까지",
    )
    text = forms.CharField(
        label="또는 표를 붙여 넣기",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text="누리집이나 한글·워드 문서에서 제목 줄까지 복사해 붙여 넣습니다.",
    )
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
    publisher = forms.CharField(label="펴낸 곳", required=False, max_length=100)
    published_on = forms.DateField(
        label="펴낸 날", required=False, widget=admin.widgets.AdminDateWidget
    )
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

    NEW = ("kind", "slug", "title", "publisher", "published_on", "source_url", "source_note")
    NEEDED = ("slug", "title", "publisher", "published_on")

    def clean(self):
        data = super().clean()
        if "file" not in self.errors:
            self.table = self._read(data.get("file"), data.get("text", ""))
        if data.get("announcement"):
            self.details = Details(slug=data["announcement"].slug)
        else:
            for name in self.NEEDED:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "새 공고이면 적어야 합니다.")
            self.details = self._details(data)
        return data

    def _read(self, file, text: str) -> Table | None:
        if bool(file) == bool(text.strip()):
            what = "하나만" if file else "하나를"
            self.add_error("file", f"파일과 붙여 넣은 표 가운데 {what} 주세요.")
            return None
        try:
            if file and file.size > LARGEST_FILE:
                raise ReadError(f"파일이 너무 큽니다. {LARGEST_FILE // 1024**2} MB까지 읽습니다.")
            return read_file(file.read(), file.name) if file else read_text(text)
        except ReadError as error:
            self.add_error("file" if file else "text", str(error))
            return None

    def _details(self, data: dict) -> Details | None:
        details = Details(
            **{name: data.get(name) for name in (*self.NEW, "centers_total") if data.get(name)}
            | {"slug": data.get("slug", "")}
        )
        if self.errors.keys() & {*self.NEW, "centers_total"}:
            return None
        if Announcement.objects.filter(slug=details.slug).exists():
            self.add_error("slug", "같은 주소 이름의 공고가 이미 있습니다. 위에서 고르세요.")
            return None
        try:
            details.announcement()
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
            return None
        return details


def decided(post, plan: Plan) -> dict:
    """The decisions that a person made on the page of a plan, as `Decisions` takes them."""
    rows: dict[str, dict] = {}
    for row in plan.rows:
        name = f"row-{row.number}"
        found: dict = {}
        if center := post.get(f"{name}-center"):
            if center == "skip":
                found["skip"] = True
            else:
                found["center"] = center if center == "new" else number(center)
        for what in ("region", "industry"):
            if code := post.get(f"{name}-{what}"):
                found[what] = code
        if take := [field for field in post.getlist(f"{name}-take") if field in TAKEABLE]:
            found["take"] = take
        if found:
            rows[str(row.number)] = found
    missing = {
        str(center.center): decision
        for center in plan.missing
        if (decision := post.get(f"missing-{center.center}"))
    }
    every = {"all_missing": choice} if (choice := post.get("all-missing")) else {}
    return {"rows": rows, "missing": missing} | every


def number(text: str) -> int:
    """The key that a form sent; one that is no number is one that no centre has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@admin.register(ImportRun)
class ImportRunAdmin(CarefulAdmin):
    list_display = ["title", "state", "counted", "file_name", "made_by", "made_at", "applied_at"]
    list_filter = ["state"]
    search_fields = ["title", "slug", "file_name"]
    search_help_text = "공고의 제목과 주소 이름, 파일 이름으로 찾습니다."
    ordering = ["-made_at", "-pk"]

    @admin.display(description="계획")
    def counted(self, run):
        counts = plan_of(run).counts()
        shown = [f"{kind.label} {counts[kind]}" for kind in SIGNS if counts[kind]]
        if counts["missing"]:
            shown.append(f"목록에 없음 {counts['missing']}")
        return ", ".join(shown)

    # --- rights ---

    def has_delete_permission(self, request, obj=None):
        """A draft may be thrown away; what has been done stays on record."""
        is_draft = obj is None or obj.state == ImportRun.State.PLANNED
        return is_draft and super().has_delete_permission(request, obj)

    def get_actions(self, request):
        # Deleting many at once would ask for no run in particular.
        return {}

    def get_urls(self):
        view = self.admin_site.admin_view
        pages = [
            path(f"<int:pk>/{step}/", view(getattr(self, step)), name=f"centers_importrun_{step}")
            for step in ("decide", "apply", "undo")
        ]
        return [*pages, *super().get_urls()]

    # --- reading a list ---

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            run = draft(
                form.table,
                form.details,
                file_name=file.name if file else "붙여 넣은 표",
                user=request.user,
            )
            self.log_addition(request, run, "읽음")
            return HttpResponseRedirect(self.address(run))
        context = {
            **self.admin_site.each_context(request),
            "title": "목록 가져오기",
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/centers/importrun/read.html", context)

    # --- the plan ---

    def address(self, run) -> str:
        return reverse("admin:centers_importrun_change", args=[run.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        key = number(object_id)
        run = ImportRun.objects.filter(pk=key).first() if key else None
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        plan = plan_of(run)
        may_change = self.has_change_permission(request, run)
        context = {
            **self.admin_site.each_context(request),
            "title": run.title,
            "run": run,
            "plan": plan,
            "summary": [(kind, SIGNS[kind], plan.counts()[kind]) for kind in SIGNS],
            "groups": self.groups(run, plan),
            "missing": self.missing(run, plan),
            "all_missing": self.all_missing(run, plan),
            "may_apply": may_change and run.state == ImportRun.State.PLANNED,
            "may_undo": may_change and run.state == ImportRun.State.APPLIED,
            "may_delete": self.has_delete_permission(request, run),
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/centers/importrun/plan.html", context)

    def groups(self, run, plan: Plan) -> list[dict]:
        """The rows by kind, each with the centre it speaks of once that is here."""
        here = dict(
            Listing.objects.filter(announcement__slug=run.slug).values_list("row", "center_id")
            if run.state == ImportRun.State.APPLIED
            else ()
        )
        decisions = run.decisions.get("rows", {})
        names = self.names_of(decisions)
        groups = []
        for kind, sign in SIGNS.items():
            rows = [
                self.shown(row, here, decisions.get(str(row.number), {}), names)
                for row in plan.rows
                if row.kind == kind
            ]
            if rows:
                folded = kind in FOLDED
                groups.append({"kind": kind, "sign": sign, "rows": rows, "folded": folded})
        return groups

    @staticmethod
    def names_of(decisions: dict) -> dict[str, dict[str, str]]:
        """The names of the regions and industries that have been decided on, by code."""

        def chosen(model, what: str):
            codes = {decision[what] for decision in decisions.values() if what in decision}
            return model.objects.filter(pk__in=codes)

        regions = chosen(Region, "region").select_related("parent__parent")
        return {
            "region": {region.code: region.full_name for region in regions},
            "industry": dict(chosen(Industry, "industry").values_list("code", "name")),
        }

    @staticmethod
    def shown(row: RowPlan, here: dict[int, int], decision: dict, names: dict) -> dict:
        """The row with all that can be decided of it, and what has been, so that it is sent again.

        `names` are those of the regions and industries that have been decided on.
        """
        chosen = "skip" if decision.get("skip") else str(decision.get("center", ""))
        centers = [
            (str(offer.center), offer.name, f"{offer.score}점: {', '.join(offer.reasons)}")
            for offer in row.offers
        ]
        if chosen.isdigit() and chosen not in [value for value, *_ in centers]:
            centers.append((chosen, row.center_name or f"{chosen}번 센터", "정한 센터"))
        codes = []
        for what, label in (("region", "지역"), ("industry", "업종")):
            code, choices = decision.get(what), row.choices.get(what, {})
            if code in names[what]:
                choices = {code: names[what][code]} | choices
            if choices:
                options = [(value, name, value == code) for value, name in choices.items()]
                codes.append((what, label, options))
        return {
            "plan": row,
            "center": row.center or here.get(row.number),
            "chosen": chosen,
            "centers": [(*offer, offer[0] == chosen) for offer in centers],
            "codes": codes,
            "take": decision.get("take", []),
            "is_decided": bool(decision),
            "is_open": bool(decision) or row.kind != Kind.UNCHANGED,
        }

    @staticmethod
    def missing(run, plan: Plan) -> list[tuple]:
        """The centres on no row, each with what can be decided of it."""
        decisions = run.decisions.get("missing", {})
        shown = []
        for center in plan.missing:
            decision = decisions.get(str(center.center), "")
            # One that is 확인 필요 already stays so either way.
            is_open = center.status != Center.Status.UNCONFIRMED
            choices = [("", "계획대로"), ("keep", "그대로 둠"), ("take", "확인 필요로 바꿈")]
            choices = [(value, words, value == decision) for value, words in choices]
            shown.append((center, choices if is_open else []))
        return shown

    @staticmethod
    def all_missing(run, plan: Plan) -> list[tuple]:
        """What can be decided of all missing centres at once."""
        if all(center.status == Center.Status.UNCONFIRMED for center in plan.missing):
            return []
        decision = run.decisions.get("all_missing", "")
        choices = [
            ("", "계획대로"),
            ("keep", "모두 그대로 둠"),
            ("take", "모두 확인 필요로 바꿈"),
        ]
        return [(value, words, value == decision) for value, words in choices]

    # --- what can be done with it ---

    def step(self, request, pk) -> ImportRun:
        run = get_object_or_404(ImportRun, pk=pk)
        if request.method != "POST" or not self.has_change_permission(request, run):
            raise PermissionDenied
        return run

    def decide(self, request, pk):
        run = self.step(request, pk)
        try:
            decide(run, decided(request.POST, plan_of(run)))
            self.message_user(request, "정한 대로 다시 계획했습니다.", messages.SUCCESS)
        except (DecisionError, RefusedError) as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(self.address(run))

    def apply(self, request, pk):
        run = self.step(request, pk)
        try:
            plan = apply(run, request.user, shown=request.POST.get("plan"))
        except RefusedError as error:
            # What has changed since is shown at once, to be looked at anew.
            self.plan_anew(run)
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, run, "반영")
            counts = plan.counts()
            turned = sum(center.will_change for center in plan.missing)
            text = f"반영했습니다. 새 센터 {counts[Kind.NEW]}곳, 바뀐 센터 {counts[Kind.CHANGED]}곳"
            text += f", 확인 필요로 바뀐 센터 {turned}곳입니다."
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.address(run))

    def plan_anew(self, run) -> None:
        with suppress(RefusedError):
            try:
                decide(run, run.decisions)
            except DecisionError:
                decide(run, {})

    def undo(self, request, pk):
        run = self.step(request, pk)
        try:
            undo(run, request.user)
        except RefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, run, "되돌림")
            self.message_user(request, "가져오기 전으로 되돌렸습니다.", messages.SUCCESS)
        return HttpResponseRedirect(self.address(run))
