"""A report as mail: HTML that loads nothing, and its beginning as plain text."""

from volt_assets.site.mail import mail_html, opening_text

REPORT = """# Our week

373h 40m tracked, most on [Order *jobs*](https://acme.fibery.io/Scrum/Task/1).

## Summary

All went
well, `so` far & so good.

- a point

Third paragraph.
"""


def test_the_beginning_is_the_first_two_paragraphs_without_marks() -> None:
    assert opening_text(REPORT) == "373h 40m tracked, most on Order jobs.\n\nAll went well, so far & so good."
    assert opening_text("# Title\n\n- only a list\n") == ""
    assert opening_text("") == ""


def test_the_html_shows_the_report_and_loads_nothing() -> None:
    hostile = "# T\n\n<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) [a](javascript:alert(1)) <style>*{}</style>\n"
    html = mail_html("A <title>", hostile)
    assert "<title>A &lt;title&gt;</title>" in html
    for sign in ("<img", "<script", 'href="javascript', "<link", "@import", "url("):
        assert sign not in html
    assert html.count("<style>") == 1


def test_the_page_is_linked_where_there_is_one() -> None:
    assert '<a href="https://volt.example.com/?a=1&amp;b">Open the reports' in mail_html("T", REPORT, "https://volt.example.com/?a=1&b")
    assert "Open the reports" not in mail_html("T", REPORT)
