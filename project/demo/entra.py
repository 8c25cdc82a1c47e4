"""A stand-in for Entra ID v2 on loopback: the same addresses, checks and claims, with sample people instead of passwords.

Discovery, keys, the authorization code flow with PKCE (S256) and client secret, and sign-out. Nothing is remembered
between sign-ins: each one asks who. Tokens live in real time, whatever the demo desk's clock says.
"""

import secrets
import threading
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlencode

from project.demo.entra_claims import Sayings
from project.demo.entra_flow import Code, OAuthError, Registration, check_authorization, check_redemption, same
from project.demo.entra_page import people_page
from project.demo.entra_people import Person, sample_people
from project.demo.entra_tokens import LIFETIME, TokenMaker
from project.demo.pages import page
from project.demo.web import Handler, Service

GRAPH = "00000003-0000-0000-c000-000000000000"
NO_REFERRER = [("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY")]


class EntraHandler(Handler):
    """The provider's endpoints, below the tenant's path."""

    service: "EntraServer"

    def do_GET(self) -> None:
        match self.endpoint:
            case "/v2.0/.well-known/openid-configuration":
                self.send_json(200, self.service.discovery())
            case "/discovery/v2.0/keys":
                self.send_json(200, self.service.tokens.published())
            case "/oauth2/v2.0/authorize":
                self._authorize(dict(self.query))
            case "/oauth2/v2.0/logout":
                self._sign_out(dict(self.query))
            case _:
                self.send_json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        form = self.form()
        match self.endpoint:
            case "/oauth2/v2.0/authorize":
                self._authorize(form)
            case "/oauth2/v2.0/token":
                self._token(form)
            case "/demo/token":
                self._for_the_demo(self._demo_token, form)
            case "/demo/claims":
                self._for_the_demo(self._demo_claims, form)
            case _:
                self.send_json(404, {"error": "not_found"})

    @property
    def endpoint(self) -> str:
        return self.route.removeprefix(f"/{self.service.registration.tenant}")

    def _authorize(self, request: dict[str, str]) -> None:
        """Ask who, then send the browser back with a code; an address that is not registered never gets one."""
        registration = self.service.registration
        if (
            request.get("client_id") != registration.client_id
            or request.get("redirect_uri") not in registration.redirect_uris
        ):
            refused = page(
                "This sign-in cannot go on", "The application or its return address is not registered here.", ""
            )
            self.send_page(400, refused, NO_REFERRER)
            return
        chosen = request.pop("person", "") if self.command == "POST" else ""
        try:
            check_authorization(request)
            person = self._person_of(request, chosen)
        except OAuthError as refusal:
            self._return(request, error=refusal.code, error_description=refusal.sentence)
            return
        if person is None:
            self.send_page(200, people_page(self.service.people, request), NO_REFERRER)
        else:
            self._return(request, code=self.service.issue(person, request))

    def _person_of(self, request: Mapping[str, str], chosen: str) -> Person | None:
        """Who the browser picked; without a page (prompt=none) only a hinted person will do."""
        if chosen:
            return self.service.person(chosen)
        if request.get("prompt") == "none":
            return self.service.person(request.get("login_hint", ""))
        return None

    def _return(self, request: Mapping[str, str], **answer: str) -> None:
        state = {"state": request["state"]} if "state" in request else {}
        separator = "&" if "?" in request["redirect_uri"] else "?"
        self.send_redirect(f"{request['redirect_uri']}{separator}{urlencode(answer | state)}")

    def _token(self, form: Mapping[str, str]) -> None:
        try:
            self.send_json(200, self.service.redeem(form))
        except OAuthError as refusal:
            status = 401 if refusal.code == "invalid_client" else 400
            self.send_json(status, {"error": refusal.code, "error_description": refusal.sentence})

    def _for_the_demo(self, make: Callable[[Mapping[str, str]], object], form: Mapping[str, str]) -> None:
        """What no browser may do, only who knows the demo's secret: the commands, stories and load runs."""
        if not same(self.headers.get("X-Demo-Secret", ""), self.service.demo_secret):
            self.send_json(403, {"error": "forbidden"})
            return
        try:
            answer = make(form)
        except OAuthError as refusal:
            self.send_json(404, {"error": refusal.code, "error_description": refusal.sentence})
        except ValueError as error:
            self.send_json(400, {"error": "invalid_request", "error_description": str(error)})
        else:
            self.send_json(200, answer)

    def _demo_token(self, form: Mapping[str, str]) -> object:
        """A bearer token without a browser, for `demo_token`."""
        token = self.service.api_token(form.get("email", ""), fault=form.get("fault", ""))
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}

    def _demo_claims(self, form: Mapping[str, str]) -> object:
        """Other claims of a person from their next sign-in on, for `demo_claims`."""
        person = self.service.person(form.get("email", ""))
        roles = form.get("roles", "").split()
        return {"said": self.service.sayings.change(person, way=form.get("way", ""), roles=roles)}

    def _sign_out(self, request: Mapping[str, str]) -> None:
        target = request.get("post_logout_redirect_uri", "")
        if target in self.service.registration.logout_uris:
            self.send_redirect(target)
        else:
            self.send_page(200, page("You are signed out", "You can close this window.", ""), NO_REFERRER)


