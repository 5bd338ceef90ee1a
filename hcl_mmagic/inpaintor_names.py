"""Names of what repairs without training; imports nothing."""

PUSH_PULL, TELEA, NAVIER_STOKES = 'push-pull', 'telea', 'navier-stokes'
FSR, SHIFT_MAP = 'fsr', 'shift-map'  # of OpenCV's extra modules
CLASSICAL_METHODS = (PUSH_PULL, TELEA, NAVIER_STOKES, FSR, SHIFT_MAP)
