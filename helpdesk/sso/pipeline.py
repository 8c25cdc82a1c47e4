"""What a successful sign-in does to our own tables; social-auth calls these in the order of `SOCIAL_AUTH_PIPELINE`."""

import logging
from typing import Any

from django.conf import settings
from social_core.backends.base import BaseAuth
from social_core.exceptions import AuthPolicyError

from helpdesk import clock
from helpdesk.models import User
from helpdesk.selectors.mapping import role_mappings
from helpdesk.services import people, sign_ins
from helpdesk.sso import claims

logger = logging.getLogger(__name__)


def find_or_make_person(backend: BaseAuth, response: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The person of this tenant and object id, with the name and e-mail of today; never found by e-mail (P1).

    Somebody deactivated here is refused whatever the directory says (P8).
    """
    identity = claims.identity_of(response, tenant_id=settings.ENTRA_TENANT_ID)
    person = people.person_from_entra(
        tenant_id=identity.tenant_id,
        azure_ad_id=identity.object_id,
        name=identity.name,
        email=identity.email,
        now=clock.now(),
    )
    if not person.is_active:
        raise AuthPolicyError(backend, code="authentication_disallowed", stage="pipeline", context={"person": person})
    return {"user": person}


def refresh_person(user: User, response: dict[str, Any], **kwargs: Any) -> None:
    """Bring the roles claimed by the directory up to date, by the mapping the admins edit; an overage changes nothing (P3)."""
    claimed = claims.claimed_roles(response, mappings=role_mappings())
    if claimed.unknown:
        logger.warning("The sign-in of %s carried an overage; the roles it could give stay as they were", user.pk)
    sign_ins.refresh_roles(user=user, claimed=claimed, now=clock.now())
