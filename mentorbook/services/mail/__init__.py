"""Mail: what is known of a notice when it is written, and what people said about hearing of it."""
