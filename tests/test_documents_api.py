"""A user's own documents through HTTP, with the real agent: added, cited, replaced, removed, seen by nobody else."""

import base64
import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from assistant.agent import Agent
from assistant.api import create_app
from assistant.settings import Settings
from knowledge.ingest import owner_dir
from knowledge.search import KnowledgeIndex
from tools.buyers import Registry
from tools.catalogue import build_toolset

POLICY_ZH = """第一条 逾期通知
被保险人应当在应收账款到期后二十一天内向保险人提交逾期通知书。
第二条 等待期
拖欠案件的等待期为一百五十天，自最早一张未付发票的到期日起算。
"""
POLICY_EN = """Article 1 Overdue notice
The insured reports an overdue receivable within 21 days after its due date.
Article 2 Waiting period
The waiting period in protracted default is 150 days from the oldest due date.
"""
QUESTION = "我的保单里逾期通知多少天内提交？"


@pytest.fixture
def installation(
    tmp_path: Path, policy_index: KnowledgeIndex, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, Settings]]:
    shutil.copytree(policy_index._root, tmp_path / "index")
    monkeypatch.setattr("assistant.own_documents.shared_embedder", lambda _name: policy_index._embedder)
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    index = KnowledgeIndex.open(settings.index_dir, policy_index._embedder)
    agent = Agent(index=index, toolset=build_toolset(index, Registry.open()), classifier=None)
    with TestClient(create_app(settings, agent), raise_server_exceptions=False) as client:
        for _ in range(200):
            if client.get("/readyz").status_code == 200:
                break
            time.sleep(0.02)
        yield client, settings


