"""Django REST framework's CursorPagination."""

from __future__ import annotations

from typing import TYPE_CHECKING

import on_django
import serving
from django.core.wsgi import get_wsgi_application
from django.urls import path
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param
from rest_framework.views import APIView, exception_handler

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class Paginator(CursorPagination):
    """Pages as the description wants them; the order comes from the request."""

    page_size = serving.DEFAULT
    max_page_size = serving.LARGEST
    page_size_query_param = "page_size"

    def get_ordering(self, _request: Request, _queryset: QuerySet, view: Listing) -> tuple[str, ...]:
        """The order that the request asks for."""
        return view.asked.ordering


class Listing(APIView):
    """One listing."""

    listing = ""
    asked: serving.Wanted

    def get(self, request: Request, conversation: str | None = None) -> Response:
        """One page."""
        self.asked = serving.wanted(self.listing, conversation, request.query_params.dict())
        paginator = Paginator()
        rows = paginator.paginate_queryset(on_django.rows(self.asked), request, view=self)
        url = request.build_absolute_uri()
        hrefs = {
            "first": remove_query_param(url, "cursor"),
            "self": url,
            "next": paginator.get_next_link(),
            "prev": paginator.get_previous_link(),
        }
        return Response(serving.page(self.asked, [row.item for row in rows], paginator.page_size, hrefs))

    def get_exception_handler(self):  # noqa: ANN201 - a function of the framework's own kind
        """What turns exceptions into answers."""
        return answered


def answered(raised: Exception, context: dict[str, object]) -> Response | None:
    """The framework's errors and ours, in the form that the description's service has."""
    if isinstance(raised, serving.Refused):
        return Response(serving.error(raised.status, raised.detail), raised.status)
    response = exception_handler(raised, context)
    if response is not None:
        response.data = serving.error(response.status_code, str(response.data.get("detail", "")))
    return response


handler404, handler500 = on_django.handler404, on_django.handler500
urlpatterns = [
    *(path(f"{serving.ROOT}/{name}", Listing.as_view(listing=name)) for name in ("conversations", "users")),
    *(
        path(f"{serving.ROOT}/conversations/<str:conversation>/{name}", Listing.as_view(listing=name))
        for name in ("members", "events")
    ),
]

if __name__ == "__main__":
    serving.serve(get_wsgi_application())
