"""What Tab offers: the completer reads annotations, and one that it cannot read leaves an object without any names."""

import dataclasses

import jedi
import pytest
from pydantic import BaseModel

import axlib
from axlib.desk.session import Desk
from axlib.words.results import Result


def complete(thing):
    names = [found.name for found in jedi.Interpreter("thing.", [{"thing": thing}]).complete()]
    return {name for name in names if not name.startswith("_")}


def test_the_library_offers_its_verbs_and_nothing_else():
    assert complete(axlib) == set(axlib.__all__)


def test_every_result_offers_its_tables(bankers):
    results = {"diagnosis": bankers}
    results |= {field.name: getattr(bankers, field.name) for field in dataclasses.fields(bankers)}
    for name, result in results.items():
        if isinstance(result, Result):
            missing = {"summary", "text", *(field.name for field in dataclasses.fields(result))} - complete(result)
            assert not missing, name


def test_the_desk_offers_what_can_be_done(bankers_engagement):
    desk = Desk(bankers_engagement)
    assert {"choices", "choose", "complete", "lock", "show_outcomes", "list_members", "look"} <= complete(desk)
    assert {"segments", "comparison", "coverage", "retention"} <= complete(desk.look)


@pytest.mark.parametrize("place", ["settings", "settings.retention", "settings.attributes[0]", "segments[0]"])
def test_settings_offer_their_keys_without_the_machinery_of_models(bankers_engagement, place):
    keys = eval(f"opened.{place}", {"opened": bankers_engagement})
    offered = complete(keys)
    assert set(type(keys).model_fields) <= offered
    assert not offered & set(dir(BaseModel))
