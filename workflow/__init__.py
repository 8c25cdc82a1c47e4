"""The rules of the desk as pure functions: no database, no clock, no web; each rule is proved by a test that names it."""
