"""What can be said: typed, inert expressions with their place in the source.

Nothing here evaluates, simplifies or reorders; nothing here imports SymPy.
"""
