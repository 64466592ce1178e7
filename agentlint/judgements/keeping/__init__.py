"""What is fetched or built anew in each run, and what is kept between runs."""
