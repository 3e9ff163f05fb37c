"""Reads a target page by page, and keeps what was read so that many clauses judge it."""
