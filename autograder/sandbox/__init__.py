"""The isolated room in which a learner's code runs, and both sides of its door.

On the trusted side stand `host`, `guests`, `isolated`, `course` and `cgroup`. The others
go into the room, where nothing is believed: `zygote`, `guest`, `room`, `kernel`, `syscalls`,
`standins` and `wire`.
"""
