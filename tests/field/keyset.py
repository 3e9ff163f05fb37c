"""sqlakeyset's pages, in a Flask application."""

from __future__ import annotations

import on_flask
import on_sqlalchemy
import serving
from sqlakeyset import InvalidPage, get_page, unserialize_bookmark
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, declarative_base

ENGINE = create_engine(on_sqlalchemy.store())
MODELS = on_sqlalchemy.models(declarative_base())


def cut(asked: serving.Wanted, size: int, cursor: str | None) -> tuple[list[str], object | None, object | None]:
    """One page; the library's bookmarks are the cursors."""
    with Session(ENGINE) as session:
        query = on_sqlalchemy.narrowed(session.query(MODELS[asked.listing]), MODELS, asked)
        try:
            page = get_page(query, per_page=size, page=unserialize_bookmark(cursor) if cursor else None)
        except InvalidPage as error:
            raise serving.Refused(f"cursor: {error}") from None
        paging = page.paging
        following = paging.bookmark_next if paging.has_next else None
        preceding = paging.bookmark_previous if paging.has_previous else None
        return [row.item for row in page], following, preceding


if __name__ == "__main__":
    serving.serve(on_flask.application(cut))
