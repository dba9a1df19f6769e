"""Client of the chat API: everything the web interface knows, it asks for here."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, ChatRequest, Language, Persona

TOKEN_HEADER = "X-Visitor-Token"
_STREAM_SILENCE_S = 60.0
_READING_FILES_S = 900.0
"""Longest wait while files are read and indexed: a tenth of a second a passage."""


class _Reply(BaseModel):
    """What the API may extend without breaking its clients."""

    model_config = ConfigDict(extra="ignore")


class Exchange(_Reply):
    """One question and its answer, as stored."""

    message: str
    answer: Answer


class StoredConversation(_Reply):
    """A whole conversation."""

    id: str
    persona: Persona
    turns: list[Exchange]


class Fact(_Reply):
    """One fact that a conversation works with."""

    name: str
    label: str
    value: Any
    shown: str
    kind: str
    source: str
    said: str


class Dossier(_Reply):
    """What the assistant is working with."""

    facts: list[Fact]
    parties: list[str]
    party: str | None


class Summary(_Reply):
    """One line of the list of conversations."""

    id: str
    title: str


class StoredDocument(_Reply):
    """A document's canonical text, into which citations point."""

    id: str
    language: Language
    title: str
    edition: str
    source: str
    text: str


class Passage(_Reply):
    """One search result; `start` and `end` mark the quote in the document's text."""

    document: str
    title: str
    clause: str
    heading: str
    edition: str
    language: Language
    kind: str
    score: float
    text: str
    quote: str
    start: int
    end: int


class ToolInfo(_Reply):
    """A tool and the JSON schema of its arguments."""

    name: str
    description: str
    needs_confirmation: bool
    parameters: dict[str, Any]


class OwnDocument(_Reply):
    """One of this visitor's own documents."""

    id: str
    title: str
    language: Language
    edition: str
    in_force_from: str | None
    in_force_to: str | None
    source: str
    passages: int


class OwnPolicyTerm(_Reply):
    """One term of a policy, with the words it was read from."""

    key: str
    parameter: str
    value: Any
    source: Literal["schedule", "user"]
    doubts: list[str]
    quote: str


class OwnPolicy(_Reply):
    """One of this visitor's policies."""

    id: str
    name: str
    status: Literal["proposed", "confirmed"]
    document_title: str
    language: Language
    terms: list[OwnPolicyTerm]
    confirmed: list[OwnPolicyTerm]
    missing: list[str]
    conflicting: list[str]
    confirmed_at: str | None


class FileReport(_Reply):
    """What became of one file."""

    file: str
    state: Literal["added", "replaced", "unchanged", "failed"]
    message: dict[str, str]
    """By language, like each of `remarks`."""
    remarks: list[dict[str, str]] = []

    @classmethod
    def refused(cls, file: str, detail: str) -> "FileReport":
        """A file whose request was refused, in the language that it was refused in."""
        told = f"{file}: {detail}"
        return cls(file=file, state="failed", message={"en": told, "zh": told})

    def said(self, language: Language) -> str:
        """What happened, in words; a failure says of which file."""
        told = self.message[language]
        return told if self.file in told else f"{self.file}: {told}"


class Upload(NamedTuple):
    """A file to be sent."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class StreamEvent:
    """One server-sent event."""

    kind: str
    data: dict[str, Any]


class ApiUnreachable(Exception):
    """Nobody answers at the API's address."""


