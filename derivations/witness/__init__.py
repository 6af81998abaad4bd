"""What a statement means: on random instances (mpmath) and at concrete sizes (SymPy)."""
