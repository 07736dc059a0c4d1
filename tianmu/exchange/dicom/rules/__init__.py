"""Pure translations between the house and DICOM: no network, no database."""
