"""Tables and charts of memory for the models that one line names."""
