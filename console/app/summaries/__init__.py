"""What the overview says of each service; needs nothing of its screen, so that it comes soon."""
