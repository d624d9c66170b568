"""Opens a page in a real browser and says what is wrong with it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: How far the page reaches beyond the window, in pixels; 0 if nothing sticks out.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def visit(
    browser: "Browser",
    path: Path,
    width: int = 1280,
    height: int = 900,
    screenshot: Path | None = None,
) -> dict[str, Any]:
    """Open the file in a window of this size.

    The answer has `errors` (console errors and uncaught exceptions), `requests` (every address
    asked for other than the file itself and data: addresses), `overflow` (pixels) and
    `violations` (axe-core, one line each). All four are empty or 0 for a good page.
    """
    address = path.resolve().as_uri()
    errors: list[str] = []
    requests: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        overflow = page.evaluate(OVERFLOW)
        if screenshot is not None:
            page.screenshot(path=screenshot, full_page=True)
        found = violations(page)
    finally:
        page.close()
    return {
        "errors": errors,
        "requests": [r for r in requests if r != address and not r.startswith("data:")],
        "overflow": overflow,
        "violations": found,
    }


def violations(page: "Page") -> list[str]:
    """What axe-core finds on the page as it shows now, one line each."""
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def pdf(browser: "Browser", path: Path, out: Path) -> Path:
    """Print the file to A4 with the page's own margins; return `out`."""
    page = browser.new_page()
    try:
        page.goto(path.resolve().as_uri())
        page.pdf(path=out, format="A4", print_background=True, prefer_css_page_size=True)
    finally:
        page.close()
    return out
