"""What browsers are told of every answer, beside what Django and django-csp tell them."""

from csp.constants import HEADER as POLICY
from csp.utils import build_policy
from django.conf import settings
from django.urls import reverse

#: What scripts may ask of a browser: where the reader is (내 위치), and the passkeys of the desk.
ALLOWED_FEATURES = ("geolocation", "publickey-credentials-create", "publickey-credentials-get")
#: What would tell most of a reader, or cost; not all there is, as every file carries it.
FORBIDDEN_FEATURES = (
    *("accelerometer", "camera", "display-capture", "gyroscope", "magnetometer", "microphone"),
    *("midi", "payment", "usb"),
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=(self)" for name in ALLOWED_FEATURES), *(f"{n}=()" for n in FORBIDDEN_FEATURES)]
)

CORP_HEADER = "Cross-Origin-Resource-Policy"
#: Of files that are no pages: short, since a page loads thirty of them.
STATIC_FILE_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#: Of what pages of other sites may show or load; a view sets it, all else is for this site alone.
CROSS_ORIGIN_HEADERS = {CORP_HEADER: "cross-origin"}


class SecurityHeadersMiddleware:
    """Keeps other sites from framing and loading what is not made for them.

    Goes by the address alone, since an error, a kept answer or a 304 (which browsers take over
    into what they have kept) must say the same as the answer of the view.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.framed = reverse("embed")
        self.policy_of_framed = build_policy(
            replace={
                "frame-ancestors": ["*"],
                "script-src": ["'none'"],
                "connect-src": ["'none'"],
            }
        )

    def __call__(self, request):
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path_info == self.framed:
            headers[POLICY] = self.policy_of_framed
            headers.pop("X-Frame-Options", None)
            headers[CORP_HEADER] = "cross-origin"
        elif request.path_info.startswith(settings.STATIC_URL):
            # Icons and pictures are shown by whoever links to the site.
            headers[CORP_HEADER] = "cross-origin"
            if not headers.get("Content-Type", "").startswith("text/html"):  # a refusal is a page
                headers[POLICY] = STATIC_FILE_CSP
        else:
            headers.setdefault(CORP_HEADER, "same-origin")
        return response
