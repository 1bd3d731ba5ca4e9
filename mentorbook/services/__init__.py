"""The verbs: each public call is one transaction that keeps permissions and policies."""
