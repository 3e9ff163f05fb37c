"""Flask-SQLAlchemy's paginate: pages by number, which is the cursor."""

from __future__ import annotations

import on_flask
import on_sqlalchemy
import serving
from flask_sqlalchemy import SQLAlchemy

database = SQLAlchemy()
MODELS = on_sqlalchemy.models(database.Model)


def cut(asked: serving.Wanted, size: int, cursor: str | None) -> tuple[list[str], object | None, object | None]:
    """One page; a number that the library refuses gets its 404."""
    try:
        number = int(cursor or 1)
    except ValueError:
        raise serving.Refused("cursor: must be the number of a page.") from None
    query = on_sqlalchemy.narrowed(MODELS[asked.listing].query, MODELS, asked)
    page = query.paginate(page=number, per_page=size)
    following = page.next_num if page.has_next else None
    return [row.item for row in page.items], following, page.prev_num if page.has_prev else None


if __name__ == "__main__":
    app = on_flask.application(cut)
    app.config.update(SQLALCHEMY_DATABASE_URI=on_sqlalchemy.store(), SQLALCHEMY_TRACK_MODIFICATIONS=False)
    database.init_app(app)
    serving.serve(app)
