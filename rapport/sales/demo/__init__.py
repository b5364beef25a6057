"""Believable deals for the sample company, moving through the stages of its pipelines."""
