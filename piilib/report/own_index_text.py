"""What the page on a user's own index says in sentences."""

from __future__ import annotations

import piilib
from piilib.index.framework import Framework
from piilib.report.block import Html, bullets, notice, paragraphs
from piilib.report.closing import digest
from piilib.report.index_words import node_label
from piilib.report.numbers import counted, listing, number, percent
from piilib.report.own_index import OwnIndex
from piilib.report.robustness_charts import sobol_title
from piilib.report.simulated import marked, simulated_notice


def source(s: OwnIndex) -> str:
    """Name the file behind a figure."""
    name = s.files["panel"].name
    said = s.say(f"Tính bằng piilib từ {name}", f"Computed by piilib from {name}")
    return marked(said, s.lang, s.simulated)


def missing(s: OwnIndex) -> Html:
    """Say in one line that a section wants a panel; nothing where there is one."""
    if s.panels:
        return Html()
    return paragraphs(
        s.say(
            "Cần bảng số liệu (xem mục đầu trang).", "A panel is needed (see the top of the page)."
        )
    )


def inputs(s: OwnIndex) -> Html:
    """Say what was read, and what is missing and how to supply it."""
    if not s.panels:
        return _how_to_supply(s)
    raw = s.panels[s.year][list(s.fw.indicators)]
    empty = int(raw.isna().sum().sum())
    units = counted(s.lang, len(raw), "đơn vị", "unit")
    indicators = counted(s.lang, len(s.fw.indicators), "chỉ số", "indicator")
    groups = counted(s.lang, len(s.fw.groups), "nhóm", "group")
    share = percent(empty / raw.size, 1, s.lang)
    blanks = counted(s.lang, empty, "ô trống", "empty cell")
    year = s.say(f" năm {s.year}", f" of {s.year}") if s.year else ""
    text = s.say(
        f"Bảng số liệu{year}: {units} × {indicators}, {blanks} ({share}). "
        f"Khung chỉ số: {groups}, kể cả chỉ số tổng hợp.",
        f"Panel{year}: {units} × {indicators}, {blanks} ({share}). "
        f"Framework: {groups}, the index included.",
    )
    return Html("\n").join(
        [simulated_notice(s.lang, s.simulated), paragraphs(text), _no_framework(s)]
    )


def _no_framework(s: OwnIndex) -> Html:
    if "framework" in s.files:
        return Html()
    if _official(s.fw):
        return notice(
            s.say(
                "Chưa cho khung chỉ số: dùng cây 52 chỉ số của PII, mọi chỉ số càng cao càng tốt, "
                "không có trần.",
                "No framework was given: the tree of the PII's 52 indicators is used, more being "
                "better in each, without caps.",
            )
        )
    panel = s.files["panel"].name
    return notice(
        s.say(
            "Chưa cho khung chỉ số: mọi cột nằm trong một nhóm, trọng số bằng nhau, càng cao càng "
            "tốt; chỉ số nào ngược chiều thì kết quả dưới đây sai. Lập khung để điền: "
            f"pii template framework --panel {panel} --out khung.csv",
            "No framework was given: all columns stand in one group with equal weights, more being "
            "better; where that is not so the results below are wrong. For one to fill in: "
            f"pii template framework --panel {panel} --out framework.csv",
        ),
        "warning",
    )


def _official(fw: Framework) -> bool:
    return fw.root == "PII"


