"""Clauses, verdicts and waivers: what is said of a target, without how it was found."""
