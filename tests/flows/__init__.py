"""The acceptance stories of the desk, told in a real browser against a running demo."""
