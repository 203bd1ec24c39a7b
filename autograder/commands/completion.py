"""Print what makes your shell complete commands, lessons and exercises.

For bash and zsh: eval "$(autograder completion bash)".
For fish: autograder completion fish | source
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say for which shell."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish", "powershell"))


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["autograder"], shell=args.shell))
    return 0
