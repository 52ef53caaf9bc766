"""The staff desk as a person uses it: sign in, open a form, change a field, press a button."""

import time

from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from centers.accounts.mfa import generate_hotp
from tests.support.forms import fields_of

EDITOR, MANAGER, SUPERUSER = "편집자", "관리자", "최고 관리자"
PASSWORD = "아무도 치지 않는 말"


def make_account(name, who, **fields):
    account = get_user_model()(username=name, is_staff=True, **fields)
    account.is_superuser = who == SUPERUSER
    # Hashing a password well takes a while.
    account.password = PBKDF2PasswordHasher().encode(PASSWORD, "소금", iterations=1)
    account.save()
    if who in (EDITOR, MANAGER):
        account.groups.add(Group.objects.get(name=who))
    return account


def sign_in(client, who):
    account = make_account("나", who)
    client.force_login(account)
    return account


def app_code(secret, steps=0):
    """What an authenticator app shows now, or some half minutes from now."""
    return generate_hotp(secret, int(time.time()) // 30 + steps)


def page(name, *args):
    """The address of a page of the staff desk: `center_change`, `user_add`."""
    app = "auth" if name.partition("_")[0] in ("user", "group") else "centers"
    return reverse(f"admin:{app}_{name}", args=args)


def read(response):
    return BeautifulSoup(response.content, "lxml")


def say_source(**changes):
    """What an editor says today about the source of what is typed."""
    return {
        "source_means": "call",
        "source_title": "소공인지원팀",
        "source_url": "",
        "source_date": timezone.localdate().isoformat(),
    } | changes


def fill_in_source(data):
    """Name a source in a form that asks for one and has none yet."""
    if "source_title" in data and data.get("source_means") in (None, "", [""]):
        data |= say_source()


def submit(client, address, /, button="_save", **changes):
    """Open the form at the address, change some fields (None: untick) and press the button."""
    response = client.get(address)
    assert response.status_code == 200, response
    data = fields_of(read(response).select_one("#content form[method=post]"))
    fill_in_source(data)
    for name, value in changes.items():
        data.pop(name, None)
        if value is not None:
            data[name] = value
    return client.post(address, data | {button: "1"})


def error_beside(response, field):
    """The messages beside one field of a form that came back."""
    assert response.status_code == 200, response
    errors = read(response).select_one(f"#id_{field}_error")
    return errors.get_text(" ", strip=True) if errors else None


def messages_in(response):
    return [item.get_text(strip=True) for item in read(response).select(".messagelist li")]


def count_in(response) -> int:
    """How many records the list of the admin says that it has."""
    texts = read(response).select_one(".paginator").find_all(string=True, recursive=False)
    return int("".join(texts).split()[0].replace(",", ""))
