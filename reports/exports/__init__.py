"""Reports that leave the desk as Excel or CSV: what stands in them, how they are written, kept and fetched."""
