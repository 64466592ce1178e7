"""Whether the same input gives the same result tomorrow: versions, images, addresses."""
