"""The security policy knows the bucket of the settings, and loosens nothing else for it (F2)."""

import pytest
from django.http import HttpResponse

from project.middleware import SecurityPolicyMiddleware
from storage.s3_config import S3Config

BUCKET = "https://lineup-files.s3.eu-central-1.amazonaws.com"
OPENED = ("img-src", "connect-src", "frame-src")


@pytest.fixture
def policies(rf, settings):
    settings.S3 = S3Config(bucket="lineup-files", region="eu-central-1")
    middleware = SecurityPolicyMiddleware(lambda request: HttpResponse())
    return {
        path: rules_of(middleware(rf.get(path))["Content-Security-Policy"]) for path in ("/my/", "/desk/", "/api/me/")
    }


def rules_of(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}


@pytest.mark.parametrize("path", ["/my/", "/desk/", "/api/me/"])
def test_files_are_sent_to_and_shown_from_the_bucket_alone(policies, path):
    rules = policies[path]

    assert {name for name, sources in rules.items() if BUCKET in sources} == set(OPENED)
    assert rules["connect-src"] == rules["frame-src"] == ["'self'", BUCKET]
    assert rules["img-src"] == ["'self'", "data:", BUCKET]


@pytest.mark.parametrize("path", ["/my/", "/desk/"])
def test_nothing_of_the_bucket_runs_or_is_embedded(policies, path):
    rules = policies[path]

    assert rules["object-src"] == rules["frame-ancestors"] == ["'none'"]
    assert rules["base-uri"] == ["'self'"]
    assert set(rules["script-src"]) <= {"'self'", "'unsafe-eval'"}
    assert "'unsafe-eval'" not in policies["/my/"]["script-src"]
    assert policies["/my/"]["default-src"] == ["'none'"]


def test_a_bucket_by_its_path_is_known_by_its_host(rf, settings):
    settings.S3 = S3Config(
        bucket="lineup", region="eu-central-1", endpoint_url="http://127.0.0.1:9000", addressing_style="path"
    )

    answer = SecurityPolicyMiddleware(lambda request: HttpResponse())(rf.get("/my/"))

    assert rules_of(answer["Content-Security-Policy"])["connect-src"] == ["'self'", "http://127.0.0.1:9000"]
