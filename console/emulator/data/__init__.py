"""The seeded data set: everything follows from the seed and the instant taken for 'now'."""
