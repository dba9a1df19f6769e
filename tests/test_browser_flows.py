"""Every flow of the web chat and the widget in a real headless Chromium, over a small index of policy clauses.

Screenshots are kept in `artifacts/`.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
ARTIFACTS = ROOT / "artifacts"
CLAUSES = {"1.1", "1.2", "3.4", "5.4", "5.5", "6.3", "7.1", "8.3", "8.4", "9.3", "9.5", "10.2"}
LOSS = {
    "zh": "客户破产了，欠款120万，限额100万，赔偿比例90%，能赔多少？",
    "en": "The buyer is insolvent: debt EUR 1,200,000, limit EUR 1,000,000, insured 90%. How much is paid?",
}
HOSTILE = "<img src=x onerror=\"document.title='owned'\"> 什么是自定限额？"
WAIT_MS = 30_000

pytestmark = pytest.mark.browser


class Installation(NamedTuple):
    """A running product."""

    api: str
    ui: str


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    shutil.copytree(_small_index() / "index", folder / "index")
    api_port, ui_port = _free_port(), _free_port()
    environment = _environment(TCA_DATA_DIR=folder, TCA_API_PORT=api_port, TCA_UI_PORT=ui_port)
    found = Installation(f"http://127.0.0.1:{api_port}", f"http://127.0.0.1:{ui_port}")
    with (
        _running([sys.executable, "-m", "assistant.cli", "serve"], environment, f"{found.api}/readyz"),
        _running(_streamlit(ui_port), environment, f"{found.ui}/_stcore/health"),
    ):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert path, "no Chromium here: run `make browser`, or set CHROMIUM to its path"
    switches = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    switches += " disable-component-update disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[f"--{name}" for name in switches.split()])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        yield context.new_page()


@pytest.fixture
def chat(page: Page, installation: Installation) -> Page:
    page.goto(installation.ui)
    expect(_input(page)).to_be_visible()
    return page


@pytest.fixture
def widget(page: Page, installation: Installation) -> FrameLocator:
    page.goto(f"{installation.api}/widget/demo")
    page.locator("#tca-widget-button").click()
    frame = page.frame_locator("#tca-widget-frame")
    expect(frame.locator(".chips")).to_be_visible()
    return frame


def test_a_question_in_chinese_is_answered_with_the_indemnity_card(chat: Page) -> None:
    _ask(chat, LOSS["zh"])
    card = chat.locator("[class*=st-key-card-indemnity]")
    expect(card).to_contain_text("900,000 元")
    expect(card).to_contain_text("限额外")
    expect(card.locator("canvas, svg").first).to_be_visible()
    _shot(chat, "indemnity-zh")


def test_a_question_in_english_is_answered_in_english(chat: Page) -> None:
    _ask(chat, LOSS["en"])
    card = chat.locator("[class*=st-key-card-indemnity]")
    expect(card).to_contain_text("EUR 900,000")
    expect(card).to_contain_text("Above the limit")
    _shot(chat, "indemnity-en")


def test_a_footnote_opens_the_clause_with_the_quoted_words_marked(chat: Page) -> None:
    _ask(chat, LOSS["zh"])
    expect(chat.locator(".tca-source").first).to_be_visible()
    chat.locator(".tca-foot").first.click()
    clause = chat.locator(".tca-clause:popover-open")
    expect(clause).to_contain_text("统保贸易信用保险保单")
    expect(clause.locator("mark")).to_contain_text("承保损失")
    _shot(chat, "citation")
    chat.keyboard.press("Escape")
    expect(chat.locator(".tca-clause:popover-open")).to_have_count(0)


def test_the_premium_card_shows_the_range_and_takes_a_quick_reply(chat: Page) -> None:
    _ask(chat, "年营业额5000万人民币，做电子产品内销，保费大概多少？")
    card = chat.locator("[class*=st-key-card-premium_estimate]")
    expect(card.first).to_contain_text("费率")
    _shot(chat, "premium")
    chat.get_by_role("button", name="账期60天").click()
    expect(chat.locator("[class*=st-key-card-premium_estimate]")).to_have_count(2)


def test_deadlines_come_with_a_time_line_and_a_calendar_file(chat: Page) -> None:
    _ask(chat, "Oldest invoice due 1 March 2026, MEP 60 days: last day to report?")
    card = chat.locator("[class*=st-key-card-deadlines]")
    expect(card).to_contain_text("30 May 2026")
    _shot(chat, "deadlines")
    with chat.expect_download() as download:
        card.get_by_role("button", name=re.compile("calendar")).click()
    assert download.value.path().read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")


def test_a_tool_can_be_called_by_its_form(chat: Page, installation: Installation) -> None:
    chat.goto(f"{installation.ui}/toolbox?lang=en")
    chat.get_by_role("combobox").first.click()
    chat.get_by_role("option", name="Listing claim papers").click()
    chat.get_by_role("textbox", name="Cause of loss").fill("insolvency")
    chat.keyboard.press("Tab")
    chat.get_by_role("button", name="Calculate").click()
    card = chat.locator("[class*=st-key-card-checklist]")
    expect(card).to_contain_text("required papers held")
    _shot(chat, "checklist")


def test_the_documents_can_be_searched(chat: Page, installation: Installation) -> None:
    chat.goto(f"{installation.ui}/library")
    chat.get_by_role("textbox").first.fill("停止发货")
    chat.keyboard.press("Enter")
    expect(chat.locator(".tca-hit mark").first).to_be_visible()
    _shot(chat, "library")


def test_the_interface_changes_language(chat: Page) -> None:
    expect(chat.get_by_role("button", name="新对话")).to_be_visible()
    chat.get_by_text("English", exact=True).click()
    expect(chat.get_by_role("button", name="New conversation")).to_be_visible()
    expect(_input(chat)).to_have_attribute("placeholder", re.compile("your own words"))
    _shot(chat, "english")


def test_a_reload_shows_the_same_conversation_and_it_can_be_deleted(chat: Page) -> None:
    _ask(chat, LOSS["zh"])
    said = chat.locator(".tca-answer").first
    expect(chat.locator(".tca-source").first).to_be_visible()
    before = said.inner_text()
    chat.reload()
    expect(said).to_have_text(before)
    expect(chat.locator("[class*=st-key-card-indemnity]")).to_contain_text("900,000 元")
    _shot(chat, "reloaded")
    expect(chat.locator("[class*=st-key-open-]")).to_have_count(1)
    chat.locator("[data-testid=stSidebar] [data-testid=stPopover] button").first.click()
    chat.locator("[class*=st-key-delete-] button").click()
    expect(chat.locator("[class*=st-key-open-]")).to_have_count(0)
    expect(said).to_have_count(0)


def test_markup_in_a_message_stays_text_in_the_chat(chat: Page) -> None:
    _ask(chat, HOSTILE)
    expect(chat.get_by_text("<img src=x").first).to_be_visible()
    expect(chat.locator(".tca-answer").first).to_be_visible()
    assert chat.title() != "owned"


def test_an_api_that_is_down_is_told_in_one_line(page: Page) -> None:
    ui_port = _free_port()
    environment = _environment(TCA_API_PORT=_free_port(), TCA_UI_PORT=ui_port)
    address = f"http://127.0.0.1:{ui_port}"
    with _running(_streamlit(ui_port), environment, f"{address}/_stcore/health"):
        page.goto(address)
        expect(page.get_by_text("连不上助手服务")).to_be_visible()
        assert page.get_by_text("Traceback").count() == 0
        _shot(page, "api-down")


def test_the_widget_loads_nothing_until_it_is_opened(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.api}/widget/demo")
    expect(page.locator("#tca-widget-button")).to_be_visible()
    assert page.locator("#tca-widget-frame").count() == 0
    page.locator("#tca-widget-button").click()
    expect(page.frame_locator("#tca-widget-frame").locator("#message")).to_be_focused()
    _shot(page, "widget-open")


def test_the_widget_answers_in_both_languages_and_remembers(page: Page, widget: FrameLocator) -> None:
    _say(widget, LOSS["zh"])
    expect(widget.locator("article").first).to_contain_text("900,000 元")
    _shot(page, "widget-zh")
    widget.locator("#language").click()
    _say(widget, LOSS["en"])
    expect(widget.locator("article").nth(1)).to_contain_text("EUR 900,000")
    expect(widget.locator("#said")).to_contain_text("900,000")
    _shot(page, "widget-en")
    page.reload()
    page.locator("#tca-widget-button").click()
    expect(widget.locator("article")).to_have_count(2)


def test_a_footnote_in_the_widget_opens_the_clause(page: Page, widget: FrameLocator) -> None:
    _say(widget, LOSS["zh"])
    widget.locator("article .foot").first.click()
    expect(widget.locator("#clause mark")).to_contain_text("承保损失")
    _shot(page, "widget-citation")
    page.keyboard.press("Escape")
    expect(widget.locator("#clause")).not_to_be_visible()
    expect(widget.locator("#message")).to_be_visible()


def test_enter_does_not_send_while_an_input_method_is_composing(page: Page, widget: FrameLocator) -> None:
    box = widget.locator("#message")
    box.fill("zhongguo")
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"
    old_style = "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true})"
    for event in (composing, old_style):
        box.evaluate(f"element => element.dispatchEvent({event})")
    expect(box).to_have_value("zhongguo")
    expect(widget.locator(".user")).to_have_count(0)
    box.press("Enter")
    expect(widget.locator(".user")).to_have_count(1)


def test_escape_closes_the_widget_and_gives_the_focus_back(page: Page, widget: FrameLocator) -> None:
    widget.locator("#message").press("Escape")
    expect(page.locator("#tca-widget-frame")).to_be_hidden()
    expect(page.locator("#tca-widget-button")).to_be_focused()


def test_markup_in_a_message_stays_text_in_the_widget(page: Page, widget: FrameLocator) -> None:
    _say(widget, HOSTILE)
    expect(widget.locator("article")).to_be_visible()
    expect(widget.locator(".user")).to_contain_text("<img src=x")
    assert widget.locator("img").count() == 0
    assert page.title() != "owned"


def test_the_widget_fills_a_narrow_screen(page: Page, installation: Installation) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{installation.api}/widget/demo")
    page.locator("#tca-widget-button").click()
    expect(page.frame_locator("#tca-widget-frame").locator(".chips")).to_be_visible()
    box = page.locator("#tca-widget-frame").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 780)
    _shot(page, "widget-narrow")


@pytest.mark.parametrize(("status", "said"), [(0, "连不上"), (429, "7 秒"), (413, "太长"), (500, "请重试")])
def test_the_widget_says_what_went_wrong(page: Page, widget: FrameLocator, status: int, said: str) -> None:
    if status:
        headers = {"Retry-After": "7", "Access-Control-Expose-Headers": "*"}
        page.route("**/v1/chat", lambda route: route.fulfill(status=status, body="no", headers=headers))
    else:
        page.route("**/v1/chat", lambda route: route.abort())
    _say(widget, "什么是自定限额？")
    expect(widget.locator(".fault")).to_contain_text(said)
    expect(widget.locator("#send")).to_be_enabled()


def _ask(page: Page, question: str) -> None:
    _input(page).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".tca-fine").last).to_be_visible()


def _say(widget: FrameLocator, message: str) -> None:
    widget.locator("#message").fill(message)
    widget.locator("#message").press("Enter")


def _input(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-testid=stChatInput] textarea")


def _shot(page: Page, name: str) -> None:
    page.wait_for_timeout(500)  # charts are drawn a moment after they are placed
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def _small_index() -> Path:
    """A data folder with the index of a few clauses in both languages, built once and kept while they stay the same."""
    folder = ARTIFACTS / "small-installation"
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for source in sorted((ROOT / "knowledge" / "corpus" / "policy").glob("*.md")):
        text = source.read_text(encoding="utf-8")
        if "\nid: wt-2026\n" not in text:
            continue
        head, *clauses = re.split(r"(?m)^(?=### )", text)
        chosen = [clause.split("\n## ")[0] for clause in clauses if clause.split()[1] in CLAUSES]
        small = "\n".join([head.split("\n## ")[0], "\n## 1 Clauses\n", *chosen])
        (corpus / source.name).write_text(small, encoding="utf-8")
    build = (
        "from assistant.library import build_index; from assistant.settings import Settings; build_index(Settings())"
    )
    environment = _environment(TCA_DATA_DIR=folder, TCA_CORPUS_DIR=corpus)
    subprocess.run([sys.executable, "-c", build], env=environment, cwd=ROOT, check=True)
    return folder


def _environment(**settings: object) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TCA_", "MODEL"))}
    return {**clean, **{name: str(value) for name, value in settings.items()}}


def _streamlit(port: int) -> list[str]:
    options = "--server.address 127.0.0.1 --server.headless true --browser.gatherUsageStats false"
    options += f" --server.fileWatcherType none --server.port {port}"
    return [sys.executable, "-m", "streamlit", "run", "ui/app.py", *options.split()]


class _running:
    """A server process that answers at `url`, until the block ends."""

    def __init__(self, command: list[str], environment: dict[str, str], url: str) -> None:
        self._command, self._environment, self._url = command, environment, url

    def __enter__(self) -> None:
        log = ARTIFACTS / f"{'streamlit' if 'streamlit' in self._command else 'api'}.log"
        ARTIFACTS.mkdir(exist_ok=True)
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=ROOT, stdout=file, stderr=file, start_new_session=True
            )
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(self._url, timeout=5, trust_env=False).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.__exit__()
        raise AssertionError(f"{self._url} does not answer:\n{log.read_text(errors='replace')[-3000:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
