"""Access tokens of the tenant as a way into the API."""

import logging
from typing import Any

from django.conf import settings
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from helpdesk import clock
from helpdesk.addresses import address_of
from helpdesk.models import User
from helpdesk.selectors import people
from helpdesk.services import sign_ins
from helpdesk.sso import claims, tokens

logger = logging.getLogger(__name__)


class ProviderUnreachable(APIException):
    """The keys of the provider cannot be read just now."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Your token cannot be checked just now; please try again in a moment."
    default_code = "provider_unreachable"


class EntraBearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>` of somebody we know and who is active; anything else answers 401 (P8).

    People come to exist by signing in, never by a token.
    """

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != self.keyword.lower():
            return None
        try:
            found = tokens.access_token_claims(token.strip())
            identity = claims.identity_of(found, tenant_id=settings.ENTRA_TENANT_ID)
        except tokens.KeysUnreachable as error:
            raise ProviderUnreachable from error
        except (tokens.TokenRefused, claims.ClaimsRefused) as refusal:
            logger.info("A bearer token was refused: %s", refusal)
            code = "guest" if isinstance(refusal, claims.GuestRefused) else "token_invalid"
            _keep_on_record(request, code)
            raise AuthenticationFailed("The access token is not valid here.", code="token_invalid") from refusal
        user = people.at_the_door(tenant_id=identity.tenant_id, azure_ad_id=identity.object_id)
        if user is None or not user.is_active:
            _keep_on_record(request, "person_inactive" if user else "person_unknown", user)
            raise AuthenticationFailed(
                "The person of this token is not known here or not active.", code="person_unknown"
            )
        return user, found

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


def _keep_on_record(request: Request, code: str, person: User | None = None) -> None:
    sign_ins.token_refused(code=code, person=person, address=address_of(request), now=clock.now())
