"""The screens: one module for each service, named as the service is."""
