"""`tca policy`: read a policy schedule, check what was read, confirm it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from assistant.cli.common import OWNER, AsJson, clear_errors, fail, open_settings, print_json

if TYPE_CHECKING:
    from assistant.policies import PolicyStore
    from assistant.schedule.policy import Policy, PolicyTerm

policy = typer.Typer(help="Your policies: read a schedule, confirm what was read.", no_args_is_help=True)

Key = Annotated[list[str] | None, typer.Option("--reject", help="Leave out what was read for this key.")]
Edit = Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE, such as mep_days=60 or nql='EUR 5000'.")]


@policy.command()
def read(
    file: Path,
    name: Annotated[str, typer.Option(help="What the policy is called; the file's name else.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read a schedule; nothing uses it before `tca policy confirm`."""
    with clear_errors():
        from assistant.schedule import read_schedule
        from assistant.schedule.policy import proposed
        from knowledge.loaders import load_user_document

        document = load_user_document(file, owner=OWNER)
        found = _store().add(OWNER, proposed(document, read_schedule(document), by=OWNER, name=name))
        _show(found, found.terms, as_json=as_json)
        if not as_json:
            typer.echo(f"\nnot found: {', '.join(found.missing) or '–'}")
            typer.echo(f"to use it: tca policy confirm {found.id}")


@policy.command(name="list")
def list_policies(as_json: AsJson = False) -> None:
    """List your policies."""
    with clear_errors():
        found = _store().policies(OWNER)
        if as_json:
            print_json([item.model_dump(mode="json") for item in found])
            return
        for item in found:
            when = f" {item.confirmed_at:%Y-%m-%d %H:%M}" if item.confirmed_at else ""
            typer.echo(f"{item.id}  {item.name}  {item.status}{when}")


@policy.command()
def show(policy_id: str, as_json: AsJson = False) -> None:
    """Show one policy: what is used once confirmed, what was read before."""
    with clear_errors():
        found = _found(policy_id)
        _show(found, found.confirmed if found.status == "confirmed" else found.terms, as_json=as_json)


@policy.command()
def confirm(
    policy_id: str,
    edits: Edit = None,
    rejected: Key = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say yes to what was read, with corrections; `tca ask --policy ID` uses it then."""
    with clear_errors():
        from assistant.schedule.policy import OpenConflict

        found = _found(policy_id)
        terms = dict(_edit(text) for text in edits or [])
        if not yes:
            _show(found, found.terms, as_json=False, to_stderr=True)
            typer.confirm(f"confirm {found.name}?", abort=True, err=True)
        try:
            done = _store().confirm(OWNER, policy_id, terms=terms, rejected=rejected or [], by=OWNER)
        except OpenConflict as error:
            fail(f"{error}: choose with --set KEY=VALUE or leave it out with --reject KEY")
        _show(done, done.confirmed, as_json=as_json)


@policy.command()
def remove(policy_id: str) -> None:
    """Forget a policy; its document stays."""
    with clear_errors():
        _found(policy_id)
        _store().delete(OWNER, policy_id)
        typer.echo(f"removed {policy_id}")


def _store() -> "PolicyStore":
    from assistant.policies import PolicyStore

    return PolicyStore(open_settings().database)


def _found(policy_id: str) -> "Policy":
    from assistant.policies import PolicyNotFound

    try:
        return _store().policy(OWNER, policy_id)
    except PolicyNotFound:
        _none(policy_id)


def _none(policy_id: str) -> NoReturn:
    fail(f"there is no policy {policy_id!r} among yours; `tca policy list` lists them")


def _edit(text: str) -> tuple[str, Any]:
    """`mep_days=60`, `nql=EUR 5000`, `countries=["DE", "FR"]`."""
    key, equals, value = text.partition("=")
    if not equals:
        fail(f"--set takes KEY=VALUE, got {text!r}")
    try:
        return key.strip(), json.loads(value)
    except json.JSONDecodeError:
        return key.strip(), value.strip()


def _show(found: "Policy", terms: "list[PolicyTerm]", *, as_json: bool, to_stderr: bool = False) -> None:
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    typer.secho(f"{found.id}  {found.name}  {found.status}", bold=True, err=to_stderr)
    for term in terms:
        doubts = f"  [{', '.join(term.doubts)}]" if term.doubts else ""
        typer.echo(f"{term.key:28} {_value(term.value)}{doubts}", err=to_stderr)
        quote = " ".join(term.quote.split())
        typer.secho(f"{'':28} {quote or 'entered by hand'}", dim=True, err=to_stderr)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['currency']} {value['amount']:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
