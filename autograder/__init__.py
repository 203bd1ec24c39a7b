"""The grader. In a lesson: `from autograder import check, working`."""

from typing import Any

__all__ = ["check", "working"]


def __getattr__(name: str) -> Any:
    """Import what a lesson uses when it is asked for: the command line needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'autograder' has no attribute {name!r}")
    from autograder import notebook

    return getattr(notebook, name)
