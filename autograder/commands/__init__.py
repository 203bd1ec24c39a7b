"""The commands of `autograder`, one module each; what is heavy is imported inside functions."""
