from helpdesk.tests.sso.glass import account, door_open
from tests.provider import entra, entra_server

__all__ = ["account", "door_open", "entra", "entra_server"]
