import re

import pytest
from django.contrib.staticfiles import finders

from tests.entering import enter
from tests.factories import ReporterFactory

pytestmark = pytest.mark.django_db


def test_the_document_is_for_the_signed_in(client):
    assert client.get("/api/schema/").status_code == 401

    enter(client, ReporterFactory())
    document = client.get("/api/schema/", headers={"Accept": "application/json"}).json()

    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/api/me/"]["get"]["security"] == [{"entra": []}, {"cookieAuth": []}]
    problem = document["paths"]["/api/me/"]["get"]["responses"]["401"]["content"]
    assert list(problem) == ["application/problem+json"]


def test_the_page_brings_its_own_scripts_and_styles(client):
    enter(client, ReporterFactory())

    page = client.get("/api/docs/")

    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]
    assets = re.findall(r'(?:src|href)="([^"]+\.(?:js|css|svg))"', page.content.decode())
    assert len(assets) == 6
    for asset in assets:
        assert asset.startswith("/static/")
        assert finders.find(asset.removeprefix("/static/")), asset
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", page.content.decode())
