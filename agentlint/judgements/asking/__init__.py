"""Which commands, scripts and programs wait for a person, and what spares the question."""
