"""Cases worked from step to step against clocks."""
