"""Sign-in with Entra ID: social-auth's tenant backend, made stricter than it is by itself."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from social_core.backends.azuread_tenant import AzureADV2TenantOAuth2
from social_core.exceptions import AuthPolicyError, AuthProviderError, AuthResponseError, AuthSessionError

from helpdesk.models import User
from helpdesk.selectors import people
from helpdesk.sso import claims, tokens

GUEST = "guest"
"""The code of a refused guest of the tenant."""


class EntraBackend(AzureADV2TenantOAuth2):
    """One tenant, authorization code with PKCE and a nonce, people known by `oid`; the demo's provider takes the same path.

    All addresses come from `ENTRA_AUTHORITY`. Tokens are checked once and kept nowhere.
    """

    name = "entra"
    ID_KEY = "oid"
    LEGACY_ID_KEYS = ()
    DEFAULT_USE_PKCE = True
    DEFAULT_SCOPE = ["openid", "profile", "email"]
    EXTRA_DATA: list[Any] = []
    NONCE_LENGTH = 43

    @property
    def base_url(self) -> str:
        return str(settings.ENTRA_AUTHORITY)

    def auth_params(self, state: str | None = None) -> dict[str, str]:
        """The first redirect, with a nonce of our own kept beside the state of this one sign-in."""
        params = dict(super().auth_params(state=state))
        params["nonce"] = self.strategy.random_string(self.NONCE_LENGTH)
        key = self.transaction_key(str(state))
        self.strategy.session_set(key, {**self.strategy.session_get(key), "nonce": params["nonce"]})
        return params

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The claims of the id token; the access token is never read as one."""
        transaction = self._oauth2_transaction or {}
        token = (kwargs.get("response") or {}).get("id_token")
        try:
            found = tokens.id_token_claims(token, nonce=str(transaction.get("nonce", "")))
            claims.identity_of(found, tenant_id=settings.ENTRA_TENANT_ID)
        except tokens.KeysUnreachable as error:
            raise AuthProviderError(self, code="connection_failed", stage="token_validation") from error
        except claims.GuestRefused as error:
            raise AuthPolicyError(self, error, code=GUEST, stage="pipeline", context={"label": str(error)}) from error
        except (tokens.TokenRefused, claims.ClaimsRefused) as error:
            raise AuthResponseError(self, error, code="invalid_claim", stage="token_validation") from error
        return found

    def get_user_id(self, details: dict[str, Any], response: dict[str, Any]) -> str:
        """The object id in its one spelling."""
        return claims.identity_of(response, tenant_id=settings.ENTRA_TENANT_ID).object_id

    def extra_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Nothing of the provider's answer is kept, tokens least of all."""
        return {}

    def get_user(self, user_id: int | str) -> User | None:
        """The person of a session, active or not: the middleware signs the inactive out (P8)."""
        return people.at_the_door(pk=user_id)

    def run_authentication(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse to finish somebody's sign-in inside somebody else's session."""
        present = kwargs.get("user")
        uid = self.get_user_id({}, kwargs["response"])
        if present is not None and present.is_authenticated and present.azure_ad_id != uid:
            raise AuthSessionError(self, code="user_mismatch", stage="callback")
        return super().run_authentication(*args, **kwargs)


def sign_out_address(back_to: str) -> str:
    """Where the provider ends its own session and sends the browser back."""
    return f"{settings.ENTRA_AUTHORITY}/oauth2/v2.0/logout?{urlencode({'post_logout_redirect_uri': back_to})}"
