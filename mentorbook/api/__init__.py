"""REST routers, one file a resource."""
