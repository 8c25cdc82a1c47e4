"""Forged and odd tokens against a local key set: none wrongly accepted, none wrongly refused (T1 of the reliability page).

`TOKENS` are sent to the API and come back to the sign-in alike; the rest only means something in one of the two places.
"""

import jwt
import pytest

from helpdesk.models import AuditEvent, User
from tests.factories import TENANT, UserFactory
from tests.forge import ASHA, GONE, Forge, Odd, encoded
from tests.provider import API_AUDIENCE, CLIENT_ID, EntraServer, SigningKey, begin, choose, sign_in

pytestmark = pytest.mark.django_db

OTHER = "99999999-8888-7777-6666-555555555555"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
GRAPH = "00000003-0000-0000-c000-000000000000"
MICROSOFT = "https://login.microsoftonline.com"


def _older(forge: Forge) -> SigningKey:
    """The key before the last; the header is made to name it."""
    forge.key = forge.entra.tokens.keys[0]
    return forge.key


def _encoded_with(forge: Forge, algorithm: str) -> str:
    return jwt.encode(forge.claims(), forge.key.private, algorithm, headers={"kid": forge.key.kid})


def _bringing_its_key(forge: Forge) -> str:
    own = SigningKey.make()
    return forge.token(header={"jwk": own.published("x"), "kid": own.kid}, key=own)


def _doubled_header(forge: Forge) -> str:
    header = _json_header(forge)
    return forge.signed(f'{{"alg": "none", {header[1:]}', _json_claims(forge))


def _json_header(forge: Forge) -> str:
    return _text(forge.token().split(".")[0])


def _json_claims(forge: Forge) -> str:
    return _text(forge.token().split(".")[1])


def _text(part: str) -> str:
    return jwt.utils.base64url_decode(part).decode()


