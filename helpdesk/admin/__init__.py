"""The staff's desk: lists, ticket page and acts on unfold; every change is one call of a service."""
