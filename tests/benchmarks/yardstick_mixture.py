"""The mixture beside its peers in one run: CPU seconds, accuracy, cost per row and iteration.

Run in an environment with the ``bench`` extra::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_mixture.py 10000 100000

All are given the true number of classes, one thread, and where they take it a tolerance of 1e-6 nats per
member and iteration. Ratios matter; seconds are this machine's.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd
from kmodes.kprototypes import KPrototypes
from members_of_known_classes import make_members
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from stepmix.stepmix import StepMix

from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import fit_mixture, posterior

TOLERANCE = 1e-6
SLOW = {"stepmix": 100_000, "KPrototypes": 100_000}
"""The most members each slow peer is asked to take."""


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def run_axlib(members, *, n_starts):
    encoded = encode_attributes(members.table, kinds=members.kinds)
    mixture = fit_mixture(
        encoded, k=5, n_starts=n_starts, tolerance=TOLERANCE, prior_members=0.0, rng=seeded("yardstick")
    )
    found = posterior(mixture, encoded).argmax(axis=1)
    return found, mixture.log_likelihood - encoded.log_slope, mixture.iterations


def run_stepmix(members, *, n_starts):
    # The same standardised numbers, so that log-likelihoods can be compared.
    encoded = encode_attributes(members.table, kinds=members.kinds)
    rows = encoded.row_of_member
    numbers = np.where(encoded.observed, encoded.numbers, np.nan)[:, rows].T
    answers = np.where(encoded.codes >= 0, encoded.codes, np.nan)[:, rows].T
    model = StepMix(
        n_components=5,
        n_init=n_starts,
        abs_tol=TOLERANCE,
        rel_tol=0.0,
        max_iter=1000,
        measurement={
            "numbers": {"model": "gaussian_diag_nan", "n_columns": numbers.shape[1]},
            "answers": {"model": "categorical_nan", "n_columns": answers.shape[1]},
        },
        random_state=1,
        progress_bar=0,
        verbose=0,
    )
    both = np.concatenate([numbers, answers], axis=1)
    model.fit(both)
    return model.predict(both), model.score(both) * len(both), model.n_iter_


def filled(members):
    numeric = [name for name, kind in members.kinds.items() if kind == "numeric"]
    numbers = members.table[numeric]
    numbers = ((numbers - numbers.mean()) / numbers.std()).fillna(0.0).to_numpy()
    return numbers, members.table.drop(columns=numeric).fillna(-1).astype(int)


def run_kprototypes(members, *, n_starts):
    numbers, answers = filled(members)
    both = np.concatenate([numbers.astype(object), answers.astype(str).to_numpy(dtype=object)], axis=1)
    model = KPrototypes(n_clusters=5, n_init=n_starts, random_state=1)
    return model.fit_predict(both, categorical=list(range(6, both.shape[1]))), np.nan, model.n_iter_


def one_hot(members):
    numbers, answers = filled(members)
    return np.concatenate([numbers, pd.get_dummies(answers.astype(str)).to_numpy(dtype=float)], axis=1)


def run_kmeans(members, *, n_starts):
    model = KMeans(n_clusters=5, n_init=n_starts, random_state=1)
    return model.fit_predict(one_hot(members)), np.nan, model.n_iter_


def run_pca_kmeans(members, *, n_starts):
    parts = PCA(n_components=5, random_state=1).fit_transform(one_hot(members))
    model = KMeans(n_clusters=5, n_init=n_starts, random_state=1)
    return model.fit_predict(parts), np.nan, model.n_iter_


RUNS = [
    ("axlib", run_axlib, 10),
    ("axlib", run_axlib, 1),
    ("stepmix", run_stepmix, 1),
    ("KPrototypes", run_kprototypes, 1),
    ("one-hot KMeans", run_kmeans, 10),
    ("PCA + KMeans", run_pca_kmeans, 10),
]


def main(sizes):
    print("one BLAS thread; 5 classes, 14 attributes, 10 % missing; k given; CPU seconds from table to classes")
    print(f"{'n':>10} {'method':<15} {'starts':>6} {'CPU s':>8} {'ARI':>6} {'log-lik/n':>10} {'iterations':>10}")
    for n in sizes:
        members = make_members(n, rng=seeded("yardstick members"))
        oracle = adjusted_rand_score(members.classes, members.oracle)
        print(f"{n:>10} {'oracle':<15} {'':>6} {'':>8} {oracle:>6.3f}")
        for name, run, n_starts in RUNS:
            if n > SLOW.get(name, n):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                before = time.process_time()
                found, log_likelihood, iterations = run(members, n_starts=n_starts)
                spent = time.process_time() - before
            score = adjusted_rand_score(members.classes, found)
            print(
                f"{n:>10} {name:<15} {n_starts:>6} {spent:>8.2f} {score:>6.3f} {log_likelihood / n:>10.5f} "
                f"{iterations:>10}",
                flush=True,
            )
    print(f"largest resident set: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [2_000, 10_000])
