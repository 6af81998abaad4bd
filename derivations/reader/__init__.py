"""LaTeX to statements: tokens with offsets, declarations, grammar, document."""
