"""What every request passes through, a module for each concern."""
