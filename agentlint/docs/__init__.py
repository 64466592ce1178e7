"""The documentation that a machine writes: rule pages, the list of rules, options and keys. One source, two readers."""
