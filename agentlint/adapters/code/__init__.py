"""What the readers of source languages share: calls and their places, the conditions around them, the facts they make."""
