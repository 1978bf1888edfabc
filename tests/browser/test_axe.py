"""The look that other tests trust: it finds what is wrong with a page, and it is patient with what still moves."""

from playwright.sync_api import Page

from tests.browser.conftest import grave_faults

_PAGE = """<!doctype html><html lang="en"><title>Rooms</title>
<style>p { color: #111; background: #fff; transition: color 1s linear } .pale { color: #bbb }</style>
<main><h1>Rooms</h1>%s<p>Three rooms are open.</p></main></html>"""


def test_what_is_wrong_with_a_page_is_found(page: Page) -> None:
    page.set_content(_PAGE % '<img src="data:,"><p class="pale">Nobody is in here.</p>')
    assert {fault.split(":")[0] for fault in grave_faults(page)} == {"image-alt", "color-contrast"}


def test_a_page_that_is_right_has_no_faults(page: Page) -> None:
    page.set_content(_PAGE % "")
    assert grave_faults(page) == []


def test_colours_that_still_change_are_waited_for(page: Page) -> None:
    page.set_content(_PAGE % '<p class="pale" id="slow">Nobody is in here.</p>')
    page.evaluate("""() => {
      const slow = document.getElementById('slow')
      getComputedStyle(slow).color
      slow.className = ''
    }""")
    assert grave_faults(page) == []
