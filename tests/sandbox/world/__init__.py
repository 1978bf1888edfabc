"""Tests of console.sandbox.world."""
