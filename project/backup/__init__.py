"""Encrypted dumps of the desk's database and their way back; needs Postgres' own programs and no Django.

`python -m project.backup --help` says what it can do; docs/deployment.md says when.
"""
