from tests.provider import entra, entra_server

__all__ = ["entra", "entra_server"]
