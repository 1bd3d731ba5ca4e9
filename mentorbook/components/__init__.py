"""View functions: from state to what a person sees."""
