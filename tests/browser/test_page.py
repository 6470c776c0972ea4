"""The HTML report, in a real browser.

Screenshots are left in the folder that ``--basetemp`` names, for a person to look at.
"""
import pathlib
import time

import pytest

from tests.browser.chromium import Chromium
from tests.unit.report.reports import REPORTS

DESKTOP, PHONE = 1280, 390
Pages = dict[str, pathlib.Path]

SHOWN = "[...document.querySelectorAll('.resource')].filter((e) => e.checkVisibility()).length"
OPEN = "document.querySelectorAll('[data-fold][open]').length"
FOLDS = "document.querySelectorAll('[data-fold]').length"

#: The texts that are cut off, or that reach beyond the page.
OVERFLOWING = """
[...document.querySelectorAll('body *:not(svg *)')].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map((element) => element.outerHTML.slice(0, 200))
"""


def harmless(browser: Chromium) -> None:
    """Neither an error, nor a request but for the page itself, nor a script of a name's."""
    assert browser.value('window.injected') is None
    errors = browser.told('Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded')
    assert errors == []
    requests = [event['params']['request']['url']
                for event in browser.told('Network.requestWillBeSent')]
    assert [url.rpartition('/')[2] for url in requests] == [
        browser.value('location.pathname').rpartition('/')[2]]


def filter_by(browser: Chromium, words: str) -> None:
    browser.value("document.getElementById('filter').focus()")
    browser.value("document.getElementById('filter').value = ''")
    browser.call('Input.insertText', text=words)


def click(browser: Chromium, selector: str) -> None:
    """As a mouse does: what lies under something else can't be clicked."""
    place = browser.value(f"""(() => {{
        const element = document.querySelector({selector!r});
        element.scrollIntoView({{block: 'center'}});
        const box = element.getBoundingClientRect();
        return {{x: box.x + box.width / 2, y: box.y + box.height / 2}};
    }})()""")
    for kind in ('mousePressed', 'mouseReleased'):
        browser.call('Input.dispatchMouseEvent', type=kind, button='left', clickCount=1, **place)


