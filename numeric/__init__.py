"""The models that the notes train. It never imports ``derivations``."""
