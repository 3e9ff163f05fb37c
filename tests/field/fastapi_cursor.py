"""fastapi-pagination's cursor pages over SQLAlchemy."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

import on_sqlalchemy
import serving
import uvicorn
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_pagination import add_pagination, set_page
from fastapi_pagination.cursor import CursorPage, CursorParams
from fastapi_pagination.ext.sqlalchemy import paginate
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, declarative_base
from starlette.exceptions import HTTPException

ENGINE = create_engine(on_sqlalchemy.store(), connect_args={"check_same_thread": False})
MODELS = on_sqlalchemy.models(declarative_base())
app = FastAPI(redirect_slashes=False)


Cursor = Annotated["str | None", Query()]
Size = Annotated[int, Query(ge=serving.SMALLEST, le=serving.LARGEST)]


def asked_page(cursor: Cursor = None, page_size: Size = serving.DEFAULT) -> CursorParams:
    """The library's parameters, with the description's name and bounds for the size."""
    return CursorParams(cursor=cursor, size=page_size)


def listing(name: str) -> Any:
    """The endpoint of a listing."""

    def endpoint(request: Request, params: Annotated[CursorParams, Depends(asked_page)]) -> Any:
        asked = serving.wanted(name, request.path_params.get("conversation"), dict(request.query_params))
        with Session(ENGINE) as session, set_page(CursorPage[Any]):
            query = on_sqlalchemy.narrowed(select(MODELS[name]), MODELS, asked)
            page = paginate(session, query, params=params)
        cursors = (None if each is None else unquote(each) for each in (page.next_page, page.previous_page))
        items = [row.item for row in page.items]
        return JSONResponse(serving.page(asked, items, params.size, serving.hrefs(str(request.url), *cursors)))

    return endpoint


for each in ("conversations", "users"):
    app.get(f"/{serving.ROOT}/{each}")(listing(each))
for each in ("members", "events"):
    app.get(f"/{serving.ROOT}/conversations/{{conversation}}/{each}")(listing(each))
add_pagination(app)


@app.exception_handler(serving.Refused)
@app.exception_handler(HTTPException)
@app.exception_handler(RequestValidationError)
@app.exception_handler(Exception)
def refusal(_request: Request, raised: Exception) -> JSONResponse:
    """An error in the form that the description's service has."""
    fallback = 422 if isinstance(raised, RequestValidationError) else 500
    status = getattr(raised, "status_code", getattr(raised, "status", fallback))
    detail = str(getattr(raised, "detail", ""))
    return JSONResponse(serving.error(status, detail), status, headers=getattr(raised, "headers", None))


if __name__ == "__main__":
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[serving.listening()])
