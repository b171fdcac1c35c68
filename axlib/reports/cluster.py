"""Reports on more than one machine: an executor of dask.distributed. Loaded only where a cluster is named."""

from __future__ import annotations

from concurrent.futures import Executor

from distributed import Client


def connect_cluster(address: str) -> Executor:
    """Return an executor that runs each report on a worker of a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as tcp://10.0.0.5:8786.

    Notes
    -----
    Workers need this environment in the same versions, and the engagements and reports under the same paths. No
    data move through the scheduler: a task is the name of an engagement, its answer a row of the summary.
    """
    executor: Executor = Client(address, set_as_default=False).get_executor()  # type: ignore[no-untyped-call]
    return executor
