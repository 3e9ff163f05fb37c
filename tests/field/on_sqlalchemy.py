"""The listings as SQLAlchemy has them: models and conditions. For adapters of SQLAlchemy libraries."""

from __future__ import annotations

import operator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import serving
from sqlalchemy import Column, DateTime, Integer, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPERATORS = {"exact": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def store() -> str:
    """Fill the database, with times as SQLAlchemy writes them; returns its URL."""
    return f"sqlite:///{serving.store(lambda when: when.isoformat(' ', 'microseconds'))}"


def models(base: Any) -> dict[str, Any]:
    """The model of each listing."""
    return {listing: type(listing, (base,), {"__tablename__": listing, **_columns()}) for listing in serving.ORDER}


def _columns() -> dict[str, Column[Any]]:
    texts = {name: Column(Text) for name in ("id", "conversation", "type", "item")}
    ordered = {"number": Column(Integer, nullable=False), "created": Column(DateTime, nullable=False)}
    return {"seq": Column(Integer, primary_key=True), **ordered, **texts}


def narrowed(query: Any, models: Mapping[str, Any], asked: serving.Wanted) -> Any:
    """A query with the filters and the order that a request asks for."""
    model = models[asked.listing]
    columns = [getattr(model, name) for name in serving.ORDER[asked.listing]]
    order = [column.desc() if asked.descending else column.asc() for column in columns]
    return query.filter(*_conditions(model, asked)).order_by(*order)


def _conditions(model: Any, asked: serving.Wanted) -> Iterator[Any]:
    for column, how, value in asked.conditions:
        plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value  # SQLite's times have no zone
        yield OPERATORS[how](getattr(model, column), plain)
