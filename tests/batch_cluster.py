"""A cluster of Dask for tests: it says where, and its workers' numbers; it ends with its input."""

import json
import sys

from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=int(sys.argv[1]), processes=True, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        numbers = [nanny.pid for nanny in cluster.workers.values()]
        print(json.dumps([cluster.scheduler_address, *numbers]), flush=True)
        sys.stdin.read()
