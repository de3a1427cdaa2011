"""Tests of the sandbox world and its servers, over real HTTP; nothing of the rest of Volt."""