class Person:
    """One visitor of the installation, known by a token."""

    def __init__(self, client: TestClient) -> None:
        client.cookies.clear()
        self._client = client
        self._headers: dict[str, str] = {}
        self._headers = {"X-Visitor-Token": client.get("/v1/documents").headers["X-Visitor-Token"]}

    def call(self, method: str, path: str, **given: Any) -> Any:
        self._client.cookies.clear()
        headers = {**self._headers, **given.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **given)

    def add(self, *files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
        response = self.call("POST", "/v1/documents", files=[("files", file) for file in files], data=fields)
        assert response.status_code == 200, response.text
        report: dict[str, Any] = response.json()
        return report

    def documents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/v1/documents").json()["documents"]
        return found

    def finds(self, query: str) -> list[str]:
        response = self.call("POST", "/v1/search", json={"query": query, "top_k": 20})
        return [passage["document"] for passage in response.json()["passages"]]

    def asks(self, message: str, **fields: Any) -> dict[str, Any]:
        response = self.call("POST", "/v1/chat", json={"message": message, **fields})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


@pytest.fixture
def me(installation: tuple[TestClient, Settings]) -> Person:
    return Person(installation[0])


@pytest.fixture
def other(installation: tuple[TestClient, Settings]) -> Person:
    return Person(installation[0])


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    return body


def test_a_document_is_added_listed_and_opened(me: Person) -> None:
    report = me.add(("保单.txt", POLICY_ZH.encode()), policy="我的统保保单", edition="2026", in_force_from="2026-01-01")
    assert report["failed"] == 0
    [file] = report["files"]
    assert (file["file"], file["state"], file["passages"]) == ("保单.txt", "added", 2)
    assert "保单.txt" in file["message"]["zh"] and "2 passages" in file["message"]["en"]
    [document] = me.documents()
    assert document == {
        "id": file["document_id"],
        "title": "我的统保保单",
        "language": "zh",
        "edition": "2026",
        "in_force_from": "2026-01-01",
        "in_force_to": None,
        "source": "保单.txt",
        "passages": 2,
    }
    opened = me.call("GET", f"/v1/documents/{document['id']}", params={"language": "zh"}).json()
    assert "二十一天" in opened["text"]


def test_nobody_else_sees_it(me: Person, other: Person) -> None:
    [file] = me.add(("保单.txt", POLICY_ZH.encode()))["files"]
    document = file["document_id"]
    assert document in me.finds("逾期通知书 二十一天")
    assert document not in other.finds("逾期通知书 二十一天")
    assert other.documents() == []
    problem(other.call("GET", f"/v1/documents/{document}", params={"language": "zh"}), 404, "document_not_found")
    problem(other.call("DELETE", f"/v1/documents/{document}"), 404, "own_document_not_found")
    assert len(me.documents()) == 1
    called = {"query": "逾期通知书 二十一天", "top_k": 50}
    for person, sees in ((me, True), (other, False)):
        found = person.call("POST", "/v1/tools/search_knowledge", json=called).json()["passages"]
        assert (document in {passage["document"] for passage in found}) is sees
        cited = {citation["document"] for citation in person.asks(QUESTION)["citations"]}
        assert (document in cited) is sees


def test_a_question_about_the_own_policy_is_answered_from_it_by_name(me: Person) -> None:
    me.add(("保单.txt", POLICY_ZH.encode()), policy="我的统保保单")
    answer = me.asks(QUESTION)
    text = answer["parts"][0]["text"]
    assert "二十一天" in text and "《我的统保保单》" in text
    citation = answer["citations"][0]
    opened = me.call("GET", f"/v1/documents/{citation['document']}", params={"language": "zh"}).json()["text"]
    assert opened[citation["start"] : citation["end"]] == citation["quote"]


def test_the_openai_style_door_and_mcp_find_it_too(me: Person) -> None:
    me.add(("policy.md", POLICY_EN.encode()), policy="Our policy")
    said = [{"role": "user", "content": "What does my policy say about the overdue notice?"}]
    answered = me.call("POST", "/v1/chat/completions", json={"messages": said}).json()
    assert "within 21 days" in answered["choices"][0]["message"]["content"]
    arguments = {"query": "overdue notice 21 days", "top_k": 50}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    called = {**call, "params": {"name": "search_knowledge", "arguments": arguments}}
    headers = {"Accept": "application/json, text/event-stream"}
    response = me.call("POST", "/mcp", json=called, headers=headers)
    assert "own-our-policy" in response.text


def test_the_same_file_again_changes_nothing_and_a_new_one_replaces_it(me: Person) -> None:
    assert me.add(("p.txt", POLICY_EN.encode()))["files"][0]["state"] == "added"
    assert me.add(("p.txt", POLICY_EN.encode()))["files"][0]["state"] == "unchanged"
    changed = POLICY_EN.replace("21 days", "14 days")
    assert me.add(("p.txt", changed.encode()))["files"][0]["state"] == "replaced"
    [document] = me.documents()
    text = me.call("GET", f"/v1/documents/{document['id']}").json()["text"]
    assert "14 days" in text and "21 days" not in text


def test_what_is_removed_is_found_nowhere(me: Person) -> None:
    [file] = me.add(("保单.txt", POLICY_ZH.encode()))["files"]
    document = file["document_id"]
    assert me.call("DELETE", f"/v1/documents/{document}").status_code == 204
    assert me.documents() == []
    assert document not in me.finds("逾期通知书 二十一天")
    assert document not in {citation["document"] for citation in me.asks(QUESTION)["citations"]}
    problem(me.call("GET", f"/v1/documents/{document}", params={"language": "zh"}), 404, "document_not_found")
    problem(me.call("DELETE", f"/v1/documents/{document}"), 404, "own_document_not_found")


def test_one_bad_file_does_not_lose_the_others(me: Person) -> None:
    report = me.add(
        ("notes.txt", POLICY_EN.encode()),
        ("scan.pdf", pdf("")),
        ("garbled.pdf", pdf("".join(map(chr, range(0xE000, 0xE040))))),
        ("broken.docx", b"not a document"),
        ("program.exe", b"MZ"),
        ("empty.txt", b""),
        ("notes.txt", b"the same name once more"),
    )
    states = {item["file"]: item["state"] for item in report["files"][:-1]}
    assert states.pop("notes.txt") == "added"
    assert set(states.values()) == {"failed"}
    assert report["failed"] == 6
    for item in report["files"][1:]:
        assert item["message"]["en"] and any("\u4e00" <= c <= "\u9fff" for c in item["message"]["zh"]), item
    said = {item["file"]: item["message"]["en"] for item in report["files"][1:-1]}
    assert "100%" in said["scan.pdf"] or "no text" in said["scan.pdf"]
    assert ".docx" in said["program.exe"], "the way out is named"
    assert len(me.documents()) == 1


def test_text_in_gb18030_is_read(me: Person) -> None:
    [file] = me.add(("旧系统导出.txt", POLICY_ZH.encode("gb18030")))["files"]
    assert file["state"] == "added"
    assert file["document_id"] in me.finds("逾期通知书 二十一天")


def test_an_archive_that_unpacks_to_too_much_is_not_opened(
    me: Person, installation: tuple[TestClient, Settings]
) -> None:
    installation[1].max_unpacked_bytes = 1_000_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 2_000_000)
    [file] = me.add(("bomb.docx", packed.getvalue()))["files"]
    assert file["state"] == "failed"
    assert "1 MB" in file["message"]["en"]


