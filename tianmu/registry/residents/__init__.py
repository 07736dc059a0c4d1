"""The people of the county: id number rules, one-box search, masked and revealed data, people from outside."""
