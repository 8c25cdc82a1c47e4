"""Words of reports for their templates."""
