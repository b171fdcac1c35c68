"""Reports on more than one machine: an executor of dask.distributed. Loaded only where a cluster is named."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from distributed import Client


@contextmanager
def connect_cluster(address: str) -> Iterator[Executor]:
    """Give an executor that runs each report on a worker of a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as tcp://10.0.0.5:8786.

    Notes
    -----
    Workers need this package in the same versions, and the engagements and reports under the same paths, on a file
    system whose locks hold between machines. No data move through the scheduler: a task is the name of an engagement
    and its limits, its answer a row of the summary. A task whose worker is lost is given to another one.
    """
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        executor: Executor = client.get_executor(pure=False)
        yield executor
