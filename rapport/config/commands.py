"""Commands that need every room."""

import argparse
import os
import sys
from datetime import date

from rapport.platform.setup.command import Refused, command


@command("simulate", "Adds a believable company history: people, organisations, deals and everything said and done.")
def simulate_history(args: argparse.Namespace) -> None:
    from rapport.config.simulate import simulate

    report = simulate(people=args.people, years=args.years, seed=args.seed, today=args.today)
    for table, count in sorted(report.rows.items()):
        sys.stdout.write(f"{count:>12,}  {table}\n")
    rate = report.total / report.seconds
    sys.stdout.write(f"{report.total:>12,}  rows in {report.seconds:.1f} s ({rate:,.0f} rows/s)\n")


@simulate_history.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=_between(10, 20_000_000), default=1_200, metavar="N", help="default: 1200")
    parser.add_argument("--years", type=_between(1, 30), default=3, metavar="Y", help="default: 3")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same seed gives the same data; default: 1"
    )
    _today(parser)


@command("demo", "Fills an empty instance with the sample company.")
def load_sample(args: argparse.Namespace) -> None:
    from rapport.config.simulate.demo import has_customers, load_demo

    if has_customers() and not args.add:
        if args.if_empty:
            return
        raise Refused("There are customers already. The sample company is for an empty instance; --add adds it anyway.")
    report, link = load_demo(today=args.today)
    people = report.rows["customers_person"]
    sys.stdout.write(f"Loaded the sample company: {people:,} people in {report.seconds:.1f} s.\n")
    if link and not args.if_empty:
        from rapport.platform.identity.commands import running_at

        base = os.environ.get("RAPPORT_URL") or running_at()
        sys.stdout.write(f"sign in once with {base.rstrip('/')}{link}\n")


@load_sample.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", action="store_true", help="add it to the customers that there are")
    parser.add_argument("--if-empty", action="store_true", help="do nothing if there are customers already")
    _today(parser)


def _today(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--today", type=_day, metavar="YYYY-MM-DD", help="the day on which the history ends")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date (YYYY-MM-DD)") from error


def _between(least: int, most: int):  # type: ignore[no-untyped-def]
    def number(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least:,} to {most:,}")
        return int(text)

    return number
