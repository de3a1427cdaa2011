"""The subject: plain functions on frozen values. Not here: Dagster, HTTP, files, clocks, models of other systems' APIs."""
