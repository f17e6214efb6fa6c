"""The cases of each family, one module per family."""
