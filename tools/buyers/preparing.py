"""Companies made ready for the registry: rows, numbers and search tokens; in this process or in a second one."""

import gc
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from json.encoder import encode_basestring
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, cast

from tools.buyers.importers import FileFormat, read
from tools.buyers.model import Company
from tools.buyers.names import CompanyName, parse_name
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
    is_last: bool


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
    return Prepared(row, tuple(dict.fromkeys(company.identifiers.values())), pack(index_tokens(names)))


def reduced_names(names: Sequence[CompanyName]) -> str:
    """What the names are reduced to, each once, separated by a bar."""
    return names[0].compact if len(names) == 1 else "|".join(dict.fromkeys(name.compact for name in names))


def batches(source: Source, pack: Pack) -> Generator[Batch, None, None]:
    """The rows of a file in batches; the last one may be empty."""
    companies: list[Prepared] = []
    bad: list[BadRow] = []
    line = source.after_line
    for row in read(source.path, source.format, source=source.source, as_of=source.as_of):
        if row.line <= source.after_line:
            continue
        line = row.line
        if row.company is None:
            bad.append(BadRow(line, row.problem))
        else:
            companies.append(prepared(row.company, pack))
        if len(companies) + len(bad) >= BATCH:
            yield Batch(line, companies, bad, is_last=False)
            companies, bad = [], []
    yield Batch(line, companies, bad, is_last=True)


def batches_beside(source: Source, pack: Pack) -> Generator[Batch, None, None]:
    """The same batches, prepared in a second process while this one stores them."""
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # a copy of a process with threads may hang
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_send, args=(sender, source, pack), daemon=True)
    worker.start()
    sender.close()
    try:
        while True:
            batch = _received(receiver)
            yield batch
            if batch.is_last:
                return
    finally:
        receiver.close()  # a worker that is still sending ends by this
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


def _received(receiver: Connection) -> Batch:
    try:
        batch = receiver.recv()
    except EOFError as error:
        raise RuntimeError("the process that read the file ended early; what it had read is stored") from error
    if isinstance(batch, _Refused):
        raise ToolInputError(*batch)
    return cast(Batch, batch)


def _send(sender: Connection, source: Source, pack: Pack) -> None:
    """The second process: batches, or what is wrong with the file as a whole."""
    try:
        with without_cycle_search():
            for batch in batches(source, pack):
                sender.send(batch)
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
