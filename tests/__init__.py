"""Tests; flat files named after the module they test."""
