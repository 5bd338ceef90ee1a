"""Photographs of any common kind: the one way in and out, for users and for
training; needs NumPy, Pillow, OpenCV and tifffile only.

- :mod:`.finding`: which photographs a path, folder, pattern or list means.
- :mod:`.kinds`: which kind of file it is, by its first bytes.
- :mod:`.reading`: files to :class:`.photograph.Photograph`, by
  :mod:`.decoding` (Pillow, OpenCV), :mod:`.png`, :mod:`.tiff` and
  :mod:`.optional_formats`; :mod:`.tiff_pages`: files of several pages.
- :mod:`.cmyk`, :mod:`.second_pictures`, :mod:`.infrared`: what some files hold
  besides grey and RGB.
- :mod:`.eight_bits`: files to arrays of 8 bits and to masks, as training wants
  them.
- :mod:`.conversion`: photographs of what other programs hold in memory.
- :mod:`.metadata`, :mod:`.tag_directories`: what files say beside pixels.
- :mod:`.writing`: photographs to files that lose nothing; :mod:`.open_raster`:
  layers for editors.

Nothing is imported here, so that a search for files stays light.
"""
