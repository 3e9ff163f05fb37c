"""Listings, queries, exchanges, pages and walks as frozen values, and the oracle: the answer that a query must give."""
