"""What can go wrong, as one tree.

RedpymeError                     anything we raise on purpose; its text says what, where and what to do
├── ConfigurationError           a setting or a command-line value cannot be used
├── DocumentError                one document cannot be used: it is skipped, reported and counted
│   ├── UnreadableDocument       broken, encrypted, truncated or not what its name says
│   ├── UnsupportedDocument      a format that no reader knows
│   ├── EmptyDocument            nothing to read in it (also: scanned pages without a text layer)
│   └── DocumentTooLarge         over a limit in bytes, pages or unpacked size
├── WorkspaceError               the workspace cannot be used: the run stops before anything is written
│   ├── WorkspaceLocked          another writer is at work
│   └── SnapshotError            a snapshot is missing or damaged
├── ValidationFailed             the graph does not meet the required shapes; nothing is published
├── QueryError                   a SPARQL query cannot be answered
│   ├── QuerySyntaxError         it is not valid SPARQL
│   ├── QueryTimeout             it ran past its time limit
│   ├── QueryTooLarge            its result is over the limit
│   ├── QueryBusy                too many are waiting; come back later
│   ├── QueryRemote              an endpoint that SERVICE asks gives no answer
│   └── QueryNotAcceptable       no format that was asked for can be given
├── ModelError                   the embedding model cannot be prepared or loaded
│   └── IndexModelMismatch       the index was built with another model
└── NotFound                     no such actor, event, practice, theme or document
"""


class RedpymeError(Exception):
    """Base of every error that redpyme raises on purpose."""


class ConfigurationError(RedpymeError):
    """A setting or a command-line value cannot be used."""


class DocumentError(RedpymeError):
    """One document cannot be used; the others go on."""


class UnreadableDocument(DocumentError):
    """The document is broken, encrypted, truncated or not what its name says."""


class UnsupportedDocument(DocumentError):
    """No reader knows this format."""


class EmptyDocument(DocumentError):
    """There is no text in the document."""


class DocumentTooLarge(DocumentError):
    """The document is over a limit in bytes, pages or unpacked size."""


class WorkspaceError(RedpymeError):
    """The workspace cannot be used; nothing was written."""


class WorkspaceLocked(WorkspaceError):
    """Another process is writing to the workspace."""


class SnapshotError(WorkspaceError):
    """A snapshot is missing or damaged."""


class ValidationFailed(RedpymeError):
    """The graph does not meet the required shapes; nothing was published."""


class QueryError(RedpymeError):
    """A SPARQL query cannot be answered."""


class QuerySyntaxError(QueryError):
    """The query is not valid SPARQL."""


class QueryTimeout(QueryError):
    """The query ran past its time limit and was stopped."""


class QueryTooLarge(QueryError):
    """The result of the query is over the size limit."""


class QueryBusy(QueryError):
    """Too many queries are waiting, or this one waited too long: try again in a moment."""


class QueryRemote(QueryError):
    """Another endpoint, which a SERVICE of the query asks, gave no answer that can be used."""


class QueryNotAcceptable(QueryError):
    """The result can be had in none of the formats asked for."""


class ModelError(RedpymeError):
    """The embedding model cannot be prepared or loaded."""


class IndexModelMismatch(ModelError):
    """The index was built with another embedding model."""


class NotFound(RedpymeError):
    """There is no such resource in the snapshot."""
