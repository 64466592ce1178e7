"""How much native code a build compiles, and with how many workers."""
