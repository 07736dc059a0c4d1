"""Settings of the assembled house. What differs between a laptop and a prefecture comes from the environment."""

import os
from pathlib import Path

from tianmu.foundation.db.url import database_settings
from tianmu.foundation.home import home, secret_key
from tianmu.site.rooms import ROOMS

BASE = Path(__file__).resolve().parent.parent
HOME = home()

SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TIANMU_HOSTS", "*").split(",")
TRUSTED_PROXIES = frozenset(filter(None, os.environ.get("TIANMU_TRUSTED_PROXIES", "").split(",")))
ROOT_URLCONF = "tianmu.site.urls"
WSGI_APPLICATION = "tianmu.site.wsgi.application"

INSTALLED_APPS = ["procrastinate.contrib.django", *ROOMS]

MIDDLEWARE = [
    "tianmu.foundation.metrics.middleware.MetricsMiddleware",
    "tianmu.foundation.api.middleware.TraceMiddleware",
    "tianmu.foundation.api.middleware.UploadLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tianmu.foundation.api.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tianmu.foundation.access.middleware.ActorMiddleware",
    "tianmu.foundation.api.middleware.IdempotencyMiddleware",
    "tianmu.foundation.audit.middleware.SeenMiddleware",
]

TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]

DATABASES = {"default": database_settings(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE / "static"
PUBLIC_URL = os.environ.get("TIANMU_PUBLIC_URL", "http://127.0.0.1:8000")
WEB_ROOT = BASE / "static" / "web"
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/web/[a-z]+/assets/"
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = os.environ.get("TIANMU_DEVELOP") == "1"

PASSWORD_HASHERS = ["tianmu.foundation.access.passwords.CountyArgon2Hasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 72 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

LOGGING_CONFIG = "tianmu.foundation.logs.configure"
LOGGING = {"level": os.environ.get("TIANMU_LOG_LEVEL", "WARNING")}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"

RESIDENT_PATHS = tuple(f"/api/v1/{room}/" for room in ("access", "resident", "live", "messages", "site", "codes"))
WATCHED_MODELS = {
    "servicedesk.ControlledRequest": {"person": "", "columns": ["what", "statement", "before_image", "after_image"]},
    "residents.Resident": {"person": "id", "columns": ["name", "birth_date", "id_number", "phone", "address"]},
    "ecg.Order": {"person": "patient_id", "columns": ["patient_id", "clinical_note", "conclusion_text"]},
    "ecg.StoredAnalysis": {"person": "", "columns": ["result"]},
    "documents.DocumentVersion": {"person": "", "columns": ["content"]},
}
STORED_COLUMNS = [
    "ecg.StoredRecording.sha256",
    "ecg.HolterResult.scan_sha256",
    "ecg.HolterResult.signal_sha256",
    "ecg.LiveSegment.sha256",
    "servicedesk.Attachment.sha256",
    "servicedesk.ReceivedLetter.sha256",
    "residents.FamilyLink.proof_sha256",
    "residents.ConsentDecision.evidence_sha256",
    "contracts.EvidenceItem.sha256",
    "reports.Run.sha256",
]
HASHED_COLUMNS = {
    "residents.Resident.id_hash": ("id_number", "tianmu.registry.residents.hashes:id_hash"),
    "residents.Resident.id_tail_hash": ("id_number", "tianmu.registry.residents.hashes:id_tail_hash"),
    "residents.Resident.phone_hash": ("phone", "tianmu.registry.residents.hashes:phone_hash"),
    "residents.Resident.phone_tail_hash": ("phone", "tianmu.registry.residents.hashes:phone_tail_hash"),
    "residents.Merge.former_id_hash": ("before", "tianmu.registry.residents.hashes:former_id_hash"),
    "servicedesk.CallerNumber.phone_hash": ("phone", "tianmu.operations.servicedesk.actions.callers:phone_hash"),
}
