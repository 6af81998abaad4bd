"""The grammar: one class, floor upon floor, each in a module of its own."""

from .parser import Parser
from .vocabulary import ENVIRONMENTS, EQUIVALENCES, RELATIONS

__all__ = ["ENVIRONMENTS", "EQUIVALENCES", "RELATIONS", "Parser"]
