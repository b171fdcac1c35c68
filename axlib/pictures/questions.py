"""Pictures of what to ask: the value of each answer not yet given, and how few questions suffice."""

from __future__ import annotations

from axlib.pictures.chart import BLUE, GREY, ORANGE, Chart, draw_figure, fit_height, shorten, show_reason
from axlib.verbs.question_value import QuestionValue
from axlib.words.display import count_words, format_number, format_share
from axlib.words.results import Unavailable


def plot_question_value(questions: QuestionValue | Unavailable) -> Chart:
    """Draw how much each answer not yet given is expected to tell about the segment."""
    if isinstance(questions, Unavailable):
        return show_reason(questions)
    table = questions.table[questions.table["lacking"] > 0].reset_index(drop=True)
    if len(table) == 0:
        return show_reason(Unavailable("What to ask next", "every member has answered every question."))
    with draw_figure(fit_height(len(table))) as (figure, axes):
        bars = axes.barh(range(len(table)), table["gain_bits"], color=BLUE, height=0.65)
        axes.bar_label(bars, [f"{format_number(int(lacking))} lack it" for lacking in table["lacking"]], padding=5)
        axes.set_yticks(range(len(table)), [shorten(name.replace("_", " ")) for name in table["attribute"]])
        axes.invert_yaxis()
        axes.set_xlim(0, max(float(table["gain_bits"].max()) * 1.3, 0.01))
        axes.set_xlabel("Expected gain of a member without the answer, bits")
    best = table.iloc[0]
    name = str(best["attribute"]).replace("_", " ")
    title = f"{name.capitalize()} is worth asking first of members who lack an answer."
    alt = f"Bars of expected gain by question; the longest is {name} with {format_number(best['gain_bits'], 2)} bits."
    caption = (
        "One bit halves the doubt between two segments. Longer bars tell more about the segment of a member asked."
    )
    return Chart(figure, title, alt, caption, table, name="question_value")


def plot_short_form(questions: QuestionValue | Unavailable) -> Chart:
    """Draw how many members are placed rightly after each further question."""
    if isinstance(questions, Unavailable):
        return show_reason(questions)
    table = questions.short_form
    enough = len(questions.shortest)
    placed = 100 * table["placed"]
    with draw_figure(fit_height(len(table), each=0.3)) as (figure, axes):
        places = range(len(table))
        axes.plot(placed, places, color=GREY, marker="o", linewidth=1.5)
        axes.plot([placed.iloc[enough]], [enough], color=ORANGE, marker="o", markersize=11)
        names = [shorten(f"+ {name.replace('_', ' ')}") if name else "nothing asked" for name in table["attribute"]]
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlim(0, 102)
        axes.set_xlabel("Members placed rightly, %")
    share = format_share(float(table["placed"].iloc[enough]), 0)
    title = f"{count_words(enough, 'question')} would place {share} of members rightly."
    alt = (
        f"Line of members placed rightly, from {format_share(float(table['placed'].iloc[0]), 0)} without a question to "
        f"{format_share(float(table['placed'].iloc[-1]), 0)} with all {len(table) - 1}."
    )
    caption = (
        "Each row adds the question that then tells most. The large point is where nearly as many are placed as with "
        "all of them. By the fitted classes."
    )
    return Chart(figure, title, alt, caption, table, name="short_form")
