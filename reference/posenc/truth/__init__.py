"""Definitions evaluated with rigorous error bounds and rounded once: the correctly rounded value."""
