"""List the recipes: networks and how to train them."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes: nothing."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Print a line for each recipe."""
    from mnist_course.model import count_parameters
    from mnist_course.recipes import RECIPES

    width = max(map(len, RECIPES))
    for recipe in RECIPES.values():
        size = count_parameters(recipe.network())
        cost = f"{size:>9,} parameters, {recipe.epochs:>2} epochs"
        print(f"{recipe.name:{width}}  {cost}  {recipe.about}")
    return 0
