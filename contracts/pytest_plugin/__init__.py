"""Runs the hand-written checks under pytest: options, the fixture, and records of what each said."""
