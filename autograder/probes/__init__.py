"""What runs beside the learner's code: each probe takes the learner's object, and plain data.

It returns plain data too: tensors, arrays, numbers, text, lists and dicts of them. Nothing here
knows an answer, and nothing that it returns is believed: it is compared, elsewhere.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

Inputs = Mapping[str, Any]
Probe = Callable[[Any, Inputs], Any]


class UnusableError(Exception):
    """What the learner's code gave back cannot be looked into: the text says why."""


def arguments(*args: Any, **keywords: Any) -> dict[str, Any]:
    """Pack the arguments of one call as inputs."""
    return {"args": list(args), "keywords": keywords}


def call(function: Any, inputs: Inputs) -> Any:
    """Call it; return what it returns."""
    return function(*inputs["args"], **inputs["keywords"])


def arguments_after(function: Any, inputs: Inputs) -> Any:
    """Call it; return what its arguments look like afterwards."""
    call(function, inputs)
    return {"args": inputs["args"], "keywords": inputs["keywords"]}


def refusal(function: Any, inputs: Inputs) -> str:
    """Call it with what it should refuse; return what it raised: ValueError is asked for."""
    try:
        call(function, inputs)
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing"


def gradients(function: Any, inputs: Inputs) -> Any:
    """Return the gradient of every argument named in "of", for a given gradient of the output."""
    import torch

    wanted = [inputs["args"][i].requires_grad_() for i in inputs["of"]]
    out = call(function, inputs)
    if not isinstance(out, torch.Tensor):
        raise UnusableError(f"a tensor was expected, but a {type(out).__name__} came")
    if not out.requires_grad:
        raise UnusableError(
            "no gradient flows back to the arguments: something on the way left torch "
            "(numpy, .item(), .tolist(), torch.tensor, .detach())"
        )
    (out * inputs["upstream"]).sum().backward()
    return [torch.zeros_like(x) if x.grad is None else x.grad for x in wanted]


def plain_copy(inputs: Inputs) -> dict[str, Any]:
    """Copy inputs, so that nobody can change them for the next; a leading _ marks a secret."""
    return {
        name: copy.deepcopy(value) for name, value in inputs.items() if not name.startswith("_")
    }
