"""Reactive state: thin handlers between a page and the services."""