class ApiProblem(Exception):
    """The API refused, and says why in the user's language.

    Attributes:
        status: HTTP status.
        code: Stable code of the problem.
        detail: One sentence for the user.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        super().__init__(f"{status} {code}: {detail}")


class ApiClient:
    """The chat API at one address, for one visitor.

    The API gives a new visitor a token; `token` holds it, to be kept by whoever keeps this client.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        api_key: str | None = None,
        language: Language = "en",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.token = token
        self.language = language
        self._api_key = api_key
        self._http = httpx.Client(base_url=base_url, timeout=30, trust_env=False, transport=transport)

    def ask(self, request: ChatRequest) -> Iterator[StreamEvent]:
        """The events of one answer as they come; the last is `answer.end` or `error`."""
        body = request.model_copy(update={"stream": True}).model_dump(mode="json", exclude_unset=False)
        timeout = httpx.Timeout(30, read=_READING_FILES_S if request.attachments else _STREAM_SILENCE_S)
        try:
            with self._http.stream("POST", "/v1/chat", json=body, headers=self._headers(), timeout=timeout) as response:
                if response.is_error:
                    response.read()
                self._checked(response)
                yield from events(response.iter_lines())
        except httpx.TransportError as error:
            raise ApiUnreachable(str(error)) from error

    def answer(self, request: ChatRequest) -> Answer:
        """The whole answer at once."""
        return Answer.model_validate(self._json("POST", "/v1/chat", request.model_dump(mode="json")))

    def conversations(self, limit: int = 50) -> list[Summary]:
        """This visitor's conversations, last used first."""
        found = self._json("GET", "/v1/conversations", params={"limit": limit})["conversations"]
        return [Summary.model_validate(item) for item in found]

    def conversation(self, conversation_id: str) -> StoredConversation:
        """One conversation, whole."""
        return StoredConversation.model_validate(self._json("GET", f"/v1/conversations/{conversation_id}"))

    def dossier(self, conversation_id: str) -> Dossier:
        """What the assistant is working with in a conversation."""
        params = {"language": self.language}
        return Dossier.model_validate(self._json("GET", f"/v1/conversations/{conversation_id}/dossier", params=params))

    def change_dossier(self, conversation_id: str, *, set: Mapping[str, Any], remove: list[str]) -> None:
        """Correct facts of a conversation, or take them out."""
        self._send("PATCH", f"/v1/conversations/{conversation_id}/dossier", {"set": dict(set), "remove": remove})

    def delete(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._send("DELETE", f"/v1/conversations/{conversation_id}")

    def give_feedback(self, answer_id: str, rating: Literal["up", "down"], comment: str = "") -> None:
        """Keep a thumb up or down for an answer."""
        self._send("POST", "/v1/feedback", {"answer_id": answer_id, "rating": rating, "comment": comment})

    def document(self, document_id: str, language: Language) -> StoredDocument:
        """The document that a citation points into."""
        found = self._json("GET", f"/v1/documents/{quote(document_id, safe='')}", params={"language": language})
        return StoredDocument.model_validate(found)

    def own_documents(self) -> list[OwnDocument]:
        """This visitor's own documents, by title."""
        return [OwnDocument.model_validate(item) for item in self._json("GET", "/v1/documents")["documents"]]

    def add_document(self, file: Upload, fields: Mapping[str, str]) -> list[FileReport]:
        """Add one file to the own documents; `fields` are those of the API's form."""
        timeout = httpx.Timeout(30, read=_READING_FILES_S)
        files = {"files": (file.name, file.content)}
        response = self._send("POST", "/v1/documents", data=dict(fields), files=files, timeout=timeout)
        return [FileReport.model_validate(item) for item in response.json()["files"]]

    def remove_document(self, document_id: str) -> None:
        """Remove one of the own documents."""
        self._send("DELETE", f"/v1/documents/{quote(document_id, safe='')}")

    def policies(self) -> list[OwnPolicy]:
        """This visitor's policies, last changed first."""
        return [OwnPolicy.model_validate(item) for item in self._json("GET", "/v1/policies")["policies"]]

    def read_policy(self, file: Upload, name: str = "") -> OwnPolicy:
        """What a schedule states, as a proposal to be confirmed."""
        timeout = httpx.Timeout(30, read=_READING_FILES_S)
        files = {"file": (file.name, file.content)}
        response = self._send("POST", "/v1/policies", data={"name": name}, files=files, timeout=timeout)
        return OwnPolicy.model_validate(response.json())

    def confirm_policy(self, policy_id: str, *, terms: Mapping[str, Any], rejected: list[str]) -> OwnPolicy:
        """Say yes to what was read, with corrections."""
        body = {"terms": dict(terms), "rejected": rejected}
        return OwnPolicy.model_validate(self._json("POST", f"/v1/policies/{policy_id}/confirm", body))

    def delete_policy(self, policy_id: str) -> None:
        """Forget a policy."""
        self._send("DELETE", f"/v1/policies/{policy_id}")

    def search(self, query: str, language: Language | None = None, limit: int = 8) -> list[Passage]:
        """Passages of the documents, best first."""
        found = self._json("POST", "/v1/search", {"query": query, "language": language, "top_k": limit})
        return [Passage.model_validate(item) for item in found["passages"]]

    def tools(self) -> list[ToolInfo]:
        """Every tool of the installation."""
        return [ToolInfo.model_validate(item) for item in self._json("GET", "/v1/tools")["tools"]]

    def call_tool(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The result of one tool."""
        result: dict[str, Any] = self._json("POST", f"/v1/tools/{name}", dict(arguments))
        return result

    def _json(
        self, method: str, path: str, body: dict[str, Any] | None = None, params: dict[str, Any] | None = None
    ) -> Any:
        return self._send(method, path, body, params=params).json()

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, **given: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, json=body, headers=self._headers(), **given)
        except httpx.TransportError as error:
            raise ApiUnreachable(str(error)) from error
        if response.status_code == 401 and self.token is not None and _problem(response).code == "bad_visitor_token":
            self.token = None  # signed by an installation that is gone: start as a new visitor
            return self._send(method, path, body, **given)
        return self._checked(response)

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {"Accept-Language": self.language}
        if self.token:
            headers[TOKEN_HEADER] = self.token
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        return headers

    def _checked(self, response: httpx.Response) -> httpx.Response:
        self.token = response.headers.get(TOKEN_HEADER, self.token)
        # The token travels as a header; a cookie jar would only hold a second copy of it.
        self._http.cookies.clear()
        if response.is_error:
            raise _problem(response)
        return response


def events(lines: Iterable[str]) -> Iterator[StreamEvent]:
    """Server-sent events from the lines of a response; comments and unknown fields are passed over."""
    kind, data = "message", ""
    for line in lines:
        if not line:
            if data:
                yield StreamEvent(kind=kind, data=json.loads(data))
            kind, data = "message", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            kind = value
        elif field == "data":
            data = f"{data}\n{value}" if data else value


def _problem(response: httpx.Response) -> ApiProblem:
    try:
        details = response.json()
    except ValueError:  # not from our API: a proxy in between
        details = {}
    if not isinstance(details, dict):
        details = {}
    code, detail = str(details.get("code", "")), str(details.get("detail", ""))
    return ApiProblem(response.status_code, code, detail or f"HTTP {response.status_code}")
