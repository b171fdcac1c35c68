"""What the classes of a fitted mixture are like, as a tidy table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from axlib.numbers.encoding import Attribute, Encoding
from axlib.numbers.mixture import Mixture
from axlib.numbers.skewness import Transform, invert_transform

Floats = NDArray[np.float64]

_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


def _own_mean(means: Floats, variances: Floats, transform: Transform) -> Floats:
    """Mean in the attribute's own unit of a number that is normal after its transform (by quadrature)."""
    values = means[:, None] + np.sqrt(variances)[:, None] * _NODES
    weighted: Floats = invert_transform(values, transform) @ _NODE_WEIGHTS / _NODE_WEIGHTS.sum()
    return weighted


def _number_rows(mixture: Mixture, attribute: Attribute, j: int) -> pd.DataFrame:
    assert attribute.transform is not None
    mean = _own_mean(mixture.means[:, j], mixture.variances[:, j], attribute.transform)
    middle = invert_transform(mixture.means[:, j], attribute.transform)
    overall_middle = invert_transform(np.array([mixture.weights @ mixture.means[:, j]]), attribute.transform)
    k = mixture.k
    return pd.DataFrame(
        {
            "class": np.tile(np.arange(k), 2),
            "attribute": attribute.name,
            "kind": attribute.kind,
            "level": np.repeat(np.array(["mean", "typical"], dtype=object), k),
            "value": np.concatenate([mean, middle]),
            "overall": np.repeat([float(mixture.weights @ mean), float(overall_middle[0])], k),
        }
    )


def class_profile(mixture: Mixture, encoding: Encoding) -> pd.DataFrame:
    """Describe each class by what its members are like.

    Parameters
    ----------
    mixture : Mixture
    encoding : Encoding
        ``EncodedAttributes.encoding`` of the members fitted.

    Returns
    -------
    DataFrame, one row per (class, attribute, level)
        ``class`` (0 is the largest), ``attribute``, ``kind``, ``level``, ``value``, ``overall``.
        For ordinal and categorical attributes ``value`` is the share of the class at the level. A number has
        two rows, in its own unit: level "mean" is the mean, "typical" the value at the centre of the
        transformed scale, which for skewed numbers lies below the mean.
        ``overall`` is the same for all classes together. All are the model's, so members who did not answer
        are accounted for; constant attributes are left out.
    """
    d, parts, place = len(encoding.numeric), [], 0
    parts = [_number_rows(mixture, a, j) for j, a in enumerate(encoding.numeric)]
    for attribute, n in zip(encoding.coded, encoding.level_counts, strict=True):
        shares = mixture.probabilities[:, place : place + n]
        parts.append(
            pd.DataFrame(
                {
                    "class": np.repeat(np.arange(mixture.k), n),
                    "attribute": attribute.name,
                    "kind": attribute.kind,
                    "level": np.array([*attribute.levels] * mixture.k, dtype=object),
                    "value": shares.ravel(),
                    "overall": np.tile(mixture.weights @ shares, mixture.k),
                }
            )
        )
        place += n
    assert d == len(mixture.means[0])
    order = {a.name: i for i, a in enumerate(encoding.attributes)}
    table = pd.concat(parts, ignore_index=True)
    ranked = table.assign(rank=table["attribute"].map(order))
    return ranked.sort_values(["class", "rank"], kind="stable", ignore_index=True).drop(columns="rank")
