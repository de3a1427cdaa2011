"""Volt: weekly reports that join Toggl Track time to Fibery work. Holds the Dagster graph; not the clients, which are in `resources`."""
