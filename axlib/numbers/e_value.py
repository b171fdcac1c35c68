"""How strong a hidden cause would have to be to explain a difference.

References
----------
.. [1] VanderWeele, Ding (2017), Sensitivity analysis in observational research: introducing the E-value, Annals of
   Internal Medicine 167.
.. [2] Chinn (2000), A simple method for converting an odds ratio to effect size for use in meta-analysis, Statistics in
   Medicine 19.
"""

from __future__ import annotations

import math


def e_value(ratio: float) -> float:
    """Ratio by which a hidden cause would have to go with both service and outcome to explain a ratio of risks [1]_.

    Parameters
    ----------
    ratio : float
        Risk of the one ÷ risk of the other; below 1 it is turned over.

    Returns
    -------
    float
        1 or more; NaN for a ratio that is none.

    Examples
    --------
    >>> round(e_value(1.5), 2), round(e_value(0.85), 2), e_value(1.0)
    (2.37, 1.63, 1.0)
    """
    if not ratio > 0 or math.isinf(ratio):
        return float("nan")
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def e_value_of_limit(low: float, high: float) -> float:
    """The E-value of the bound of an interval of ratios that is nearer to 1; 1 where the interval holds 1.

    Examples
    --------
    >>> e_value_of_limit(0.9, 1.4), round(e_value_of_limit(1.2, 1.9), 2)
    (1.0, 1.69)
    """
    if math.isnan(low) or math.isnan(high):
        return float("nan")
    return 1.0 if low <= 1 <= high else e_value(low if low > 1 else high)


def ratio_of_amounts(difference: float) -> float:
    """The ratio of risks that stands for a difference of means in standard deviations: exp(0.91 d) [1]_, [2]_.

    Examples
    --------
    >>> round(ratio_of_amounts(0.5), 3)
    1.576
    """
    return math.exp(0.91 * difference)