@pytest.mark.parametrize('width', [DESKTOP, PHONE])
@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
@pytest.mark.parametrize('name', list(REPORTS))
def test_it_is_shown(
    browser: Chromium, pages: Pages, tmp_path: pathlib.Path, name: str, width: int, dark: bool,
) -> None:
    """Point 11: with all unfolded nothing is wider than the screen, and nothing runs."""
    browser.open(pages[name], width=width, dark=dark)
    browser.screenshot(tmp_path / 'top.png')
    browser.value("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    browser.screenshot(tmp_path / 'unfolded.png', whole=True)
    assert browser.value('document.documentElement.scrollWidth') <= width
    assert browser.value(OVERFLOWING) == []
    assert browser.value("document.querySelector('h1').checkVisibility()")
    harmless(browser)


def test_names_are_shown_as_they_are(browser: Chromium, pages: Pages) -> None:
    """Point 11: a name is text, whatever is in it."""
    browser.open(pages['hostile'], width=DESKTOP)
    names = browser.value("[...document.querySelectorAll('.resource .name')]"
                          ".map((e) => e.textContent)")
    assert '</script><script>window.injected = 1</script>' in names
    assert '{{ 7 * 7 }}' in ''.join(names)
    assert browser.value("document.querySelectorAll('main script, img, iframe').length") == 0
    assert browser.value("[...document.querySelectorAll('main *')].some((e) => "
                         "[...e.attributes].some((a) => a.name.startsWith('on')))") is False


def test_a_script_that_got_in_would_not_run(
    browser: Chromium, pages: Pages, tmp_path: pathlib.Path,
) -> None:
    """Point 11: the second line of defence. It is tried, so that it is known to hold."""
    path = tmp_path / 'injected.html'
    path.write_text(pages['dry_run'].read_text().replace(
        '<main>', '<main><script>window.injected = 1</script>'
        '<img src="x" onerror="window.injected = 1"><img src="http://127.0.0.1:9/x">'))
    browser.open(path, width=DESKTOP)
    assert browser.value('window.injected') is None
    assert browser.value(SHOWN) == 47
    assert len(browser.told('Log.entryAdded')) >= 3


def test_filter(browser: Chromium, pages: Pages) -> None:
    browser.open(pages['dry_run'], width=DESKTOP)
    assert browser.value(SHOWN) == 47
    filter_by(browser, 'SERVERStest volume')
    assert browser.value(SHOWN) == 1
    assert browser.value("document.getElementById('shown').textContent") == '1 of 47 resources'
    filter_by(browser, 'no such thing')
    assert browser.value(SHOWN) == 0
    filter_by(browser, ' ')
    assert browser.value(SHOWN) == 47
    harmless(browser)


def test_fold(browser: Chromium, pages: Pages) -> None:
    browser.open(pages['dry_run'], width=PHONE)
    click(browser, '#unfold')
    assert browser.value(OPEN) == browser.value(FOLDS) == 51
    click(browser, '#fold')
    assert browser.value(OPEN) == 0
    click(browser, '.resource summary')
    assert browser.value(OPEN) == 1
    harmless(browser)


def test_sort(browser: Chromium, pages: Pages) -> None:
    kinds = "[...document.querySelectorAll('.resource')].map((e) => e.dataset.kind)"
    browser.open(pages['dry_run'], width=DESKTOP)
    found = browser.value(kinds)
    for key, order in (('kind', sorted(found)), ('number', found)):
        browser.value(f"""(() => {{
            const sort = document.getElementById('sort');
            sort.value = '{key}';
            sort.dispatchEvent(new Event('change'));
        }})()""")
        assert browser.value(kinds) == order
    assert found != sorted(found)


def test_a_link_leads_to_what_is_folded_and_filtered(browser: Chromium, pages: Pages) -> None:
    browser.open(pages['dry_run'], width=DESKTOP)
    filter_by(browser, 'no such thing')
    browser.value("location.hash = 'r5'")
    browser.told()
    assert browser.value("document.getElementById('r5').checkVisibility()")
    assert browser.value("document.getElementById('r5').getBoundingClientRect().top") < 900


@pytest.mark.parametrize('permissions', [
    ['clipboardReadWrite', 'clipboardSanitizedWrite'], ['clipboardReadWrite']],
    ids=['trusted', 'not trusted'])
def test_commands_are_copied(browser: Chromium, pages: Pages, permissions: list[str]) -> None:
    browser.open(pages['dry_run'], width=DESKTOP)
    browser.call('Emulation.setFocusEmulationEnabled', enabled=True)
    browser.call('Browser.grantPermissions', permissions=permissions)
    browser.value("document.querySelector('.resource').open = true")
    click(browser, '.resource .command:last-child button')
    assert browser.value("""new Promise((done) => {
        const button = document.querySelector('.resource .command:last-child button');
        const copied = () => button.textContent === 'Copied'
            ? done(navigator.clipboard.readText()) : setTimeout(copied, 20);
        copied();
    })""") == 'openstack router delete 00000001-5a0e-4d44-9a39-2f0d4c1f8d0a'


def test_without_scripts(browser: Chromium, pages: Pages, tmp_path: pathlib.Path) -> None:
    """All is there; only what needs a script is not shown."""
    browser.open(pages['dry_run'], width=DESKTOP, scripts=False)
    browser.screenshot(tmp_path / 'top.png')
    assert browser.value(SHOWN) == 47
    assert not browser.value("document.querySelector('.tools').checkVisibility()")
    assert browser.value("document.querySelectorAll('.command button').length") == 0
    click(browser, '.resource summary')
    assert browser.value("document.querySelector('.resource .timeline').checkVisibility()")


def test_twenty_thousand_resources(
    browser: Chromium, pages: Pages, tmp_path: pathlib.Path,
) -> None:
    """The page says what it leaves out and where that is, and a filter answers at once."""
    assert pages['large'].stat().st_size < 4_000_000
    browser.open(pages['large'], width=DESKTOP)
    browser.screenshot(tmp_path / 'top.png')
    text = browser.value("document.querySelector('#resources ~ .left-out').textContent")
    assert text == ('574 are shown, 19,426 are left out here to keep the page quick; '
                    '--report FILE.json has them all.')
    began = time.monotonic()
    filter_by(browser, 'VolumesTest7')
    assert browser.value(SHOWN) == 14
    assert time.monotonic() - began < 5
    harmless(browser)
