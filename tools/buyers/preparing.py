"""Companies made ready for the registry: rows, numbers and search tokens; in this process or in others."""

import gc
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import cycle, islice
from json.encoder import encode_basestring
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, cast

from tools.buyers.identifiers import compact
from tools.buyers.importers import Share, read
from tools.buyers.layouts import FileFormat
from tools.buyers.model import Company, CompanyName
from tools.buyers.names import parse_name
from tools.buyers.tokens import index_tokens
from tools.errors import ToolInputError
from tools.results import jsonable

BATCH = 20_000
_EMPTY = "{}"

Pack = Callable[[set[str]], str]
"""Tokens in the form in which a database takes them."""


class Prepared(NamedTuple):
    """A company ready to be stored."""

    row: tuple[Any, ...]
    """The values of the table's columns but the id."""
    numbers: tuple[str, ...]
    tokens: str


class BadRow(NamedTuple):
    """A row that was left out."""

    line: int
    problem: str


class Batch(NamedTuple):
    """Some rows of a file."""

    line: int
    """Line of the last row."""
    companies: list[Prepared]
    bad: list[BadRow]


class Source(NamedTuple):
    """A file of companies and what is known about all of them."""

    path: Path
    format: FileFormat
    source: str
    as_of: date | None
    after_line: int
    """Rows up to here are passed over."""


def prepared(company: Company, pack: Pack) -> Prepared:
    """The company as the registry stores it."""
    names = [parse_name(name) for name in (company.name, *company.other_names)]
    row = (
        company.entity_id,
        company.name,
        _json(list(company.other_names)) if company.other_names else "[]",
        company.country,
        company.city,
        company.status,
        company.kind,
        company.parent,
        company.founded,
        company.sector,
        company.source,
        company.as_of.isoformat() if company.as_of else None,
        _json_of_texts(company.identifiers) if company.identifiers else _EMPTY,
        _json(jsonable(company.figures)) if company.figures else _EMPTY,
        reduced_names(names),
    )
    return Prepared(row, tuple({*map(compact, company.identifiers.values())} - {""}), pack(index_tokens(names)))


def reduced_names(names: Sequence[CompanyName]) -> str:
    """What the names are reduced to, each once, separated by a bar."""
    return names[0].compact if len(names) == 1 else "|".join(dict.fromkeys(name.compact for name in names))


def batches(source: Source, pack: Pack, *, first: int = 0, of: int = 1) -> Generator[Batch, None, None]:
    """The rows of a file in batches: all of them, or every `of`-th from the `first` on."""
    share = Share(first, of, BATCH, source.after_line)
    rows = read(source.path, source.format, source=source.source, as_of=source.as_of, share=share)
    while block := list(islice(rows, BATCH)):
        yield Batch(
            block[-1].line,
            [prepared(row.company, pack) for row in block if row.company is not None],
            [BadRow(row.line, row.problem) for row in block if row.company is None],
        )


def batches_beside(source: Source, pack: Pack, processes: int) -> Generator[Batch, None, None]:
    """The same batches, prepared in turn by other processes while this one stores them."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # a copy of a process with threads may hang
    pipes = [context.Pipe(duplex=False) for _ in range(processes)]
    workers = [
        context.Process(target=_send, args=(sender, source, pack, first, processes), daemon=True)
        for first, (_, sender) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    for _, sender in pipes:
        sender.close()
    try:
        for receiver, _ in cycle(pipes):
            batch = _received(receiver)
            if batch is None:  # the file ends before this one's turn
                return
            yield batch
    finally:
        for receiver, _ in pipes:
            receiver.close()  # a worker that is still sending ends by this
        for worker in workers:
            worker.join()


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """Rows hold no cycles; looking for some in every batch takes a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _received(receiver: Connection) -> Batch | None:
    try:
        batch = receiver.recv()
    except EOFError as error:
        raise RuntimeError("a process that read the file ended early; what came before is stored") from error
    if isinstance(batch, _Refused):
        raise ToolInputError(*batch)
    return cast(Batch | None, batch)


def _send(sender: Connection, source: Source, pack: Pack, first: int, of: int) -> None:
    """Another process: its batches and None, or what is wrong with the file as a whole."""
    try:
        with without_cycle_search():
            for batch in batches(source, pack, first=first, of=of):
                sender.send(batch)
        sender.send(None)
    except BrokenPipeError:
        return  # nobody wants the rest
    except ToolInputError as error:
        sender.send(_Refused(error.field, error.value, error.remedy))
    finally:
        sender.close()


class _Refused(NamedTuple):
    """A `ToolInputError` on its way between processes."""

    field: str
    value: object
    remedy: str


def _json_of_texts(texts: Mapping[str, str]) -> str:
    """A JSON object of texts; the general encoder takes three times as long."""
    return (
        "{" + ", ".join([f"{encode_basestring(key)}: {encode_basestring(text)}" for key, text in texts.items()]) + "}"
    )


_json = json.JSONEncoder(ensure_ascii=False).encode
