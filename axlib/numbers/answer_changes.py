"""What one answer does to the classes of members: rows with an answer blanked or set, and their posteriors.

Everything is done on distinct rows, through the same E-step that fitted the mixture, so it holds for correlated
numbers and missing answers as well.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from axlib.numbers.encoding import Attribute, EncodedAttributes
from axlib.numbers.expectation_maximisation import iterate_posteriors
from axlib.numbers.features import build_features
from axlib.numbers.mixture import Mixture
from axlib.numbers.skewness import apply_transform

Floats = NDArray[np.float64]


def row_posteriors(mixture: Mixture, encoded: EncodedAttributes) -> tuple[Floats, Floats]:
    """Probability of each class for each distinct row, and the log density of the row.

    Returns
    -------
    posteriors : ndarray, shape (n_distinct, k)
    log_densities : ndarray, shape (n_distinct,)
        Of the encoded values: numbers transformed and standardised.
    """
    blocks = build_features(encoded, covariance=mixture.covariance)
    posteriors = np.empty((encoded.n_distinct, mixture.k))
    log_densities = np.empty(encoded.n_distinct)
    for rows, shares, densities in iterate_posteriors(blocks, mixture.parameters):
        posteriors[rows] = shares.T
        log_densities[rows] = densities
    return posteriors, log_densities


def varying_attributes(encoded: EncodedAttributes) -> tuple[Attribute, ...]:
    """The attributes the mixture knows, in the table's order; constant ones are left out."""
    return tuple(attribute for attribute in encoded.encoding.attributes if not attribute.constant)


def _place(encoded: EncodedAttributes, attribute: Attribute) -> int:
    same_kind = encoded.encoding.numeric if attribute.kind == "numeric" else encoded.encoding.coded
    return [other.name for other in same_kind].index(attribute.name)


def known_answers(encoded: EncodedAttributes, attribute: Attribute) -> NDArray[np.bool_]:
    """Whether each distinct row holds an answer to this attribute."""
    place = _place(encoded, attribute)
    return encoded.observed[place] if attribute.kind == "numeric" else encoded.codes[place] >= 0


def blank_answer(encoded: EncodedAttributes, attribute: Attribute) -> EncodedAttributes:
    """The same rows without any answer to this attribute."""
    place = _place(encoded, attribute)
    if attribute.kind != "numeric":
        codes = encoded.codes.copy()
        codes[place] = -1
        return replace(encoded, codes=codes)
    numbers, observed = encoded.numbers.copy(), encoded.observed.copy()
    numbers[place], observed[place] = 0.0, False
    return replace(encoded, numbers=numbers, observed=observed)


def set_answer(encoded: EncodedAttributes, attribute: Attribute, value: Hashable) -> EncodedAttributes:
    """The same rows, all with one answer to this attribute.

    Parameters
    ----------
    encoded : EncodedAttributes
    attribute : Attribute
        One that varies.
    value : number or level
        A number in its own unit, or one of the attribute's levels.

    Examples
    --------
    >>> import pandas as pd
    >>> from axlib.numbers.encoding import encode_attributes
    >>> encoded = encode_attributes(pd.DataFrame({"need": [0, 4, 4]}), kinds={"need": "ordinal"})
    >>> set_answer(encoded, encoded.encoding.attributes[0], 4).codes.tolist()
    [[1, 1]]
    """
    if attribute.kind != "numeric":
        codes = encoded.codes.copy()
        codes[_place(encoded, attribute)] = attribute.levels.index(value)
        return replace(encoded, codes=codes)
    assert attribute.transform is not None
    number = apply_transform(np.array([value], dtype=np.float64), attribute.transform)
    return set_standardised(encoded, attribute, float(number[0]))


def set_standardised(encoded: EncodedAttributes, attribute: Attribute, number: float) -> EncodedAttributes:
    """The same rows, all with one transformed, standardised value of a numeric attribute."""
    place = _place(encoded, attribute)
    numbers, observed = encoded.numbers.copy(), encoded.observed.copy()
    numbers[place], observed[place] = number, True
    return replace(encoded, numbers=numbers, observed=observed)
