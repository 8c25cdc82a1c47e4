"""Takes away one lock, constraint or check at a time and shows that a test notices: `python -m tests.mutations`."""
