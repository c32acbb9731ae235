"""Take the pictures of the README from a running demo, so that they show the product as it is and never rot.

Start the demo (`make demo`), then `python docs/tools/make_pictures.py --address http://localhost:8000`. It signs in as
the demo's people, opens each page in both languages and writes small WebP files. It changes nothing but the language of
the people it plays.
"""

import argparse
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from marketplace.demo.people import PASSWORD, brand_email, operator_email

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
DESK, PHONE = (1120, 760), (390, 844)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
QUALITY = 68
TRIED = 12
#: what a page may be wide in the README; phones keep their own width
WIDTH_MAX = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to make: who looks (None: a visitor), where, in which languages, and how."""

    name: str
    email: str | None
    path: str
    #: links to follow from there, each named by a selector; of several the first that leads on is taken
    links: tuple[str, ...] = ()
    #: what the page must show to be worth a picture
    needs: str = "main"
    size: tuple[int, int] = DESK
    languages: tuple[str, ...] = ("en", "ar")
    #: the part of the page to show; None shows what fits the window
    part: str | None = None


BRAND, OPERATOR = brand_email(0), operator_email()
BRIEF = "main a[href^='/briefs/']:not([href$='/new']):not([href$='/edit'])"
MATCHES, RECEIPT = "main a[href$='/matches']", "main a[href^='/matches/']"
BOOKING = "main a[href^='/bookings/']"
PLAN = (
    Picture("home", None, "/"),
    Picture("matches", BRAND, "/briefs", (BRIEF, MATCHES), needs="ol.matches"),
    Picture(
        "receipt", BRAND, "/briefs", (BRIEF, MATCHES, RECEIPT), languages=("en",), part="main dl.price-lines"
    ),
    Picture(
        "booking", BRAND, "/bookings", (BOOKING,), needs=".money-timeline .is-done + .is-now", size=PHONE
    ),
    Picture(
        "case",
        OPERATOR,
        "/operate/queue",
        ("main a[href^='/operate/cases/']",),
        needs="body:has-text('Listing ·')",
        languages=("en",),
    ),
    Picture("price", BRAND, "/market", ("main a[href^='/market/']",), part=".price-card"),
)


class NotThere(Exception):
    """The demo shows no such page or link; the message names it."""


@contextmanager
def visitor(browser: Browser, address: str, picture: Picture, cookies: StorageState | None) -> Iterator[Page]:
    """Open a page with the cookies of whoever looks."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.size == PHONE else 1.25,
        reduced_motion="reduce",
        storage_state=cookies,
    )
    yield context.new_page()
    context.close()


def signed_in(browser: Browser, address: str, email: str) -> StorageState:
    """Return the cookies of somebody signed in; once per person, since signing in is limited."""
    page = browser.new_page(base_url=address)
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
    cookies = page.context.storage_state()
    page.context.close()
    return cookies


def choose_language(page: Page, language: str) -> None:
    """Switch by the button that a reader would press."""
    page.goto("/")
    if page.get_attribute("html", "lang") == language:
        return
    button = page.locator(f"form[action='/language'] [name=language][value={language}]").first
    if not button.count():
        raise NotThere(f"no button for the language {language}")
    button.evaluate("element => element.form.requestSubmit(element.type === 'submit' ? element : null)")
    page.wait_for_function("language => document.documentElement.lang === language", arg=language)


def go_to(page: Page, picture: Picture) -> None:
    """Follow the picture's links from its first page until one shows what is needed."""
    if not leads_on(page, picture.path, picture.links, picture.needs):
        way = " > ".join(picture.links)
        raise NotThere(f"{picture.name}: nothing from {picture.path} by {way} shows {picture.needs}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")


def leads_on(page: Page, path: str, links: tuple[str, ...], needs: str) -> bool:
    """Open `path` and what its links lead to, one after the other, until a way ends where `needs` is."""
    answer = page.goto(path)
    if answer is None or not answer.ok:
        return False
    if not links:
        return bool(page.locator(needs).count())
    found = [str(link.get_attribute("href")) for link in page.locator(links[0]).all()[:TRIED]]
    return any(leads_on(page, target, links[1:], needs) for target in found)


def shoot(page: Page, picture: Picture) -> bytes:
    """Return the PNG of the window, or of the part asked for."""
    if picture.part is None:
        return page.screenshot()
    part = page.locator(picture.part).first
    if not part.count():
        raise NotThere(f"{picture.name}: nothing like {picture.part} on {page.url}")
    return part.screenshot()


def write(png: bytes, path: Path) -> int:
    """Write the picture as WebP, no wider than the README shows it; returns its size in bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    if image.width > WIDTH_MAX:
        image = image.resize((WIDTH_MAX, image.height * WIDTH_MAX // image.width), Image.Resampling.LANCZOS)
    image.save(path, "WEBP", quality=QUALITY, method=6)
    return path.stat().st_size


def make_pictures(browser: Browser, address: str, only: str) -> Iterator[str]:
    """Make every picture whose name begins with `only`; yields a line for each that could not be made."""
    wanted = [picture for picture in PLAN if picture.name.startswith(only)]
    people = {picture.email for picture in wanted if picture.email}
    cookies = {email: signed_in(browser, address, email) for email in people}
    for picture in wanted:
        for language in picture.languages:
            path = PICTURES / f"{picture.name}-{language}.webp"
            try:
                with visitor(browser, address, picture, cookies.get(picture.email or "")) as page:
                    choose_language(page, language)
                    go_to(page, picture)
                    say(f"{path.name}  {write(shoot(page, picture), path) // 1024} KB  {page.url}")
            except NotThere as error:
                yield str(error)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line; exit 1 when a picture could not be made."""
    reader = argparse.ArgumentParser(description="Take the pictures of the README from a running demo.")
    reader.add_argument("--address", default="http://localhost:8000", help="where the demo runs")
    reader.add_argument("--only", default="", help="make only pictures whose name begins with this")
    asked = reader.parse_args()
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("A Chromium is needed: sudo apt-get install -y chromium")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        missing = list(make_pictures(browser, asked.address, asked.only))
        browser.close()
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main()
