"""`python -m assistant.cli`: the same as `tca`."""

from assistant.cli.commands import main

if __name__ == "__main__":
    main()
