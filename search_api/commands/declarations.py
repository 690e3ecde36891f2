"""Commands for offers and needs: what a member declares for its institution, under its name, and takes back.

A declaration goes into the log of decisions, which is never rewritten, and is published at once. What a
directory of institutions declares is listed too, with its source.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.errors import NotFound
from search_api.commands.shared import (
    decision_options,
    json_option,
    print_json,
    publish,
    settings_of,
    user_name,
    view_of,
    workspace_option,
)

if TYPE_CHECKING:
    from graph.declarations import Declared
    from graph.model import DeclarationKind
    from graph.store import GraphView


@click.group()
def offers() -> None:
    """What institutions offer to their peers: declare it, list it, take it back."""


@click.group()
def needs() -> None:
    """What institutions look for among their peers: declare it, list it, take it back."""


def _commands(group: click.Group, kind: "DeclarationKind") -> None:
    """The commands of a group, which are the same for both kinds."""

    @group.command()
    @click.argument("actor")
    @click.argument("text")
    @click.option("--theme", "themes", multiple=True, help="A theme of it, by slug or id (th-tic).")
    @click.option("--by", help="Who declares it (default: the user of this machine).")
    @workspace_option
    @json_option
    def add(
        actor: str, text: str, themes: tuple[str, ...], by: str | None, workspace: Path | None, as_json: bool
    ) -> None:
        """Declare TEXT for ACTOR, a slug, a name or an acronym.

        Its themes are those that are named and those that its words and its meaning tell.
        """
        from graph.decisions import Need, Offer
        from graph.declarations import declaration_iri
        from search_api.catalogue.actor_names import find_actor

        if not text.strip():
            raise click.UsageError("say what it is; the text is empty")
        settings = settings_of(workspace)
        view = view_of(settings)
        iri = find_actor(view, actor, exactly=True)
        words, who, about = " ".join(text.split()), by or user_name(), _themes(view, themes)
        decision = (
            Offer(actor=iri, text=words, by=who, themes=about)
            if kind == "offer"
            else Need(actor=iri, text=words, by=who, themes=about)
        )
        node = declaration_iri(kind, iri, text)
        said = f"{view.label(iri)} declares {kind} {_slug(node)}"
        told = {"decision": decision.kind, kind: node, "actor": iri}
        publish([decision], settings=settings, as_json=as_json, told=told, said=said)

    @group.command("list")
    @click.option("--actor", help="Only of this institution: a slug, a name or an acronym.")
    @click.option("--theme", help="Only on this theme, by slug or id (th-tic).")
    @workspace_option
    @json_option
    def list_them(actor: str | None, theme: str | None, workspace: Path | None, as_json: bool) -> None:
        """List what is declared, by institution, with who said it and where."""
        from graph.declarations import declarations
        from search_api.catalogue.actor_names import find_actor
        from search_api.wording.tables import table

        view = view_of(settings_of(workspace))
        of = find_actor(view, actor) if actor else None
        about = _themes(view, (theme,))[0] if theme else None
        found = [
            one
            for one in declarations(view)
            if one.kind == kind and (of is None or one.actor == of) and (about is None or about in one.themes)
        ]
        if as_json:
            print_json([_told(view, one) for one in found])
        elif not found:
            click.echo(f"Nobody declares any {kind} here.")
        else:
            rows = [
                [
                    _slug(one.iri),
                    view.label(one.actor),
                    one.text,
                    ", ".join(view.label(theme) for theme in one.themes),
                    ", ".join((*one.by, *_documents(view, one))),
                ]
                for one in found
            ]
            click.echo(table([kind, "institution", "text", "themes", "said by"], rows))

    @group.command()
    @click.argument("name")
    @decision_options
    @workspace_option
    @json_option
    def withdraw(name: str, by: str | None, reason: str, workspace: Path | None, as_json: bool) -> None:
        """Take back what was declared: NAME is what `list` shows first."""
        from graph.decisions import Withdraw
        from graph.declarations import declarations

        settings = settings_of(workspace)
        view = view_of(settings)
        found = [one for one in declarations(view) if one.kind == kind and name in (one.iri, _slug(one.iri))]
        if not found:
            raise NotFound(f"there is no {kind} {name!r}; list them with: redpyme {group.name} list")
        one = found[0]
        if not one.decisions:
            documents = ", ".join(_documents(view, one))
            raise click.UsageError(
                f"{name} is told by {documents}, not by a member; change the file and read it again, or "
                f"reject its claim (redpyme claims list --about {kind}/{_slug(one.iri)})"
            )
        decision = Withdraw(declaration=one.iri, by=by or user_name(), reason=reason)
        said = f"{view.label(one.actor)} takes back {kind} {_slug(one.iri)}"
        told = {"decision": decision.kind, kind: one.iri, "actor": one.actor}
        publish([decision], settings=settings, as_json=as_json, told=told, said=said)


_commands(offers, "offer")
_commands(needs, "need")


def _themes(view: "GraphView", names: tuple[str, ...]) -> tuple[str, ...]:
    """The IRIs of themes by slug or id. Raises NotFound that names those there are."""
    rows = view.select("SELECT ?theme ?id { ?theme a rp:Theme ; skos:notation ?id }")
    known = {str(row["theme"]): str(row["id"]) for row in rows}
    found = []
    for name in names:
        iri = next((iri for iri, own in known.items() if name in (own, _slug(iri), iri)), None)
        if iri is None:
            main = ", ".join(sorted(own for own in known.values() if own.startswith("th-")))
            raise NotFound(f"there is no theme {name!r}; the main ones are {main}")
        found.append(iri)
    return tuple(found)


def _told(view: "GraphView", one: "Declared") -> dict[str, Any]:
    return {
        "id": one.iri,
        "name": _slug(one.iri),
        "actor": one.actor,
        "label": view.label(one.actor),
        "text": one.text,
        "themes": list(one.themes),
        "by": list(one.by),
        "at": one.at,
        "documents": _documents(view, one),
    }


def _documents(view: "GraphView", one: "Declared") -> list[str]:
    """The directories (slugs) that tell it."""
    from pyoxigraph import NamedNode

    query = "SELECT ?passage ?document { ?passage dcterms:isPartOf ?document }"
    found = {
        _slug(str(row["document"]))
        for passage in one.passages
        for row in view.select(query, passage=NamedNode(passage))
    }
    return sorted(found)


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]
