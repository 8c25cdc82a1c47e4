"""The embedded servers of `make demo` and of the tests. Nothing here runs in production."""
