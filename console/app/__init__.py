"""The Textual application: the screens that an operator keeps open."""