TOKENS = [
    Odd(name="as Entra ID makes it", good=True),
    Odd(name="expired half a minute ago: clocks differ", good=True, claims={"exp": lambda now: now - 30}),
    Odd(name="valid in half a minute: clocks differ", good=True, claims={"nbf": lambda now: now + 30}),
    Odd(name="object id in capitals", good=True, claims={"oid": "5A3D0C1E-0000-4000-8000-0000000000AA"}),
    Odd(name="without typ in the header", good=True, header={"typ": GONE}),
    Odd(name="with claims nobody knows", good=True, claims={"xms_cc": ["CP1"], "wids": [], "uti": "x"}),
    Odd(name="said to be of a person", good=True, claims={"idtyp": "user"}),
    Odd(name="said to be of a member", good=True, claims={"acct": 0}),
    Odd(name="whose home is this tenant", good=True, claims={"idp": f"https://sts.windows.net/{TENANT}/"}),
    Odd(name="without name and e-mail", good=True, claims={"name": GONE, "email": GONE, "preferred_username": GONE}),
    Odd(name="with too many groups", good=True, claims={"groups": GONE, "_claim_names": {"groups": "src1"}}),
    Odd(name="without any roles", good=True, claims={"roles": GONE, "groups": GONE}),
    Odd(name="signed by a key that is published but no longer signs", good=True, make=lambda f: f.token(key=_older(f))),
    Odd(name="for nobody", claims={"aud": GONE}),
    Odd(name="for an empty audience", claims={"aud": ""}),
    Odd(name="for another application", claims={"aud": OTHER}),
    Odd(name="for Microsoft Graph", claims={"aud": GRAPH}),
    Odd(name="for us among others", claims={"aud": [API_AUDIENCE, CLIENT_ID]}),
    Odd(name="without issuer", claims={"iss": GONE}),
    Odd(name="of the v1 issuer", claims={"iss": f"https://sts.windows.net/{TENANT}/"}),
    Odd(name="of the common issuer", claims={"iss": f"{MICROSOFT}/common/v2.0"}),
    Odd(name="of another tenant", claims={"iss": f"{MICROSOFT}/{OTHER}/v2.0", "tid": OTHER}),
    Odd(name="of another tenant under our issuer", claims={"tid": OTHER}),
    Odd(name="of our tenant under another issuer", claims={"iss": f"{MICROSOFT}/{OTHER}/v2.0"}),
    Odd(name="of a personal account", claims={"iss": f"{MICROSOFT}/{PERSONAL}/v2.0", "tid": PERSONAL}),
    Odd(name="of a personal account under our issuer", claims={"tid": PERSONAL}),
    Odd(name="without tenant", claims={"tid": GONE}),
    Odd(name="with two tenants", claims={"tid": [TENANT, OTHER]}),
    Odd(name="issuer with a slash too many", make=lambda f: f.token({"iss": f.claims()["iss"] + "/"})),
    Odd(name="expired", claims={"exp": lambda now: now - 90}),
    Odd(name="without an end", claims={"exp": GONE}),
    Odd(name="whose end is text", claims={"exp": lambda now: str(now + 600)}),
    Odd(name="whose end is true", claims={"exp": True}),
    Odd(name="whose end never comes", claims={"exp": float("inf")}),
    Odd(name="not yet valid", claims={"nbf": lambda now: now + 90}),
    Odd(name="without a beginning", claims={"nbf": GONE}),
    Odd(name="whose beginning is text", claims={"nbf": str}),
    Odd(name="issued tomorrow", claims={"iat": lambda now: now + 86400}),
    Odd(name="without object id", claims={"oid": GONE}),
    Odd(name="with an empty object id", claims={"oid": ""}),
    Odd(name="with a name for an object id", claims={"oid": ASHA}),
    Odd(name="with a list for an object id", claims={"oid": ["5a3d0c1e-0000-4000-8000-0000000000aa"]}),
    Odd(name="of version 1", claims={"ver": "1.0"}),
    Odd(name="without version", claims={"ver": GONE}),
    Odd(name="whose version is a number", claims={"ver": 2.0}),
    Odd(name="of a program", claims={"idtyp": "app"}),
    Odd(name="of a device", claims={"idtyp": "device"}),
    Odd(name="of a guest, by account", claims={"acct": 1}),
    Odd(name="of a guest, by home", claims={"idp": f"https://sts.windows.net/{OTHER}/"}),
    Odd(name="of a guest with a personal account", claims={"idp": "live.com"}),
    Odd(name="of a guest, by type", claims={"userType": "Guest"}),
    Odd(name="not signed", make=lambda f: f.unsigned("none")),
    Odd(name="not signed, in odd letters", make=lambda f: f.unsigned("nOnE")),
    Odd(name="said to be signed, without a signature", make=lambda f: f.unsigned("RS256")),
    Odd(name="signed with the public key as a secret", make=Forge.with_public_key_as_secret),
    Odd(name="signed with RS512", make=lambda f: _encoded_with(f, "RS512")),
    Odd(name="signed with PS256", make=lambda f: _encoded_with(f, "PS256")),
    Odd(name="signed by somebody else under our key's name", make=lambda f: f.token(key=SigningKey.make())),
    Odd(name="signed by a key nobody knows", header={"kid": "unknown"}),
    Odd(name="without a key's name", header={"kid": GONE}),
    Odd(name="with a number for a key's name", header={"kid": 7}),
    Odd(name="with a path for a key's name", header={"kid": "../../../../dev/null"}),
    Odd(name="that says where the keys are (jku)", header={"jku": "https://evil.example/keys"}),
    Odd(name="that says where its certificate is (x5u)", header={"x5u": "https://evil.example/cert"}),
    Odd(name="that brings its own key (jwk)", make=_bringing_its_key),
    Odd(name="that brings its own certificate (x5c)", header={"x5c": ["MIIB"]}),
    Odd(name="that asks for more than we know (crit)", header={"crit": ["exp"], "exp": 1}),
    Odd(name="that is not encoded (b64)", header={"b64": False, "crit": ["b64"]}),
    Odd(name="that is compressed (zip)", header={"zip": "DEF"}),
    Odd(name="of another type", header={"typ": "logout+jwt"}),
    Odd(name="with two audiences, one after the other", make=lambda f: f.doubled("aud")),
    Odd(name="with two object ids, one after the other", make=lambda f: f.doubled("oid")),
    Odd(name="with two algorithms in the header", make=_doubled_header),
    Odd(name="changed on its way", make=Forge.tampered),
    Odd(name="cut short", make=lambda f: f.token()[:-12]),
    Odd(name="with a part too many", make=lambda f: f.token() + ".e30"),
    Odd(name="that holds a list", make=lambda f: f.signed(_json_header(f), "[1, 2]")),
    Odd(name="that holds nothing readable", make=lambda f: f.signed(_json_header(f), "{not json")),
    Odd(name="with a header of endless brackets", make=lambda f: f"{encoded(b'[' * 20_000)}.e30.x"),
    Odd(name="with a header that is no text", make=lambda f: f"{encoded(bytes(range(128, 255)))}.e30.x"),
    Odd(name="longer than any token", claims={"name": "x" * 40_000}),
    Odd(name="that is no token", make=lambda f: "hello"),
    Odd(name="that is empty", make=lambda f: ""),
]
ONLY_API = [
    Odd(name="with two scopes", good=True, claims={"scp": "access_as_user Tickets.Read"}),
    Odd(name="got by a program we did not name, where none is named", good=True, claims={"azp": OTHER}),
    Odd(name="without a program, where none is named", good=True, claims={"azp": GONE}),
    Odd(name="for our sign-in instead of our API", claims={"aud": CLIENT_ID}),
    Odd(name="an id token", make=lambda f: Forge(f.entra, "id", "n").token()),
    Odd(name="an id token made for the API", make=lambda f: Forge(f.entra, "id", "n").token({"aud": API_AUDIENCE})),
    Odd(name="without scope: a program of the tenant", claims={"scp": GONE, "roles": ["Lineup.Admin"]}),
    Odd(name="with an empty scope", claims={"scp": " "}),
    Odd(name="with a list of scopes", claims={"scp": ["access_as_user"]}),
    Odd(name="about somebody who was never here", claims={"oid": "5a3d0c1e-0000-4000-8000-0000000000ff"}),
]
ONLY_ID = [
    Odd(name="for the API instead of our sign-in", claims={"aud": API_AUDIENCE}),
    Odd(name="an access token", make=lambda f: Forge(f.entra).token({"aud": CLIENT_ID, "nonce": f.nonce})),
    Odd(name="without nonce", claims={"nonce": GONE}),
    Odd(name="with an empty nonce", claims={"nonce": ""}),
    Odd(name="with the nonce of another sign-in", claims={"nonce": "x" * 43}),
    Odd(name="with a list of nonces", make=lambda f: f.token({"nonce": [f.nonce]})),
    Odd(name="with two nonces, one after the other", make=lambda f: f.doubled("nonce")),
]


