"""The graph, one file per stage: get, call the domain, return with metadata. Not here: rules, HTTP."""