@pytest.mark.parametrize(
    "name",
    ["../../evil.txt", "..\\..\\evil.txt", "/etc/evil.txt", "C:\\evil.txt", "e\u202evil\n.txt", "长" * 300 + ".txt"],
)
def test_a_file_name_cannot_leave_its_folder(me: Person, tmp_path: Path, name: str) -> None:
    before = set(tmp_path.rglob("*.txt"))
    [file] = me.add((name, POLICY_EN.encode()))["files"]
    assert file["state"] == "added", file
    assert not {"/", "\\", "\n", "\u202e"} & set(file["file"])
    assert set(tmp_path.rglob("*.txt")) == before


def test_a_body_of_20_mb_is_refused(me: Person) -> None:
    large = b"x" * 20_000_000
    details = problem(me.call("POST", "/v1/documents", files=[("files", ("big.txt", large))]), 413, "body_too_large")
    assert details["limit"] == 15_000_000
    coded = base64.b64encode(large).decode()
    request = {"message": "hi", "attachments": [{"name": "big.txt", "content_base64": coded}]}
    problem(me.call("POST", "/v1/chat", json=request), 413, "body_too_large")

    def chunks() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(20):
            yield b"x" * 1_000_000
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    problem(me.call("POST", "/v1/documents", content=chunks(), headers=headers), 413, "body_too_large")
    problem(me.call("POST", "/v1/search", content=b"x" * 5_000_000), 413, "body_too_large")


def test_what_cannot_be_taken_is_a_problem_in_the_callers_language(me: Person) -> None:
    many = [("files", (f"{number}.txt", b"x")) for number in range(21)]
    assert problem(me.call("POST", "/v1/documents", files=many), 413, "too_many_files")["limit"] == 20
    turned = {"in_force_from": "2026-12-31", "in_force_to": "2026-01-01"}
    one = [("files", ("a.txt", POLICY_EN.encode()))]
    details = problem(
        me.call("POST", "/v1/documents", files=one, data=turned, headers={"Accept-Language": "zh"}),
        422,
        "dates_out_of_order",
    )
    assert "2026-12-31" in details["detail"] and "生效日" in details["detail"]
    problem(me.call("POST", "/v1/documents", files=one, data={"in_force_from": "soon"}), 422, "invalid_request")
    problem(me.call("POST", "/v1/documents"), 422, "invalid_request")


def test_a_second_writer_is_told_to_wait(me: Person, installation: tuple[TestClient, Settings]) -> None:
    me.add(("a.txt", POLICY_EN.encode()))
    [folder] = (installation[1].index_dir / "owners").iterdir()
    [lock] = folder.glob("*.lock")
    with FileLock(lock):
        files = [("files", ("b.txt", POLICY_ZH.encode()))]
        response = me.call("POST", "/v1/documents", files=files, headers={"Accept-Language": "zh"})
        assert "稍候" in problem(response, 409, "index_locked")["detail"]
        assert response.headers["Retry-After"]
        problem(me.call("DELETE", "/v1/documents/own-a"), 409, "index_locked")
    assert [document["title"] for document in me.documents()] == ["a"]


def test_visitors_cannot_upload(tmp_path: Path, policy_index: KnowledgeIndex) -> None:
    settings = Settings(data_dir=tmp_path, api_keys="k1", _env_file=None)  # type: ignore[call-arg, arg-type]
    agent = Agent(index=policy_index, toolset=build_toolset(policy_index), classifier=None)
    with TestClient(create_app(settings, agent)) as client:
        files = [("files", ("a.txt", POLICY_EN.encode()))]
        problem(client.post("/v1/documents", files=files), 403, "documents_need_key")
        problem(client.delete("/v1/documents/own-a"), 403, "documents_need_key")
        assert client.get("/v1/documents").json() == {"documents": []}
        request = {"message": "hi there", "attachments": attached(("a.txt", b"x"))}
        problem(client.post("/v1/chat", json=request), 403, "documents_need_key")
        assert not owner_dir(settings.index_dir, "visitor").parent.exists()


def test_a_document_named_like_a_clause_book_does_not_take_its_place(me: Person) -> None:
    me.add(("wt-2026.txt", POLICY_EN.encode()))
    corpus = me.call("GET", "/v1/documents/wt-2026").json()
    assert "21 days" not in corpus["text"]


