"""`tca`: the assistant on the command line. Slow libraries are imported inside the commands that need them."""

from assistant.cli.commands import app, main

__all__ = ["app", "main"]
