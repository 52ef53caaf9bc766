"""All settings of the directory; what may differ between installations comes from the environment.

Every value read here stands in README's table and in `.env.example` (a test compares the three).
A value that cannot be used stops the program with one line that names it. Nothing is written here:
`manage.py` creates DATA_DIR, and `serve` the secret key in it.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from centers.env import (
    BASE_DIR,
    env_bool,
    env_choice,
    env_database,
    env_dir,
    env_email,
    env_hosts,
    env_int,
    env_page,
    env_path,
    env_str,
    env_url,
    make_read_only,
    read_env_file,
    read_secret_key,
)

# --- where it runs -------------------------------------------------------------------------------

read_env_file(BASE_DIR / ".env")

PRODUCTION = env_bool("PRODUCTION")
DEBUG = env_bool("DEBUG")
DATA_DIR = env_dir("DATA_DIR", default="var")
DEFAULT_SITE_URL = "http://127.0.0.1:8000"
SITE_URL = env_url("SITE_URL", default=DEFAULT_SITE_URL)
ALLOWED_HOSTS = env_hosts("ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]")
BEHIND_PROXY = env_bool("BEHIND_PROXY")
READ_ONLY = env_bool("READ_ONLY")
SECRET_KEY = env_str("SECRET_KEY")

if PRODUCTION:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set, with at least 50 random characters, when PRODUCTION is true."
        )
    if SECRET_KEY.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY must not be one made for trying out.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be false when PRODUCTION is true.")
    if not env_str("ALLOWED_HOSTS") or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the site's own hosts when PRODUCTION is true."
        )
    if any(host.startswith(".") for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name each host in full, without a dot before it, "
            "when PRODUCTION is true."
        )
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured(
            "SITE_URL must be the site's https:// address when PRODUCTION is true."
        )

#: Where `serve` keeps the key that it makes; None where one is given.
SECRET_KEY_FILE = None if SECRET_KEY else DATA_DIR / "secret_key"
if SECRET_KEY_FILE:
    SECRET_KEY = read_secret_key(SECRET_KEY_FILE)

# --- the program ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "centers",  # first: its templates and translations win over those of the apps below
    "centers.admin.apps.CentersAdminConfig",  # django.contrib.admin with our AdminSite
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_filters",
    "simple_history",
    "drf_spectacular",
]

MIDDLEWARE = [
    # First, so that every response has a request id.
    "centers.http.middleware.access_log.AccessLogMiddleware",
    # Then those that add headers, so that the responses of the others have them too.
    "centers.http.middleware.security_headers.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Above everything that needs the Host or the database.
    "centers.http.middleware.health_check.HealthCheckMiddleware",
    "centers.http.middleware.request_limits.RequestLimitsMiddleware",  # before the body is read
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # For responses to one reader; those of the page cache are compressed already.
    "django.middleware.gzip.GZipMiddleware",
    "centers.http.middleware.database_retry.DatabaseRetryMiddleware",  # repeats all below it
    "centers.http.middleware.page_cache.PageCacheMiddleware",
    "centers.http.middleware.database_errors.DatabaseErrorMiddleware",
    "centers.http.middleware.lock_wait.LockWaitMiddleware",  # not for cached pages
    "centers.http.middleware.read_only.ReadOnlyMiddleware",  # before sessions and tokens
    "centers.http.middleware.form_body.FormBodyMiddleware",  # before the CSRF token is read
    "centers.accounts.middleware.session_cookie.StrictSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # After the messages, with which it says that a session has ended.
    "centers.accounts.middleware.session_timeout.SessionTimeoutMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "centers.accounts.middleware.mfa_required.MFARequiredMiddleware",
    # Last, so that it can replace the response of a view in which a lockout began.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "centers.urls"
WSGI_APPLICATION = "centers.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                f"centers.templatetags.{name}"
                for name in ("finder", "layout", "scripts", "sources", "text_filters")
            ],
        },
    }
]

DATABASES = {"default": env_database("DATABASE_URL", default=DATA_DIR / "db.sqlite3")}
#: In seconds, on PostgreSQL, for processes that serve requests (`centers.wsgi`).
DATABASE_LOCK_SECONDS = env_int("DATABASE_LOCK_SECONDS", default=3, minimum=1, maximum=600)
DATABASE_STATEMENT_SECONDS = env_int(
    "DATABASE_STATEMENT_SECONDS", default=30, minimum=1, maximum=3600
)
if READ_ONLY:
    DATABASES["default"] = make_read_only(DATABASES["default"])

# --- language and time ---------------------------------------------------------------------------

# No LocaleMiddleware: every reader gets Korean, with any Accept-Language.
LANGUAGE_CODE = "ko"
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
FORMAT_MODULE_PATH = "centers.text.locale"
#: Before all translations of Django and its parts, which lack some words or say them otherwise.
LOCALE_PATHS = [BASE_DIR / "centers" / "text" / "locale"]
USE_TZ = True

# --- files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "centers.http.static_storage.HashedStaticFilesStorage"
    },
}
FIXTURES_DIR = BASE_DIR / "fixtures"

# --- security ------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    # Browsers accept cookies with this prefix from this host alone, over HTTPS alone.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_SSL_REDIRECT = PRODUCTION
# Requested by supervisors over plain HTTP, past the proxy; patterns have no leading slash.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
# Not to the host that the request names.
SECURE_SSL_HOST = urlsplit(SITE_URL).netloc
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- sign-in to the admin ------------------------------------------------------------------------

ADMIN_PATH = env_path("ADMIN_PATH", default="admin/")
STAFF_SECOND_FACTOR = env_bool("STAFF_SECOND_FACTOR", default=PRODUCTION)
STAFF_IDLE_MINUTES = env_int("STAFF_IDLE_MINUTES", default=30, minimum=5, maximum=240)
STAFF_SESSION_MINUTES = env_int("STAFF_SESSION_MINUTES", default=600, minimum=30, maximum=1440)
# The server ends sessions, and the cookie ends with the browser; rows older than this can go.
SESSION_COOKIE_AGE = STAFF_SESSION_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    # First, so that no password is checked during a lockout.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
#: Length counts, not the kinds of characters (OWASP ASVS 5, 6.2).
MIN_PASSWORD_LENGTH = 12 if STAFF_SECOND_FACTOR else 15
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": MIN_PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "centers.accounts.password_validation.ServiceWordsValidator"},
]
# scrypt costs an attacker memory as well as time; other stored hashes are renewed at sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=30)
#: Attempts during a lockout do not prolong it, so that the page can name its end.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "centers.accounts.lockout.LockoutHandler"
AXES_CLIENT_IP_CALLABLE = "centers.http.client_ip.get_client_ip"
AXES_LOCKOUT_CALLABLE = "centers.accounts.lockout.render_lockout"
# Stored are names and networks of recent failures, nothing about successful sign-ins.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    *("username", "old_password", "new_password1", "new_password2"),
    *("code", "credential", "csrfmiddlewaretoken"),
]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Of allauth only the second factor is used: no sign-up, no e-mail.
ACCOUNT_ADAPTER = "centers.accounts.mfa.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"reauthenticate": "centers.accounts.mfa.PasswordReauthenticateForm"}
#: allauth's limits count in one process alone; those of axes count for all.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "centers.accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "centers.accounts.mfa.CodeForm",
    "reauthenticate": "centers.accounts.mfa.CodeReauthenticateForm",
    "authenticate_webauthn": "centers.accounts.mfa.PasskeyForm",
    "reauthenticate_webauthn": "centers.accounts.mfa.PasskeyReauthenticateForm",
    "activate_totp": "centers.accounts.mfa.ActivateAppForm",
    "add_webauthn": "centers.accounts.mfa.AddPasskeyForm",
}
#: In periods of 30 seconds, as the clock of a phone may be off.
MFA_TOTP_TOLERANCE = 1

# --- the API -------------------------------------------------------------------------------------

API_RATE = env_int("API_RATE", default=120, minimum=1, maximum=1_000_000)
#: Whether AI assistants may ask at /mcp (Model Context Protocol).
MCP = env_bool("MCP", default=True)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "centers.api.problems.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "소공인특화지원센터 찾기 API",
    "VERSION": "1",
    "DESCRIPTION": "전국 소공인특화지원센터를 읽는 API입니다. 읽기만 하며 인증키가 필요 없습니다. "
    "정부 공식 누리집이 아닙니다.",
    "TAGS": [
        {"name": "시작", "description": "이 API에 있는 주소"},
        {"name": "센터", "description": "센터를 조건으로 찾고, 하나하나 근거와 함께 읽습니다."},
        {"name": "자료", "description": "조건에 쓰는 지역과 업종, 그리고 운영기관"},
        {"name": "공고", "description": "센터를 실은 공고와 거기 적힌 그대로의 행"},
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["centers.api.openapi.drop_paths_with_slash"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "CenterKind": "centers.models.Center.Kind",
        "CenterStatus": "centers.models.Center.Status",
        "AnnouncementKind": "centers.models.Announcement.Kind",
        "RegionLevel": "centers.models.Region.Level",
        "ServiceKind": "centers.models.Service",
        "SourcedField": "centers.models.center_fields.SOURCED_FIELDS",
        "HistoryField": "centers.models.center_fields.HISTORY_FIELDS",
        "PointOf": "centers.api.fields.POINT_CHOICES",
        "MeasuredTo": "centers.api.fields.DISTANCE_CHOICES",
        "Tier": "centers.search.terms.TIER_CHOICES",
        "SuggestionKind": "centers.api.serializers.SUGGESTION_KINDS",
    },
}

# --- logging -------------------------------------------------------------------------------------

LOG_FORMAT = env_choice("LOG_FORMAT", ["text", "json"], default="json" if PRODUCTION else "text")
LOG_LEVEL = env_choice("LOG_LEVEL", ["debug", "info", "warning", "error"], default="info")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "centers.http.logging.TextLineFormatter", "all_words": DEBUG},
        "json": {"()": "centers.http.logging.JsonLineFormatter", "all_words": DEBUG},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "ERROR" if LOG_LEVEL == "error" else "WARNING"},
    "loggers": {
        "centers": {"level": LOG_LEVEL.upper()},
        # Without Django's own handlers, one of which sends whole requests by e-mail.
        "django": {"handlers": [], "level": "NOTSET"},
        # 4xx responses are in the access log; only errors with a traceback are logged here.
        "django.request": {"level": "ERROR"},
        # The audit log is written at any LOG_LEVEL; axes would log the names of failed sign-ins.
        "centers.accounts.audit_log": {"level": "INFO"},
        "axes": {"level": "ERROR"},
    },
}

# --- the records ---------------------------------------------------------------------------------

#: A form of the admin has ten fields for each row of an announcement.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
#: The largest list that the importer reads, in bytes.
IMPORT_MAX_FILE_SIZE = 5 * 1024 * 1024
#: Parameters that other sites add to links begin with these; they change no page.
TRACKING_PREFIXES = ("utm_", "fbclid", "gclid")
LIST_WATCH_URL = env_page("LIST_WATCH_URL")
#: Whether `check_links` may request the websites of centres and operators.
LINK_CHECK = env_bool("LINK_CHECK")
CONTACT_EMAIL = env_email("CONTACT_EMAIL")
#: Whether readers may report mistakes on the pages of centres.
CORRECTIONS = env_bool("CORRECTIONS", default=True)
PAGE_SIZE = env_int("PAGE_SIZE", default=50, minimum=1, maximum=200)
