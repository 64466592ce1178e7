"""What rules ask in common: judgements drawn from the facts, a folder for each question."""