class EntraServer(Service):
    """The provider; `fault` names what is wrong with every id token from now on (see entra_tokens.FAULTS)."""

    handler = EntraHandler

    def __init__(
        self, registration: Registration, port: int = 0, *, demo_secret: str = "", people: Collection[Person] = ()
    ) -> None:
        super().__init__(port)
        self.registration = registration
        self.people = tuple(people) or sample_people()
        self.demo_secret = demo_secret or secrets.token_urlsafe(24)
        self.tokens = TokenMaker(issuer=f"{self.authority}/v2.0", tenant=registration.tenant)
        self.fault = ""
        self.sayings = Sayings()
        self._codes: dict[str, Code] = {}
        self._lock = threading.Lock()

    @property
    def authority(self) -> str:
        return f"{self.url}/{self.registration.tenant}"

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.tokens.issuer,
            "authorization_endpoint": f"{self.authority}/oauth2/v2.0/authorize",
            "token_endpoint": f"{self.authority}/oauth2/v2.0/token",
            "end_session_endpoint": f"{self.authority}/oauth2/v2.0/logout",
            "jwks_uri": f"{self.authority}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }

    def person(self, email: str) -> Person:
        for person in self.people:
            if person.email == email.lower():
                return person
        raise OAuthError("login_required", f"There is no sample person {email!r}.")

    def issue(self, person: Person, request: Mapping[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes = {name: known for name, known in self._codes.items() if known.is_alive()} | {
                code: Code(person, dict(request))
            }
        return code

    def redeem(self, form: Mapping[str, str]) -> dict[str, object]:
        """The token endpoint's answer; every code works once, also when the rest of the request is wrong."""
        client_id = self.registration.client_id
        if not same(form.get("client_id", ""), client_id) or not same(
            form.get("client_secret", ""), self.registration.client_secret
        ):
            raise OAuthError("invalid_client", "The client is unknown or its secret is wrong.")
        if form.get("grant_type") != "authorization_code":
            raise OAuthError("unsupported_grant_type", "Only authorization codes are known here.")
        with self._lock:
            code = self._codes.pop(form.get("code", ""), None)
        if code is None or not code.is_alive():
            raise OAuthError("invalid_grant", "The code is unknown, used or too old.")
        check_redemption(code, form)
        audience = (
            self.registration.api_audience
            if f"api://{self.registration.api_audience}/" in code.request["scope"]
            else GRAPH
        )
        said = self.sayings.of(code.person, self.fault)
        return {
            "token_type": "Bearer",
            "scope": code.request["scope"],
            "expires_in": LIFETIME,
            "access_token": self.tokens.access_token(code.person, audience=audience, client_id=client_id),
            "id_token": self.tokens.id_token(
                said.person, client_id=client_id, nonce=code.request.get("nonce", ""), fault=said.fault
            ),
        }

    def api_token(self, email: str, *, fault: str = "") -> str:
        """A bearer token for Lineup's API."""
        registration = self.registration
        return self.tokens.access_token(
            self.person(email), audience=registration.api_audience, client_id=registration.client_id, fault=fault
        )
