"""One's own documents in a real headless Chromium: added on their page, asked about in the chat, removed again."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect

POLICY = """第一条 逾期通知
被保险人应当在应收账款到期后二十一天内向保险人提交逾期通知书。
第二条 等待期
拖欠案件的等待期为一百五十天，自最早一张未付发票的到期日起算。
"""
LEDGER = """客户,发票号,发票日期,到期日,金额
甲公司,A-1,2026-01-05,2026-03-06,100000
乙公司,B-1,2026-03-01,2026-04-30,50000
"""
pytestmark = pytest.mark.browser


def _flows() -> ModuleType:
    """The other browser tests, whose running product these use."""
    path = Path(__file__).with_name("test_browser_flows.py")
    spec = importlib.util.spec_from_file_location("browser_flows", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


flows = _flows()
installation, browser, page = flows.installation, flows.browser, flows.page


def _file(name: str, text: str) -> dict[str, object]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def _add(page: Page, *files: dict[str, object], name: str = "") -> None:
    page.locator("input[type=file]").set_input_files(list(files))
    expect(page.get_by_text(str(files[-1]["name"]))).to_be_visible()
    if name:
        page.get_by_role("textbox", name="保单或文件名称").fill(name)
    page.get_by_role("button", name="加入我的文件").click()


def test_a_policy_is_added_quoted_by_its_name_and_removed(page: Page, browser: Browser, installation: object) -> None:
    ui = installation.ui  # type: ignore[attr-defined]
    page.goto(f"{ui}/documents")
    expect(page.get_by_text("还没有添加文件")).to_be_visible()
    _add(page, _file("保单.txt", POLICY), name="我的统保保单")
    expect(page.get_by_text("已添加：保单.txt，共 2 段")).to_be_visible()
    shelf = page.locator("[class*=st-key-own-]").filter(has_text="我的统保保单").first
    expect(shelf).to_contain_text("2 段")
    _add(page, _file("empty.txt", ""))
    expect(page.get_by_text("文件是空的")).to_be_visible()
    flows._shot(page, "documents")

    page.get_by_role("link", name="对话").click()
    flows._ask(page, "我的保单里逾期通知多少天内提交？")
    expect(page.get_by_text("您的文件《我的统保保单》写道").first).to_be_visible()
    page.locator(".tca-foot").first.click()
    expect(page.locator(".tca-clause:popover-open mark")).to_contain_text("二十一天")
    flows._shot(page, "documents-cited")
    page.keyboard.press("Escape")

    with browser.new_context(locale="zh-CN") as context:
        stranger = context.new_page()
        stranger.goto(f"{ui}/documents")
        expect(stranger.get_by_text("还没有添加文件")).to_be_visible()

    page.get_by_role("link", name="我的文件").click()
    shelf.get_by_role("button").click()
    page.get_by_role("button", name="删除").last.click()
    expect(page.get_by_text("还没有添加文件")).to_be_visible()


def test_a_ledger_is_attached_in_the_chat(page: Page, installation: object) -> None:
    page.goto(installation.ui)  # type: ignore[attr-defined]
    expect(flows._input(page)).to_be_visible()
    page.locator("[data-testid=stChatInput] input[type=file]").set_input_files([_file("账龄.csv", LEDGER)])
    expect(page.locator("[data-testid=stChatInput]")).to_contain_text("账龄.csv")
    flows._input(page).fill("帮我分析一下这份应收账款台账")
    send = page.get_by_role("button", name="Send message")
    expect(send).to_be_enabled()
    page.wait_for_timeout(1_000)  # what is sent while the file is still on its way is not taken
    send.click()
    expect(page.locator("[class*=st-key-card-receivables]")).to_be_visible()
    expect(page.get_by_text(re.compile("账龄.csv 已按应收账款台账读取"))).to_be_visible()
    flows._shot(page, "ledger-attached")
