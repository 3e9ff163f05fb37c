"""The listings as Django has them: settings, models, querysets and JSON answers. For adapters of Django libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django
import serving
from django.conf import settings
from django.http import JsonResponse

if TYPE_CHECKING:
    from django.db.models import QuerySet

settings.configure(
    ALLOWED_HOSTS=["*"],
    APPEND_SLASH=False,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(serving.store(str))}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # it says how long an answer is
    ROOT_URLCONF="__main__",
    SECRET_KEY="field",  # noqa: S106 - nothing is signed
    USE_I18N=False,  # Django 2.2 cannot translate under Python 3.11
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.db import models  # noqa: E402 - needs the settings


def _model(listing: str) -> type[models.Model]:
    fields = {
        "seq": models.AutoField(primary_key=True),
        "id": models.TextField(),
        "conversation": models.TextField(),
        "number": models.IntegerField(),
        "type": models.TextField(),
        "created": models.DateTimeField(),
        "item": models.TextField(),
        "Meta": type("Meta", (), {"app_label": "field", "db_table": listing, "managed": False}),
    }
    return type(listing, (models.Model,), {"__module__": __name__, **fields})


MODELS = {listing: _model(listing) for listing in serving.ORDER}


def rows(asked: serving.Wanted) -> QuerySet[Any]:
    """The rows that a request asks for, filtered and not yet ordered."""
    conditions = {f"{column}__{how}": value for column, how, value in asked.conditions}
    return MODELS[asked.listing].objects.filter(**conditions)


def refusal(status: int, detail: str = "") -> JsonResponse:
    """An error as JSON."""
    return JsonResponse(serving.error(status, detail), status=status)


def handler404(_request: object, exception: object) -> JsonResponse:
    """The answer for paths that are not served."""
    return refusal(404, type(exception).__name__)


def handler500(_request: object) -> JsonResponse:
    """The answer when something raises."""
    return refusal(500)
