"""Loaded by `-p` before any settings are read: finds or starts the Postgres that this test run uses.

The workers of a parallel run inherit its address, so that they share the one server.
"""

from project.demo.database_for_tests import url_for_tests

url_for_tests()
