"""Tests in a real browser, by `make test-ui`: the pages of a week, and the Dagster UI. Not here: what needs no browser."""
