"""One module a command: `add_arguments` says what it takes, `run` returns the exit code.

They import what is heavy inside `run`, for `--help` imports all of them.
"""
