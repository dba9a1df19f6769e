import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api import widget
from assistant.settings import Settings

PAGE_FILES = ["frame", "frame.css", "frame.js", "api.js", "render.js", "words.js"]


@pytest.fixture
def site() -> TestClient:
    app = FastAPI()
    app.include_router(widget.routes(Settings(widget_origins=("https://shop.example",))))
    return TestClient(app)


def test_the_loader_is_small(site: TestClient) -> None:
    assert len(site.get("/widget/v1/loader.js").content) < 6_000


@pytest.mark.parametrize("name", PAGE_FILES)
def test_everything_the_frame_loads_is_served(site: TestClient, name: str) -> None:
    assert site.get(f"/widget/v1/{name}").status_code == 200


def test_only_named_sites_may_frame_it(site: TestClient) -> None:
    policy = site.get("/widget/v1/frame").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy


def test_the_whole_widget_is_light(site: TestClient) -> None:
    assert sum(len(site.get(f"/widget/v1/{name}").content) for name in PAGE_FILES) < 45_000
