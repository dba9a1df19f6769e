"""The tables of the buyer registry."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

metadata = MetaData()

companies = Table(
    "buyer",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entity_id", String(60), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("other_names", Text, nullable=False, comment="JSON list"),
    Column("country", String(2), nullable=False),
    Column("city", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent", String(60)),
    Column("founded", Integer),
    Column("sector", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("as_of", String(10), comment="ISO day"),
    Column("identifiers", Text, nullable=False, comment="JSON object, kind to number"),
    Column("figures", Text, nullable=False, comment="JSON object"),
    Column("reduced", Text, nullable=False, comment="reduced names, separated by a bar"),
)
identifiers = Table(
    "buyer_identifier",
    metadata,
    Column("value", String(60), primary_key=True),
    Column("buyer", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
state = Table(
    "buyer_state",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
imports = Table(
    "buyer_import",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the file"),
    Column("format", String(20), primary_key=True),
    Column("file", Text, nullable=False),
    Column("line", BigInteger, nullable=False, comment="last line that is stored"),
    Column("is_complete", Integer, nullable=False),
)
