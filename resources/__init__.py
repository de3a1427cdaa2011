"""Adapters to the services that Volt reads: Toggl, Fibery, a language model.

Not here: what the graph does with their answers (`volt_assets.assets`), where settings come from.
"""
