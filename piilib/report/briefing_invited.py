"""Who comes to the province's seminar: those that the seminar's plan names."""

from __future__ import annotations

from collections.abc import Collection

from piilib.data.tables import load_table
from piilib.report.prepare import Diagnostic


def invited(d: Diagnostic) -> dict[str, str]:
    """Return the role of every agency that is invited; empty where no seminar is in the data.

    Returns
    -------
    dict
        From the agency's usual Vietnamese name to "invited" or "presents a paper".

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> invited(prepare("lang-son", 2024, "en"))
    {}
    """
    if d.simulated or not (d.folder / "invited.csv").is_file():
        return {}
    table = load_table("invited", d.folder)
    own = table[table["province"] == d.key].sort_values("role", kind="stable")
    return dict(zip(own["agency"], own["role"], strict=True))


def role(d: Diagnostic, roles: dict[str, str], lead: str) -> str:
    """Say what a lead agency is to do at the seminar."""
    usual = str(d.agencies.at[lead, "name_vi"]) if lead in d.agencies.index else lead
    return {
        "invited": d.say("được mời", "invited"),
        "presents a paper": d.say("được mời, có tham luận", "invited, presents a paper"),
        "": d.say("không có trong danh sách mời", "not on the list of those invited"),
    }[roles.get(usual, "")]


def others(d: Diagnostic, roles: dict[str, str], leads: Collection[str]) -> str:
    """Say how many are invited that lead no indicator."""
    count = len(set(roles) - set(leads))
    if not count:
        return ""
    return d.say(
        f" Kế hoạch hội thảo còn mời {count} cơ quan, tổ chức không chủ trì chỉ số nào.",
        f" The seminar's plan also invites {count} bodies that lead no indicator.",
    )
