"""Miniature publishers with a story of eight days, served on loopback for `make demo` and the tests.

Every place, person, body and text in this package is invented. It imports nothing else of this project.
"""
