"""A converted model against the authors' recorded outputs."""
