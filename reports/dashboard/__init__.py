"""The dashboard: the numbers of the desk as tiles and charts, and what needs somebody now (rules 8)."""
