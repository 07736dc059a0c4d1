"""The asynchronous half of live ECG: streams from devices, streams to screens, between processes, to the disk.

One `Hub` in each web process. A session lives in the process that receives it; screens at another process are served
through a relay (docs/decisions/0009-live-ecg-in-the-receiving-process.md). No thread is held by an open stream.
"""
