"""Middleware, one concern per module."""
