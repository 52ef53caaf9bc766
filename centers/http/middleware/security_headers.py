"""Security headers beside those of Django and django-csp."""

from csp.constants import HEADER as POLICY
from csp.utils import build_policy
from django.conf import settings
from django.urls import reverse

#: Browser features that scripts may use: geolocation (내 위치), and passkeys in the admin.
ALLOWED_FEATURES = ("geolocation", "publickey-credentials-create", "publickey-credentials-get")
#: The most intrusive features; not all there are, since every file carries this header.
FORBIDDEN_FEATURES = (
    *("accelerometer", "camera", "display-capture", "gyroscope", "magnetometer", "microphone"),
    *("midi", "payment", "usb"),
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=(self)" for name in ALLOWED_FEATURES), *(f"{n}=()" for n in FORBIDDEN_FEATURES)]
)

CORP_HEADER = "Cross-Origin-Resource-Policy"
#: Of files that are no pages; short, since a page loads thirty of them.
STATIC_FILE_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#: A view adds it to what other sites may load; everything else is for this site alone.
CROSS_ORIGIN_HEADERS = {CORP_HEADER: "cross-origin"}


class SecurityHeadersMiddleware:
    """Keep other sites from framing and loading what is not made for them.

    Depends on the path alone, since an error, a cached response and a 304 (whose headers browsers
    copy into the response that they have cached) must have the same headers as the view's response.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.embed_path = reverse("embed")
        self.embed_csp = build_policy(
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
        if request.path_info == self.embed_path:
            headers[POLICY] = self.embed_csp
            headers.pop("X-Frame-Options", None)
            headers[CORP_HEADER] = "cross-origin"
        elif request.path_info.startswith(settings.STATIC_URL):
            # Other sites that link here show icons and pictures.
            headers[CORP_HEADER] = "cross-origin"
            if not headers.get("Content-Type", "").startswith("text/html"):  # an error page
                headers[POLICY] = STATIC_FILE_CSP
        else:
            headers.setdefault(CORP_HEADER, "same-origin")
        return response
