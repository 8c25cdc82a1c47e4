"""The history of the sample desk, played through the services as if it had happened."""
