"""`make benchmark`: all of them, one after the other."""

from benchmarks import loaders, startup, training

for title, benchmark in (
    ("Start-up", startup), ("Loaders", loaders), ("Training", training),
):  # fmt: skip
    print(f"\n## {title}\n", flush=True)
    benchmark.main()
