"""What commands name and the repository does not have."""
