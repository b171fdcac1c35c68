"""Commands that look at an engagement, or begin one, and publish nothing."""

from __future__ import annotations

from pathlib import Path

import click

import axlib
from axlib.command.options import ENGAGEMENT, PARAMETERS, write_file


@click.command()
@ENGAGEMENT
@click.option("--request", type=click.Path(path_type=Path), help="Write the request for missing data as an HTML page.")
@click.option(
    "--set-aside",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the rows set aside, to be mended; made, for its owner alone, where it is not there.",
)
def check(engagement: Path, request: Path | None, set_aside: Path | None) -> None:
    """Read ENGAGEMENT as a run would, say all that a run would refuse, and print the accounts; publish nothing."""
    opened = axlib.read_engagement(engagement)  # type: ignore[operator]
    checked = axlib.check_engagement(opened)  # type: ignore[operator]
    tables, clean = checked.tables, checked.clean
    click.echo(f"{tables}\n\n{clean}\n")
    if len(clean.decisions):
        click.echo(f"Decided from the data:\n{_as_text(clean.decisions)}\n")
    if len(clean.quarantine):
        reasons = clean.quarantine.groupby(["table", "reason"]).size().rename("rows").reset_index()
        click.echo(f"Rows set aside:\n{_as_text(reasons)}\n")
    click.echo(f"{checked.ledger}\n\n{checked.data_check}")
    if set_aside:
        for name in clean.quarantine["table"].unique():
            path = set_aside / f"{name}_set_aside.csv"
            write_file(path, axlib.write_set_aside(clean.quarantine, table=name), encoding="utf-8-sig")  # type: ignore[operator]
            click.echo(f"\nMend and name it after the others under tables.{name}: {path}")
    if request:
        write_file(request, axlib.render_request(checked.data_check, client=opened.client))  # type: ignore[operator]
        click.echo(f"\nThe request: {request}")


@click.command()
@ENGAGEMENT
@PARAMETERS
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
def results(engagement: Path, parameters: tuple[tuple[str, str], ...], out: Path | None) -> None:
    """Print the numbers of ENGAGEMENT alone, as JSON; draw and publish nothing."""
    opened = axlib.read_engagement(engagement, **axlib.read_parameters(dict(parameters)))  # type: ignore[operator]
    text = axlib.write_headlines(axlib.diagnose(opened))  # type: ignore[operator]
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--members", type=click.Path(path_type=Path), required=True, help="The file of members.")
@click.option("--terms", type=click.Path(path_type=Path), help="Invoices or membership terms.")
@click.option("--touches", type=click.Path(path_type=Path), help="Logged contacts.")
@click.option("--staff", type=click.Path(path_type=Path), help="The membership team.")
@click.option("--client", default="", help="The client's name; the folder's name if left out.")
@click.option("--as-of", default="last_month_end", show_default=True, help="The day metrics look back from.")
def new(folder: Path, members: Path, client: str, as_of: str, **others: Path | None) -> None:
    """Propose an engagement file in FOLDER from the headers of a client's files; write nothing outside it."""
    files = {"members": members, **{table: path for table, path in others.items() if path is not None}}
    path = axlib.write_proposal(folder, files, client=client or folder.name, as_of=as_of)  # type: ignore[operator]
    click.echo(f"{path}\nRead it, mend it where it says so, then: axlib check {path}")


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
def params(notebook: Path) -> None:
    """List the parameters of NOTEBOOK: name, type, default, meaning."""
    found = axlib.list_parameters(notebook)  # type: ignore[operator]
    for parameter in found:
        click.echo(f"{parameter.name:26} {parameter.type:8} {parameter.default:12} {parameter.help}")


@click.command()
@click.argument("name", metavar="engagement|segments")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
def schema(name: str, out: Path | None) -> None:
    """Print the JSON schema of engagement.yml or segments.yml, for an editor that completes and checks them."""
    text = axlib.write_schema(name)  # type: ignore[operator]
    if out:
        write_file(out, text)
    else:
        click.echo(text, nl=False)


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="Who is who; totals stay the same.")
@click.option(
    "--noise", type=float, default=0.0, show_default=True, help="Share of members left to chance; 0 is exact."
)
def demo(name: str, folder: Path, seed: int, noise: float) -> None:
    """Write the raw files of the bundled case NAME (bankers, homebuilders, pods) to FOLDER."""
    for path in axlib.write_demo(name, folder, seed=seed, noise=noise):  # type: ignore[operator]
        click.echo(path)


def _as_text(table: object) -> str:
    text: str = axlib.format_table(table).to_string(index=False)  # type: ignore[operator]
    return text
