"""Are the classes right? Known synthetic classes beside the oracle, and labelled public data beside the peers.

Run in an environment with the ``bench`` extra::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_accuracy.py

Figures are adjusted Rand indices. Synthetic: 2,000 members of 5 classes, mean over draws; the form of the
covariance is chosen by BIC. Labelled: the number of groups is given to all.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from kmodes.kmodes import KModes
from kmodes.kprototypes import KPrototypes
from members_of_known_classes import make_members
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from stepmix.stepmix import StepMix

from axlib.numbers.choosing_classes import choose_mixture
from axlib.numbers.encoding import encode_attributes
from axlib.numbers.mixture import posterior
from axlib.numbers.stability import bootstrap_jaccard

LABELLED = Path(__file__).parents[2].parent / "shared" / "data" / "uci_mixed_labelled"
N_DRAWS = 2
SETTINGS = [
    {},
    {"missing": 0.3},
    {"skewed": True},
    {"skewed": True, "missing": 0.3},
    {"correlation": 0.25},
    {"correlation": 0.25, "missing": 0.3},
    {"correlation": 0.5},
    {"correlation": 0.5, "missing": 0.3},
]


def seeded(words):
    return np.random.default_rng(sum(map(ord, words)))


def classes_by_axlib(encoded, k):
    mixture, _ = choose_mixture(encoded, ks=[k], n_starts=20, min_class_size=0, rng=seeded("accuracy"))
    return mixture, posterior(mixture, encoded).argmax(axis=1)


def encoded_table(encoded):
    rows = encoded.row_of_member
    return (
        np.where(encoded.observed, encoded.numbers, np.nan)[:, rows].T,
        np.where(encoded.codes >= 0, encoded.codes, np.nan)[:, rows].T,
    )


def classes_by_peers(encoded, k):
    """Each peer gets our transformed, standardised numbers; those that take no missing answers get them filled."""
    numbers, answers = encoded_table(encoded)
    filled, coded = np.nan_to_num(numbers), np.nan_to_num(answers, nan=-1.0).astype(int)
    dummies = pd.get_dummies(pd.DataFrame(coded.astype(str))).to_numpy(dtype=float)
    one_hot = np.concatenate([filled, dummies], axis=1)
    parts = PCA(n_components=min(5, one_hot.shape[1]), random_state=1).fit_transform(one_hot)
    measurement = {}
    if numbers.shape[1]:
        measurement["numbers"] = {"model": "gaussian_diag_nan", "n_columns": numbers.shape[1]}
    measurement["answers"] = {"model": "categorical_nan", "n_columns": answers.shape[1]}
    stepmix = StepMix(
        k, n_init=3, measurement=measurement, abs_tol=1e-6, rel_tol=0.0, random_state=1, progress_bar=0, verbose=0
    )
    both = np.concatenate([numbers, answers], axis=1)
    yield "stepmix", stepmix.fit(both).predict(both)
    if numbers.shape[1]:
        mixed = np.concatenate([filled.astype(object), coded.astype(str).astype(object)], axis=1)
        places = list(range(numbers.shape[1], mixed.shape[1]))
        yield "KPrototypes", KPrototypes(k, n_init=1, random_state=1).fit_predict(mixed, categorical=places)
    else:
        yield "KModes", KModes(k, n_init=5, random_state=1).fit_predict(coded)
    yield "one-hot KMeans", KMeans(k, n_init=10, random_state=1).fit_predict(one_hot)
    yield "PCA + KMeans", KMeans(k, n_init=10, random_state=1).fit_predict(parts)


def show_synthetic():
    print(f"{'setting':<44}{'oracle':>8}{'axlib':>8}{'form':>12}{'stepmix':>9}{'KMeans':>8}")
    for setting in SETTINGS:
        scores, forms = [], []
        for draw in range(N_DRAWS):
            members = make_members(2_000, rng=seeded(f"accuracy {draw}"), **setting)
            encoded = encode_attributes(members.table, kinds=members.kinds)
            mixture, found = classes_by_axlib(encoded, 5)
            forms.append(mixture.covariance)
            # Peers get the same transforms here; raw log-normal numbers would cost them more.
            peers = dict(classes_by_peers(encoded, 5))
            scores.append(
                [
                    adjusted_rand_score(members.classes, guess)
                    for guess in (
                        members.oracle, found, peers["stepmix"], peers["one-hot KMeans"]
                    )
                ]
            )  # fmt: skip
        oracle, ours, stepmix, kmeans = np.mean(scores, axis=0)
        form = "/".join(sorted(set(forms)))
        print(f"{setting!s:<44}{oracle:>8.3f}{ours:>8.3f}{form:>12}{stepmix:>9.3f}{kmeans:>8.3f}", flush=True)


def show_labelled():
    print("\nlabelled data, number of groups given")
    for path in sorted(LABELLED.glob("*.csv")):
        table = pd.read_csv(path)
        labels = table["LABEL"]
        table = table.drop(columns=["LABEL", "animal"], errors="ignore")
        many = table.nunique() > 6
        kinds = {
            name: "numeric" if pd.api.types.is_float_dtype(table[name]) and many[name] else "categorical"
            for name in table
        }
        encoded = encode_attributes(table, kinds=kinds)
        k = labels.nunique()
        mixture, found = classes_by_axlib(encoded, k)
        stable = bootstrap_jaccard(encoded, mixture, n_resamples=20, rng=seeded("accuracy"))["jaccard"]
        scores = {f"axlib ({mixture.covariance})": adjusted_rand_score(labels, found)}
        for name, guess in classes_by_peers(encoded, k):
            scores[name] = adjusted_rand_score(labels, guess)
        shown = ", ".join(f"{name} {score:.3f}" for name, score in scores.items())
        print(f"{path.stem} ({k} groups): {shown}; Jaccard {stable.min():.2f}-{stable.max():.2f}", flush=True)


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        show_synthetic()
        show_labelled()
