"""Layouts of a mix, without requests and without the cloud: encodings, panes, rules, presets, drawings."""
