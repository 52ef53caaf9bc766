"""Idle and absolute timeout of sessions in the admin."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

STARTED_KEY, LAST_SEEN_KEY = "desk_began", "desk_seen"
#: In seconds: the last visit is stored no more often, since that is a write to the database.
LAST_SEEN_INTERVAL = 20
SESSION_ENDED_MESSAGE = (
    "오래 쓰지 않았거나 로그인한 지 오래되어 로그아웃했습니다. 다시 로그인해 주세요."
)
NOT_SAVED_MESSAGE = (
    "로그인이 끝난 뒤에 보낸 내용이라 저장하지 않았습니다. 다시 로그인한 뒤, 브라우저의 ‘뒤로’를 "
    "눌러 적은 내용을 옮겨 적고 다시 저장해 주세요."
)
#: A POST to these views without being signed in loses no input.
HARMLESS_VIEWS = {"login", "logout", "account_login", "mfa_authenticate", "desk_go_on"}


class SessionTimeoutMiddleware:
    """End a session after its timeout, and show a message; public pages read no session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.path_info.startswith(f"/{settings.ADMIN_PATH}"):
            return
        session, now = request.session, time.time()
        if request.user.is_authenticated:
            began, seen = session.get(STARTED_KEY, now), session.get(LAST_SEEN_KEY, now)
            # The last visit is not stored in read-only mode.
            unused = 0 if settings.READ_ONLY else now - seen
            if now - began < get_max_age() and unused < get_idle_timeout():
                session.setdefault(STARTED_KEY, now)
                if now - seen >= LAST_SEEN_INTERVAL or LAST_SEEN_KEY not in session:
                    session[LAST_SEEN_KEY] = now
                request.session_ends = datetime.fromtimestamp(
                    min(began + get_max_age(), now + get_idle_timeout()), UTC
                )
                return
            if settings.READ_ONLY:
                # Deleting it would write; so every request with it counts as anonymous.
                request.user = AnonymousUser()
                return
            logout(request)
            if request.method in ("GET", "HEAD"):
                messages.warning(request, SESSION_ENDED_MESSAGE)
        late = request.method == "POST" and request.resolver_match.url_name not in HARMLESS_VIEWS
        if late and not request.user.is_authenticated:
            messages.error(request, NOT_SAVED_MESSAGE)


def get_idle_timeout() -> int:
    return settings.STAFF_IDLE_MINUTES * 60


def get_max_age() -> int:
    return settings.STAFF_SESSION_MINUTES * 60


@receiver(user_logged_in)
def start_session(sender, request, user, **kwargs):
    """Restart both timeouts at sign-in, also in a session that existed before."""
    request.session[STARTED_KEY] = request.session[LAST_SEEN_KEY] = time.time()
