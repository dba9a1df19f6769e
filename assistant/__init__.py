"""The conversation: embedded engine, agent loop, ledger, store, chat API and CLI."""
