"""A Flask application that serves the listings; an adapter says what a page is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import serving
from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable

    Cut = Callable[[serving.Wanted, int, "str | None"], "tuple[list[str], object | None, object | None]"]


def application(cut: Cut) -> Flask:
    """Serve the listings.

    Args:
        cut: gives the items and the cursors of the next and the previous page, None where there is none, from what is
            asked for, the page size and the cursor.
    """
    app = Flask(__name__)

    def listing(name: str, conversation: str | None = None) -> Any:
        values = request.args.to_dict()
        asked, size = serving.wanted(name, conversation, values), serving.size(values)
        items, following, preceding = cut(asked, size, values.get("cursor"))
        url = f"{request.base_url}?{request.query_string.decode('latin-1')}".removesuffix("?")  # encoded as it came
        return jsonify(serving.page(asked, items, size, serving.hrefs(url, following, preceding)))

    app.add_url_rule(f"/{serving.ROOT}/<any(conversations, users):name>", "listing", listing)
    app.add_url_rule(f"/{serving.ROOT}/conversations/<conversation>/<any(members, events):name>", "inner", listing)
    app.register_error_handler(serving.Refused, lambda raised: _refusal(raised.status, raised.detail))
    app.register_error_handler(HTTPException, _answered)
    return app


def _answered(raised: HTTPException) -> Any:
    response = _refusal(raised.code or 500, raised.description or "")
    response.headers.extend({name: value for name, value in raised.get_headers() if name == "Allow"})
    return response


def _refusal(status: int, detail: str) -> Any:
    response = jsonify(serving.error(status, detail))
    response.status_code = status
    return response
