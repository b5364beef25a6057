"""Believable people and organisations for the sample company. Pure functions: nothing here touches the database."""
