"""A local Toggl, Fibery and chat-completions server with a made-up team, for the demo and the tests.

Not for production code: only the command line, tests and benchmarks import it, and it imports nothing else of Volt.
"""
