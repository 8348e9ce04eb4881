"""How far grades can be trusted: samples, calibration and audits of one class."""
