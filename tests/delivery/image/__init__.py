"""The image without a container engine: the Dockerfile's own steps in a clean root, and what it starts, used by people."""