def test_the_matrix_is_large_and_every_row_has_its_own_name():
    rows = [*TOKENS, *ONLY_API, *ONLY_ID]

    assert len(rows) >= 40
    assert len({row.name for row in rows}) == len(rows)
    assert sum(row.good for row in rows) >= 10


@pytest.fixture(scope="module")
def next_key() -> SigningKey:
    return SigningKey.make()


@pytest.fixture
def rotated(entra: EntraServer, next_key: SigningKey) -> EntraServer:
    """The provider with two published keys, of which the second signs; making one takes longer than a whole case."""
    entra.tokens.keys = [*entra.tokens.keys, next_key]
    return entra


@pytest.mark.parametrize("odd", [*TOKENS, *ONLY_API], ids=lambda odd: odd.name)
def test_as_a_bearer_token(client, rotated, odd: Odd):
    for oid in (rotated.person(ASHA).oid, "5a3d0c1e-0000-4000-8000-0000000000aa"):
        UserFactory(azure_ad_id=oid, roles=["engineer"])
    token = Forge(rotated).build(odd)

    answer = client.get("/api/me/", headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == (200 if odd.good else 401)


@pytest.mark.parametrize("odd", [*TOKENS, *ONLY_ID], ids=lambda odd: odd.name)
def test_as_the_end_of_a_sign_in(client, rotated, monkeypatch, odd: Odd):
    genuine = rotated.tokens.id_token

    def forged(person, *, client_id, nonce="", fault=""):
        monkeypatch.setattr(rotated.tokens, "id_token", genuine)
        return Forge(rotated, "id", nonce).build(odd)

    monkeypatch.setattr(rotated.tokens, "id_token", forged)
    answer = sign_in(client, ASHA)

    assert answer.status_code == (302 if odd.good else 403)
    assert ("_auth_user_id" in client.session) is odd.good
    assert User.objects.exists() is odd.good
    acts = set(AuditEvent.objects.values_list("act", flat=True))
    assert ("signed_in" in acts) is odd.good
    assert bool({"sign_in_failed", "sign_in_refused"} & acts) is not odd.good


@pytest.mark.parametrize("azp", [OTHER, GONE, "", [CLIENT_ID]], ids=["another", "none", "empty", "list"])
def test_where_programs_are_named_no_other_may_call(client, entra, settings, azp):
    settings.ENTRA_API_CLIENTS = [CLIENT_ID]
    UserFactory(azure_ad_id=entra.person(ASHA).oid, roles=["engineer"])
    forge = Forge(entra)

    def asked(token: str) -> int:
        return client.get("/api/me/", headers={"authorization": f"Bearer {token}"}).status_code

    assert asked(forge.token()) == 200
    assert asked(forge.token({"azp": azp})) == 401


def test_a_nonce_counts_for_one_sign_in(client, entra, monkeypatch):
    """A genuine id token of an earlier sign-in, given out again for the next one."""
    kept = []
    genuine = entra.tokens.id_token
    monkeypatch.setattr(
        entra.tokens, "id_token", lambda *args, **named: kept.append(genuine(*args, **named)) or kept[0]
    )
    sign_in(client, ASHA)
    client.logout()

    answer = client.get(choose(begin(client), ASHA))

    assert len(kept) == 2
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
