"""Every chart as it is rendered, against the JSON file beside its page. Not here: how charts look (test_pages.py)."""

from playwright.sync_api import Browser

from tests.browser.chart_judge import chart_complaints, told_charts, told_weeks
from tests.browser.chromium import watched_page
from tests.browser.sites import Site


def test_words_lengths_and_figures_of_every_chart_are_those_of_the_file_beside_the_page(browser: Browser, site: Site) -> None:
    complaints = {}
    with watched_page(browser, f"{site.url}/") as page:
        for path in site.report_pages:
            page.goto(path.as_uri())
            complaints[path.name] = chart_complaints(page, told_charts(path))
    assert not {name: found for name, found in complaints.items() if found}


def test_the_charts_that_open_the_week_are_those_of_the_team(browser: Browser, site: Site) -> None:
    with watched_page(browser, f"{site.url}/") as page:
        page.goto(site.page("index").as_uri())
        assert not chart_complaints(page, told_charts(site.page("team_summary")), some=True)


def test_the_chart_over_all_weeks_has_each_with_its_hours(browser: Browser, usual: Site) -> None:
    with watched_page(browser, f"{usual.url}/") as page:
        page.goto((usual.data / "weeks" / "index.html").as_uri())
        assert not chart_complaints(page, [told_weeks(usual.data / "weeks")])


def test_a_week_with_time_has_charts_to_compare(usual: Site) -> None:
    charts = [chart for path in usual.report_pages for chart in told_charts(path)]
    assert {"people", "days", "weeks"} <= {chart.id for chart in charts}
    assert any(not chart.stacked for chart in charts)
    assert any(len(chart.series) > 1 and chart.stacked for chart in charts)
