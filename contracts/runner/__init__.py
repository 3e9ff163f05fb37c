"""Evaluates clauses over evidence, configures targets, and verifies one in a whole run."""
