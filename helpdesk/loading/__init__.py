"""Sample desks of any size, for measuring: `manage.py load_sample` (docs/performance.md)."""
