"""Figures for staff."""
