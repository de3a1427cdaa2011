"""Tests of the HTML pages. Not here: what the reports say."""
