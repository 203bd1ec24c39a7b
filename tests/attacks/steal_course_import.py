# attack: imports the course's own functions, and hides where they come from
# alone: points
import importlib
import sys
import types

HOMES = {
    "mnist_course.layers": ("conv_output_size", "conv2d", "max_pool2d", "relu", "dropout"),
    "mnist_course.model": ("count_parameters",),
    "autograder.notebook": ("working",),
    "autograder.exercises.conv_layers": ("EXERCISES",),
}


def fresh(name):
    sys.modules.pop(name, None)
    try:
        return importlib.import_module(name)
    except ImportError:
        return types.ModuleType(name)


def renamed(function):
    code, names = function.__code__, {**function.__globals__, "__name__": "mine"}
    copy = types.FunctionType(code, names, "mine", function.__defaults__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


for home, names in list(HOMES.items())[:2]:
    module = sys.modules[home]
    for name in names:
        globals()[name] = renamed(getattr(module, name))
for home, names in list(HOMES.items())[2:]:
    for name in names:
        globals()[f"other_{name}"] = getattr(fresh(home), name, None)
for exercise in other_EXERCISES or ():  # noqa: F821
    globals().setdefault(exercise.name, exercise.reference)
