"""A password validator against the words of this service."""

import re

from django.core.exceptions import ValidationError

from centers.text.hangul import clean, retype

#: The words for the service that its staff would think of first.
SERVICE_WORDS = (
    "소공인특화지원센터",
    "소공인",
    "특화",
    "지원",
    "센터",
    "찾기",
    "편집실",
    "편집자",
    "관리자",
    "비밀번호",
    "sogongin",
    "center",
    "centers",
    "admin",
    "manager",
    "editor",
    "password",
)
#: So many different letters must remain without those words, digits and punctuation.
MIN_OTHER_LETTERS = 4


class ServiceWordsValidator:
    """Reject passwords made of the service's own words, in either state of the 한/영 key."""

    def validate(self, password, user=None):
        text = clean(password).lower()
        for form in filter(None, (text, retype(text))):
            if len(set(remove_service_words(form.lower()))) < MIN_OTHER_LETTERS:
                raise ValidationError(
                    "이 서비스의 이름이나 자리 이름, 숫자만으로 된 비밀번호는 쓸 수 없습니다.",
                    code="password_of_service_words",
                )

    def get_help_text(self):
        return "이 서비스의 이름이나 자리 이름, 숫자만으로 만들 수 없습니다."


def remove_service_words(text: str) -> str:
    for word in sorted(SERVICE_WORDS, key=len, reverse=True):
        text = text.replace(word, "")
    return re.sub(r"[\W\d_]", "", text)
