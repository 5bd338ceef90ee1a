"""From damaged photographs to restored ones, without configs."""