def _how_to_supply(s: OwnIndex) -> Html:
    head = notice(
        s.say(
            "Chưa có bảng số liệu, nên trang này chỉ vẽ được khung chỉ số.",
            "There is no panel yet, so this page can only draw the framework.",
        )
    )
    steps = bullets(
        [
            s.say(
                "Bảng số liệu: tệp CSV (UTF-8, dấu chấm thập phân) hoặc Excel; cột đầu là tên đơn "
                "vị, mỗi cột sau là một chỉ số, dòng đầu là mã chỉ số; ô trống là không có số. Có "
                "thể thêm cột year, khi đó mỗi đơn vị có một dòng cho mỗi năm.",
                "Panel: a CSV (UTF-8, decimal points) or Excel file; the first column names the "
                "units, every other is an indicator, its code in the first row; an empty cell "
                "where there is no value. With a column year a unit has a row for each year.",
            ),
            s.say(
                "Khung chỉ số: mỗi dòng một nút (code, parent, weight, direction). Lập mẫu: "
                "pii template framework --panel bang.csv --out khung.csv",
                "Framework: a row a node (code, parent, weight, direction). To make one to fill "
                "in: pii template framework --panel panel.csv --out framework.csv",
            ),
            s.say(
                "Điền đường dẫn vào tham số panel và framework ở ô đầu rồi chạy lại, hoặc: "
                "pii index --panel bang.csv --framework khung.csv",
                "Put their paths into the parameters panel and framework in the first cell and "
                "run again, or: pii index --panel panel.csv --framework framework.csv",
            ),
        ]
    )
    return Html("\n").join([head, steps])


def summary(s: OwnIndex) -> Html:
    """Say in three sentences who leads, how far the ranks hold and what they hang on."""
    if not s.panels:
        return Html()
    order = s.result.ranks[s.fw.root].sort_values(kind="stable")
    first = [str(unit) for unit in order.index[order == 1]]
    chance = percent(s.ranks.probability(first[0], 1), 0, s.lang)
    error = number(100 * s.ranks.probability_error(first[0], 1), 1, s.lang)
    leader = s.say(
        f"{first[0]} đứng đầu ({number(_score(s, first[0]), 2, s.lang)}); trong mô phỏng, "
        f"{chance} số lần rút (± {error} điểm phần trăm) giữ vị trí đó.",
        f"{first[0]} leads ({number(_score(s, first[0]), 2, s.lang)}), and does so in {chance} of "
        f"the draws (± {error} points).",
    )
    if len(first) > 1:
        names = listing(first, s.lang)
        leader = s.say(f"{names} cùng đứng đầu.", f"{names} share the first place.")
    table = s.sobol("mean_rank_change")
    return bullets([leader, _width(s), sobol_title(table, s.lang) + "."])


def _score(s: OwnIndex, unit: str) -> float:
    return float(s.result.scores.at[unit, s.fw.root])


def choices(s: OwnIndex) -> Html:
    """Say what was chosen, and what the simulation chose from."""
    nominal = [s.word(str(options[0])) for options in s.options.values() if options]
    if not s.options["aggregation"]:
        rules = [s.word(rule) for rule in s.rules]
        nominal.append(s.say("từ dưới lên: ", "lowest level first: ") + ", ".join(rules))
    several = [
        listing([s.word(option) for option in options], s.lang)
        for options in s.options.values()
        if len(options) > 1
    ]
    return bullets(
        [
            s.say("Phương pháp gốc: ", "Nominal method: ") + "; ".join(nominal) + ".",
            s.say("Trong mô phỏng chọn ngẫu nhiên giữa: ", "The simulation chooses between: ")
            + "; ".join([*several, _weights(s), *_left_out(s)])
            + ".",
            s.say(
                "Hạng tính từ điểm chưa làm tròn, 1 là cao nhất, bằng điểm thì cùng nhận hạng nhỏ "
                "hơn. Trước trung bình nhân hoặc điều hòa, số liệu chuẩn hóa được đưa về khoảng "
                "1–100.",
                "Ranks are of unrounded scores, 1 is the highest, ties take the lower number. "
                "Before a geometric or harmonic mean, normalised data are mapped to 1–100.",
            ),
        ]
    )


def _weights(s: OwnIndex) -> str:
    if s.weights == "dirichlet":
        return s.say(
            "trọng số bất kỳ trong mỗi nhóm (phân phối Dirichlet)",
            "any weights within each group (Dirichlet)",
        )
    share = percent(float(s.weights), 0, s.lang)
    return s.say(f"trọng số ± {share}", f"weights ± {share}")


