"""Presenting to other devices of a room: a phone becomes the remote, and the audience follows the slides."""
