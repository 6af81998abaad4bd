"""Finds theorems. Untrusted: whatever it finds, the kernel has made."""
