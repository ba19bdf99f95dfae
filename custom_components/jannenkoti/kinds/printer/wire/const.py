"""The names of what describes a connection in an entry."""

from typing import Final

CONF_HOST: Final = "host"
CONF_PORT: Final = "port"
CONF_SERIAL: Final = "serial"
CONF_ACCESS_CODE: Final = "access_code"
CONF_CAMERA_PORT: Final = "camera_port"
"""Port of the camera, if it is not the usual one of the model."""
CONF_FILES_PORT: Final = "files_port"
"""Port of the files (FTPS), if it is not the usual one."""
CONF_FINGERPRINT: Final = "fingerprint"
"""SHA-256 of the certificate that the user has accepted, in hexadecimal digits."""
CONF_CA: Final = "ca"
"""Certificates of the manufacturer (PEM), if the user has entered them."""
