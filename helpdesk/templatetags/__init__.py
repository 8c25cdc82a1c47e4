"""What the templates of every face share."""
