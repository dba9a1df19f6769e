"""All commands of `tca`, in the order in which the help lists them."""

import typer

from assistant.cli import buyers, documents, policies, programs, talking

app = typer.Typer(
    help="Trade credit insurance assistant, in Chinese and English.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(talking.ask)
app.command()(talking.chat)
app.command()(talking.explain)
app.command()(documents.ingest)
app.add_typer(documents.own, name="documents")
app.add_typer(policies.policy, name="policy")
app.add_typer(buyers.buyers, name="buyers")
app.command()(documents.search)
app.command()(programs.tool)
app.command()(programs.serve)
app.command()(programs.mcp)
app.command(name="eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(programs.evaluate)
app.command()(programs.version)


def main() -> None:
    """Entry point of `tca`."""
    app()
