"""Tests of the week store and Dagster's door to it. Not here: what the assets store."""
