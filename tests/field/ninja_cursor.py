"""django-ninja's CursorPagination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import on_django
import serving
from django.core.wsgi import get_wsgi_application
from django.http import Http404, JsonResponse
from django.urls import path
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError
from ninja.pagination import CursorPagination

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

api = NinjaAPI(docs_url=None, openapi_url=None)


def listing(name: str) -> Callable[..., Any]:
    """The operation of a listing; the order comes from the request, so the paginator is made for each."""

    def operation(request: HttpRequest, asked: serving.Wanted, pagination: CursorPagination.Input) -> JsonResponse:
        paginator = CursorPagination(ordering=asked.ordering, page_size=serving.DEFAULT, max_page_size=serving.LARGEST)
        found = paginator.paginate_queryset(on_django.rows(asked), pagination, request)
        url, size = request.build_absolute_uri(), _served(pagination.page_size)
        hrefs = {"first": serving.turned(url, None), "self": url, "next": found["next"], "prev": found["previous"]}
        return JsonResponse(serving.page(asked, [row.item for row in found["results"]], size, hrefs))

    def outer(request: HttpRequest, pagination: CursorPagination.Input = Query(...)) -> Any:  # noqa: B008
        return operation(request, serving.wanted(name, None, request.GET.dict()), pagination)

    def inner(request: HttpRequest, conversation: str, pagination: CursorPagination.Input = Query(...)) -> Any:  # noqa: B008
        return operation(request, serving.wanted(name, conversation, request.GET.dict()), pagination)

    return inner if name in {"members", "events"} else outer


def _served(size: int | None) -> int:
    """The size that the library serves for the one asked for."""
    return serving.DEFAULT if size is None else max(serving.SMALLEST, min(size, serving.LARGEST))


for each in ("conversations", "users"):
    api.get(f"/{each}", operation_id=each)(listing(each))
for each in ("members", "events"):
    api.get(f"/conversations/{{conversation}}/{each}", operation_id=each)(listing(each))


@api.exception_handler(serving.Refused)
def refused(_request: HttpRequest, raised: serving.Refused) -> JsonResponse:
    """Our refusals."""
    return on_django.refusal(raised.status, raised.detail)


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, raised: ValidationError) -> JsonResponse:
    """The library's refusals of parameters and cursors."""
    return on_django.refusal(422, str(raised.errors))


@api.exception_handler(HttpError)
@api.exception_handler(Http404)
def wrong(_request: HttpRequest, raised: Exception) -> JsonResponse:
    """The framework's other refusals."""
    return on_django.refusal(getattr(raised, "status_code", 404), str(raised))


handler404, handler500 = on_django.handler404, on_django.handler500
urlpatterns = [path(f"{serving.ROOT}/", api.urls)]

if __name__ == "__main__":
    serving.serve(get_wsgi_application())
