"""Django REST framework's CursorPagination in a project that refuses wrong values: what real cursors do shows by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import drf
import serving
from django.core.exceptions import ValidationError
from django.core.wsgi import get_wsgi_application
from drf import handler404, handler500, urlpatterns
from rest_framework.response import Response

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["handler404", "handler500", "urlpatterns"]
"""The framework looks for them in the main module."""


def answered(raised: Exception, context: dict[str, object], usual: Callable[..., Response | None]) -> Response | None:
    """400 where the value of a cursor does not fit its column; anything else as usual."""
    if isinstance(raised, ValueError | OverflowError | ValidationError):
        return Response(serving.error(400, "cursor: must be one of a link."), 400)
    return usual(raised, context)


if __name__ == "__main__":
    drf.answered = partial(answered, usual=drf.answered)
    serving.serve(get_wsgi_application())
