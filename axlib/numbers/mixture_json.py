"""A fitted mixture and its encoding as plain JSON: readable, and nothing in it can be executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from axlib.numbers.encoding import Attribute, Encoding
from axlib.numbers.mixture import Mixture
from axlib.numbers.skewness import Transform
from axlib.words.errors import DataError

FORMAT = "latent class mixture, 1"


def _plain_level(level: object) -> object:
    if isinstance(level, np.generic):
        level = level.item()
    if not isinstance(level, str | int | float | bool):
        raise DataError(
            f"mixture_to_json: level {level!r} is neither text, number nor true/false, and would not come back "
            "the same. Turn it into text before encoding."
        )
    return level


def mixture_to_json(mixture: Mixture, encoding: Encoding) -> dict[str, Any]:
    """Write a fitted mixture and its encoding as plain lists, texts and numbers.

    Returns
    -------
    dict
        ``json.dumps`` takes it, and a person can read it: ``classes`` holds by class its share, by
        attribute the standardised mean and variance, or the probabilities in the order of the levels, and
        where they are fitted the covariances of the numbers in the order of the attributes.
        Numbers are written in full, so that ``mixture_from_json`` gives the same posteriors to the bit.
    """
    attributes = []
    for a in encoding.attributes:
        levels = [_plain_level(level) for level in a.levels]
        attributes.append({**asdict(a), "levels": levels})
    classes = []
    for c in range(mixture.k):
        values: dict[str, Any] = {}
        for j, a in enumerate(encoding.numeric):
            values[a.name] = {"mean": float(mixture.means[c, j]), "variance": float(mixture.variances[c, j])}
        place = 0
        for a, n in zip(encoding.coded, encoding.level_counts, strict=True):
            values[a.name] = {"probabilities": mixture.probabilities[c, place : place + n].tolist()}
            place += n
        entry = {"share": float(mixture.weights[c]), "members": float(mixture.sizes[c]), "values": values}
        if mixture.covariances is not None:
            entry["covariance"] = mixture.covariances[c].tolist()
        classes.append(entry)
    fitted = {
        name: getattr(mixture, name)
        for name in (
            "n_members", "log_likelihood", "n_parameters", "bic", "converged", "iterations", "prior_members",
            "covariance",
        )
    }  # fmt: skip
    return {
        "format": FORMAT,
        "attributes": attributes,
        "classes": classes,
        "fit": {**fitted, "history": mixture.history.tolist()},
    }


def _read_attribute(entry: Mapping[str, Any]) -> Attribute:
    transform = entry["transform"]
    return Attribute(
        name=entry["name"],
        kind=entry["kind"],
        levels=tuple(entry["levels"]),
        transform=None if transform is None else Transform(**transform),
        constant=entry["constant"],
    )


def mixture_from_json(document: Mapping[str, Any]) -> tuple[Mixture, Encoding]:
    """Read back what ``mixture_to_json`` wrote.

    Raises
    ------
    DataError
        The document is of another format, or a part of it is missing or malformed.
    """
    if document.get("format") != FORMAT:
        raise DataError(
            f"mixture_from_json: format must be '{FORMAT}'. Got {document.get('format')!r}. Fit the model again."
        )
    try:
        encoding = Encoding(attributes=tuple(_read_attribute(entry) for entry in document["attributes"]))
        classes, fit = document["classes"], document["fit"]
        values = [c["values"] for c in classes]
        k, d = len(classes), len(encoding.numeric)
        means = [[v[a.name]["mean"] for a in encoding.numeric] for v in values]
        variances = [[v[a.name]["variance"] for a in encoding.numeric] for v in values]
        covariances = [c["covariance"] for c in classes] if fit["covariance"] == "full" else None
        shares = [[p for a in encoding.coded for p in v[a.name]["probabilities"]] for v in values]
        mixture = Mixture(
            k=k,
            weights=np.array([c["share"] for c in classes], dtype=np.float64),
            means=np.array(means, dtype=np.float64).reshape(k, d),
            variances=np.array(variances, dtype=np.float64).reshape(k, d),
            covariances=None if covariances is None else np.array(covariances, dtype=np.float64).reshape(k, d, d),
            probabilities=np.array(shares, dtype=np.float64).reshape(k, sum(encoding.level_counts)),
            sizes=np.array([c["members"] for c in classes], dtype=np.float64),
            **{**fit, "history": np.array(fit["history"], dtype=np.float64)},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"mixture_from_json: the document is incomplete or malformed ({type(error).__name__}: {error}). "
            "Fit the model again."
        ) from error
    return mixture, encoding
