"""Small films made by code, so that a recording's file can be opened: five seconds of a moving bar, without sound."""
