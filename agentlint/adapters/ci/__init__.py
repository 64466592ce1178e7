"""CI systems into one model: one adapter for each system, what they share beside them."""
