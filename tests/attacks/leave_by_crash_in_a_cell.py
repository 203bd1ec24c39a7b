# attack: crashes in a cell of its own, beside an exercise that is right
# alone: dies
# deserves: 5
import faulthandler


# %%
def relu(x):
    return x.clamp(min=0)


# %%
faulthandler._sigsegv()
