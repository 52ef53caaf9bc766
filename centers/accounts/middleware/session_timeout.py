"""How long one stays signed in at the staff desk: not for long unused, and not for ever."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

STARTED_KEY, LAST_SEEN_KEY = "desk_began", "desk_seen"
#: Seconds that may pass before another visit is written down; it costs a write to the database.
LAST_SEEN_INTERVAL = 20
SESSION_ENDED_MESSAGE = (
    "오래 쓰지 않았거나 로그인한 지 오래되어 로그아웃했습니다. 다시 로그인해 주세요."
)
NOT_SAVED_MESSAGE = (
    "로그인이 끝난 뒤에 보낸 내용이라 저장하지 않았습니다. 다시 로그인한 뒤, 브라우저의 ‘뒤로’를 "
    "눌러 적은 내용을 옮겨 적고 다시 저장해 주세요."
)
#: Posting here without being signed in loses nothing.
HARMLESS_VIEWS = {"login", "logout", "account_login", "mfa_authenticate", "desk_go_on"}


class SessionTimeoutMiddleware:
    """Ends a session in time, and says so to whom it happens; asks nothing on public pages."""

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
            # Where nothing is written, nobody's last visit is either.
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
                # Ending it for good would write; it ends for this request, and for each that comes.
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
    """A new sign-in begins anew, also in a session that was there before."""
    request.session[STARTED_KEY] = request.session[LAST_SEEN_KEY] = time.time()