def pdf(text: str) -> bytes:
    """A PDF of one page; without text it is what a scanner makes."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        codes = DecodedStreamObject()
        lines = "\n".join(f"<{number:02x}> <{ord(character):04x}>" for number, character in enumerate(text, 0x20))
        codes.set_data(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
            + f"{len(text)} beginbfchar\n{lines}\nendbfchar endcmap".encode()
        )
        font[NameObject("/ToUnicode")] = writer._add_object(codes)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
        content = DecodedStreamObject()
        shown = "".join(f"{number:02x}" for number in range(0x20, 0x20 + len(text)))
        content.set_data(f"BT /F1 12 Tf 20 200 Td <{shown}> Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


LEDGER = """客户,发票号,发票日期,到期日,金额
甲公司,A-1,2026-01-05,2026-03-06,100000
乙公司,B-1,2026-03-01,2026-04-30,50000
"""


def attached(*files: tuple[str, bytes]) -> list[dict[str, str]]:
    return [{"name": name, "content_base64": base64.b64encode(content).decode()} for name, content in files]


def test_an_attached_ledger_is_analysed_and_stays_with_its_conversation(me: Person, other: Person) -> None:
    files = attached(("账龄.csv", LEDGER.encode("gb18030")))
    answer = me.asks("帮我分析一下这份应收账款台账", attachments=files, today="2026-04-10")
    [call] = [call for call in answer["tool_calls"] if call["name"] == "analyse_receivables"]
    assert call["arguments"]["ledger_file"] == "账龄.csv"
    assert call["result"]["overdue"]["amount"] == 100_000
    assert any("账龄.csv" in notice for notice in answer["notices"])
    assert me.documents() == [], "a ledger is not a document"
    later = me.asks(
        "再分析一下应收账款", conversation_id=answer["conversation_id"], attachments=files, today="2026-05-10"
    )
    [call] = [call for call in later["tool_calls"] if call["name"] == "analyse_receivables"]
    assert call["result"]["overdue"]["amount"] == 150_000
    called = other.call("POST", "/v1/tools/analyse_receivables", json={"ledger_file": "账龄.csv"})
    problem(called, 422, "invalid_arguments")
    assert me.call("DELETE", f"/v1/conversations/{answer['conversation_id']}").status_code == 204


def test_an_attached_document_joins_the_own_ones_and_is_asked_at_once(me: Person, other: Person) -> None:
    files = attached(("our-policy.md", POLICY_EN.encode()))
    answer = me.asks("Within how many days is an overdue receivable reported?", attachments=files)
    assert "21 days" in answer["text"] and "our-policy" in answer["text"]
    assert any("Added: our-policy.md" in notice for notice in answer["notices"])
    assert [document["title"] for document in me.documents()] == ["our-policy"]
    assert other.documents() == []


def test_a_file_without_a_question_is_acknowledged(me: Person) -> None:
    answer = me.asks("我发送了文件：保单.txt", attachments=attached(("保单.txt", POLICY_ZH.encode())))
    assert answer["outcome"] == "answered"
    assert "只有您能看到" in answer["text"]


def test_attachments_that_cannot_be_taken_are_named(me: Person) -> None:
    bad = {"message": "看看附件", "attachments": [{"name": "../a.csv", "content_base64": "!!"}]}
    details = problem(me.call("POST", "/v1/chat", json=bad), 422, "attachment_not_base64")
    assert details["name"] == "a.csv" and "base64" in details["detail"] and "重新" in details["detail"]
    many = {"message": "hi there", "attachments": attached(*[(f"{number}.txt", b"x") for number in range(21)])}
    problem(me.call("POST", "/v1/chat", json=many), 413, "too_many_files")
    scan = me.asks("这份文件说了什么？", attachments=attached(("scan.pdf", pdf(""))))
    assert any("scan.pdf" in notice for notice in scan["notices"])
    extra = {"message": "hi", "attachments": [{"name": "a.txt"}]}
    problem(me.call("POST", "/v1/chat", json=extra), 422, "invalid_request")


def test_a_text_that_would_take_long_to_index_is_refused(me: Person) -> None:
    report = me.add(("rows.csv", b"a,b\n" * 1_000_000), ("notes.txt", POLICY_EN.encode()))
    assert [file["state"] for file in report["files"]] == ["failed", "added"]
    assert "3 MB" in report["files"][0]["message"]["en"]
