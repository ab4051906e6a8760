"""Customer profiles: databases of them, resources that write to them, who may see what."""
