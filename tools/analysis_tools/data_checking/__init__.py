"""What ``check_data.py`` is made of: find, inspect, judge and show data."""
