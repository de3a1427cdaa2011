"""Where values are kept: the store of a week's files and Dagster's door to it. Not here: Toggl, Fibery, what the files mean."""
