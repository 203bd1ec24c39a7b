"""The isolated room in which a learner's code runs, and both sides of its door.

`host` is the trusted side. Only `zygote`, `guest`, `room`, `kernel`, `syscalls` and `wire` go into the
room, beside what `course` cuts for a lesson, and nothing that they say is believed.
"""
