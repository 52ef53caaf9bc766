"""How long one stays signed in at the staff desk: not for long unused, and not for ever."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

BEGAN, SEEN = "desk_began", "desk_seen"
#: Seconds that may pass before another visit is written down; it costs a write to the database.
STEP = 20
ENDED = "오래 쓰지 않았거나 로그인한 지 오래되어 로그아웃했습니다. 다시 로그인해 주세요."
NOT_SAVED = (
    "로그인이 끝난 뒤에 보낸 내용이라 저장하지 않았습니다. 다시 로그인한 뒤, 브라우저의 ‘뒤로’를 "
    "눌러 적은 내용을 옮겨 적고 다시 저장해 주세요."
)
#: Posting here without being signed in loses nothing.
HARMLESS = {"login", "logout", "account_login", "mfa_authenticate", "desk_go_on"}


class SessionLimitsMiddleware:
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
            began, seen = session.get(BEGAN, now), session.get(SEEN, now)
            # Where nothing is written, nobody's last visit is either.
            unused = 0 if settings.READ_ONLY else now - seen
            if now - began < longest() and unused < idle():
                session.setdefault(BEGAN, now)
                if now - seen >= STEP or SEEN not in session:
                    session[SEEN] = now
                request.session_ends = datetime.fromtimestamp(
                    min(began + longest(), now + idle()), UTC
                )
                return
            if settings.READ_ONLY:
                # Ending it for good would write; it ends for this request, and for each that comes.
                request.user = AnonymousUser()
                return
            logout(request)
            if request.method in ("GET", "HEAD"):
                messages.warning(request, ENDED)
        late = request.method == "POST" and request.resolver_match.url_name not in HARMLESS
        if late and not request.user.is_authenticated:
            messages.error(request, NOT_SAVED)


def idle() -> int:
    return settings.STAFF_IDLE_MINUTES * 60


def longest() -> int:
    return settings.STAFF_SESSION_MINUTES * 60


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs):
    """A new sign-in begins anew, also in a session that was there before."""
    request.session[BEGAN] = request.session[SEEN] = time.time()
