"""What to do next follows from results alone, and each ask says what it would answer."""

import dataclasses

import pandas as pd

import axlib
from axlib.verbs.findings import Withheld
from axlib.words.results import Unavailable


def steps_of(diagnosis):
    table = axlib.recommend_steps(diagnosis).table
    return dict(zip(table["step"], table["because"], strict=True))


def with_open_questions(diagnosis, rows):
    nothing = Unavailable("Nothing", "left out.")
    bare = dict.fromkeys(("coverage", "rebalancing", "service_gap", "pilot"), nothing)
    table = pd.DataFrame(rows, columns=["question", "why", "ask"]).astype("str")
    return dataclasses.replace(diagnosis, **bare, withheld=Withheld(table))


def test_the_demo_is_told_what_its_numbers_call_for(bankers):
    steps = steps_of(bankers)
    hours = [step for step in steps if "hours of service a year" in step]
    assert len(hours) == 1
    short = float(bankers.rebalancing.team["short_hours"].iloc[0])
    assert f"{short:,.0f} hours" in hours[0]
    assert any(step.startswith("Settle with the team how many hours") for step in steps), "hours are assumed here"


def test_nothing_is_recommended_where_nothing_is_known(bankers):
    assert steps_of(with_open_questions(bankers, [])) == {}


def test_an_ask_says_every_question_it_would_answer_and_is_made_once(bankers):
    team = "the team, one row per person with hours a year"
    steps = steps_of(
        with_open_questions(
            bankers,
            [
                ("Coverage load", "no staff.", team),
                ("Cost to serve", "no staff.", f"{team} and the cost of an hour"),
                ("Renewal rate", "no terms.", "–"),
                ("Service gap", "no touches.", "a log of contacts."),
            ],
        )
    )
    assert steps == {
        f"Ask for {team} and the cost of an hour.": "It would answer: Coverage load and Cost to serve.",
        "Ask for a log of contacts.": "It would answer: Service gap.",
    }
