"""How a command comes to run: for whom, how often, through which calls, in which environment."""
