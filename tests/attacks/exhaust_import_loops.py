# attack: seven cells, each of which computes for ever when it is loaded.
# alone: hangs
total = sum(range(10**12))

# %%
total = sum(range(10**12))

# %%
total = sum(range(10**12))

# %%
total = sum(range(10**12))

# %%
total = sum(range(10**12))

# %%
total = sum(range(10**12))

# %%
total = sum(range(10**12))
