"""Calls from commands to the demo's provider, which does such things only for who knows this demo's secret."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from project.demo.environment import DemoAddresses


def ask_provider(path: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What it answers to the form; `CommandError` with its own words where it refuses."""
    addresses = DemoAddresses.read(int(os.environ.get("PORT", "8000")))
    request = urllib.request.Request(  # noqa: S310 - our own provider's address
        f"{settings.ENTRA_AUTHORITY}{path}",
        data=urllib.parse.urlencode(form).encode(),
        headers={"X-Demo-Secret": addresses.demo_secret},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - as above
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        raise CommandError(json.load(error).get("error_description") or "The provider refused the request.") from error
    except OSError as error:
        raise CommandError("The demo's provider does not answer. Is the demo running on this PORT?") from error
    return answer
