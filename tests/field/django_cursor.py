"""django-cursor-pagination's pages, in plain Django views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import on_django
import serving
from cursor_pagination import CursorPaginator, InvalidCursor
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

AFTER, BEFORE = "after.", "before."
"""The library has two parameters where the description has one: the cursor says which."""


@require_safe
def listing(request: HttpRequest, name: str, conversation: str | None = None) -> HttpResponse:
    """One page of a listing."""
    values = request.GET.dict()
    try:
        asked, size = serving.wanted(name, conversation, values), serving.size(values)
        paginator = CursorPaginator(on_django.rows(asked), ordering=asked.ordering)
        page = paginator.page(**_place(values.get("cursor"), size))
    except serving.Refused as error:
        return on_django.refusal(error.status, error.detail)
    except InvalidCursor as error:
        return on_django.refusal(400, str(error))
    following = AFTER + paginator.cursor(page[-1]) if page and page.has_next else None
    preceding = BEFORE + paginator.cursor(page[0]) if page and page.has_previous else None
    hrefs = serving.hrefs(request.build_absolute_uri(), following, preceding)
    return JsonResponse(serving.page(asked, [row.item for row in page], size, hrefs))


def _place(cursor: str | None, size: int) -> dict[str, object]:
    if not cursor:
        return {"first": size}
    if cursor.startswith(AFTER):
        return {"first": size, "after": cursor[len(AFTER) :]}
    if cursor.startswith(BEFORE):
        return {"last": size, "before": cursor[len(BEFORE) :]}
    raise serving.Refused("cursor: must be one of a link.")


handler404, handler500 = on_django.handler404, on_django.handler500
urlpatterns = [
    *(path(f"{serving.ROOT}/{name}", listing, {"name": name}) for name in ("conversations", "users")),
    *(
        path(f"{serving.ROOT}/conversations/<str:conversation>/{name}", listing, {"name": name})
        for name in ("members", "events")
    ),
]

if __name__ == "__main__":
    serving.serve(get_wsgi_application())
