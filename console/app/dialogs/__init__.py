"""Modal dialogs: each asks one thing and answers with it, or with None."""
