"""Whether anything we install is known to have a hole: `make audit`."""
