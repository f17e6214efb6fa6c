"""Whether somebody else's code gives the true numbers, under which convention, how well, and if not, why not."""
