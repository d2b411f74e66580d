"""The scheduler: stimuli in, decisions out, time as an argument.

Pure: no clock, socket, thread, random number or log is reached from here; a test walks
the imports. `server/pump.py` feeds it and carries out what it decides.
"""
