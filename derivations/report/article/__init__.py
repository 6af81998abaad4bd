"""Articles: a document's equations, verdicts and proofs, typeset for people to read."""