def _left_out(s: OwnIndex) -> list[str]:
    return [s.say("bỏ một chỉ số bất kỳ", "any one indicator left out")] if s.leave_out else []


def robustness(s: OwnIndex) -> Html:
    """Say how far the ranks hold, with the size of the simulation."""
    return paragraphs(_width(s)) if s.panels else missing(s)


def _width(s: OwnIndex) -> str:
    width = s.intervals["high"] - s.intervals["low"]
    narrow = max(1, round(len(s.panel) / 10))
    inside = int((width <= narrow).sum())
    units = counted(s.lang, len(s.panel), "đơn vị", "unit")
    median = number(float(width.median()), 1, s.lang)
    draws = number(s.draws, 0, s.lang)
    places = counted(s.lang, narrow, "bậc", "place")
    return s.say(
        f"{draws} lần rút: một nửa số đơn vị có khoảng 90% của hạng rộng từ {median} bậc trở lên; "
        f"{inside} trên {units} có khoảng không rộng quá {places}.",
        f"{draws} draws: half of the units have a 90% interval of the rank of {median} places or "
        f"more; {inside} of {units} have one no wider than {places}.",
    )


def target_text(s: OwnIndex) -> Html:
    """Say which unit the second analysis is about, and why."""
    if not s.panels:
        return Html()
    return paragraphs(
        s.say(f"Đơn vị được xét: {s.unit}.", f"The unit looked at: {s.unit}.")
        if s.chosen
        else s.say(
            f"Đơn vị được xét: {s.unit}, có khoảng hạng rộng nhất (muốn xét đơn vị khác thì điền "
            "tham số unit).",
            f"The unit looked at: {s.unit}, whose interval is the widest (set the parameter unit "
            "for another).",
        )
    )


def consistency_text(s: OwnIndex) -> Html:
    """Name the groups whose members offset one another."""
    if not s.panels:
        return Html()
    alpha = piilib.cronbach_alpha(s.result.scores, s.fw)
    low = [node_label(s.fw, str(c), s.lang) for c in alpha.index[alpha < 0]]  # type: ignore[union-attr]
    if not low:
        return paragraphs(
            s.say(
                "Không nhóm nào có hệ số alpha âm: trong mỗi nhóm các thành phần nhìn chung cùng "
                "chiều.",
                "No group has a negative alpha: on the whole the members of each move together.",
            )
        )
    names = listing(low, s.lang)
    return paragraphs(
        s.say(
            f"Alpha âm ở {names}: các thành phần triệt tiêu nhau trong trung bình; cần xem lại "
            "chiều hoặc cách gộp.",
            f"Alpha is negative in {names}: members offset one another in the mean; look again at "
            "directions or at the grouping.",
        )
    )


def foot(s: OwnIndex) -> Html:
    """Version, inputs with their hashes, seed, and the command that makes the page again."""
    files = ", ".join(f"{path.name} {digest(path)}" for path in s.files.values()) or s.say(
        "không có", "none"
    )
    command = " ".join(["pii index", *(f"--{role} {p.name}" for role, p in s.files.items())])
    return paragraphs(
        s.say(
            f"piilib {piilib.__version__}; hạt giống {s.seed}; {s.draws} lần rút; số liệu đầu vào "
            f"(sha256): {files}.",
            f"piilib {piilib.__version__}; seed {s.seed}; {s.draws} draws; inputs (sha256): "
            f"{files}.",
        ),
        s.say(
            f"Lập lại trang này: {command} (cùng các lựa chọn nêu ở mục Phương pháp)",
            f"To make this page again: {command} (with the choices named under Method)",
        ),
        s.say(
            "Soạn bằng piilib từ số liệu của người dùng; không phải ấn phẩm của Bộ Khoa học và "
            "Công nghệ.",
            "Prepared with piilib from the user's own data; not a publication of the Ministry of "
            "Science and Technology.",
        ),
    )
