"""Admin of makers' words and well-known clusters, from which the search reads what words mean."""

from django.contrib import admin
from django.db.models import QuerySet

from centers.admin.base import RecordAdmin
from centers.models import Landmark, Word
from centers.models.word_index import match_without_class


class WordCheckFilter(admin.SimpleListFilter):
    """Filters other spellings, and words that lead to no industry."""

    title = "살펴볼 것"
    parameter_name: str = "check"

    def lookups(self, request, model_admin):
        return [("lost", "업종으로 이어지지 않음"), ("spelling", "다르게 적는 말")]

    def queryset(self, request, queryset):
        if self.value() == "lost":
            return queryset.filter(match_without_class())
        return queryset.exclude(standard="") if self.value() == "spelling" else queryset


@admin.register(Word)
class WordAdmin(RecordAdmin):
    list_display = ["text", "code_list", "standard", "matches_parts"]
    list_filter = [WordCheckFilter, "is_part"]
    search_fields = ["text", "standard"]
    search_help_text = "말, 표준 표기, 업종 코드로 찾습니다."

    def get_fields(self, request, obj=None):
        left_out = "matches_parts" if self.has_change_permission(request, obj) else "is_part"
        return [name for name in super().get_fields(request, obj) if name != left_out]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "matches_parts"]

    @admin.display(description="긴 말의 일부로도", ordering="is_part")
    def matches_parts(self, word):
        # The icon that Django shows for a yes or no has an English text.
        return "예" if word.is_part else "아니요"

    @admin.display(description="업종 코드")
    def code_list(self, word):
        return ", ".join(word.codes)

    def search(self, request, queryset, words):
        matches, may_have_duplicates = super().search(request, queryset, words)
        if len(words) == 1 and words[0].isascii() and words[0].isdigit():
            matches |= filter_by_code(queryset, words[0])
        return matches, may_have_duplicates


def filter_by_code(words: QuerySet[Word], digits: str) -> QuerySet[Word]:
    """Return the words with a KSIC code that begins with the digits.

    The codes are compared in Python, since the two databases search JSON differently.
    """
    pairs = words.values_list("pk", "codes")
    keys = [pk for pk, codes in pairs if any(code.startswith(digits) for code in codes)]
    return words.filter(pk__in=keys)


@admin.register(Landmark)
class LandmarkAdmin(RecordAdmin):
    list_display = ["name", "region", "dong"]
    list_select_related = ["region__parent__parent"]
    search_fields = ["name", "dong", "region__name", "region__parent__name"]
    search_help_text = "이름, 읍·면·동, 지역 이름으로 찾습니다."
    autocomplete_fields = ["region"]
