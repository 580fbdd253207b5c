"""Messages to people: one outbox; in the page, by e-mail, by webhook; sent after the commit."""
