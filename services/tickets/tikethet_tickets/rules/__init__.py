"""Every rule of the desk. Pure: no clock, no ids, no I/O; what a rule must know beside the state comes as facts."""
