"""Golden vectors: exact inputs with their true outputs, and what each case is there to catch."""
