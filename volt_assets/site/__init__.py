"""HTML pages of the reports. Not here: facts, figures, anything that is computed."""
