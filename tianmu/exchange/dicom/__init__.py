"""The DICOM door: ECG carts fetch their worklist and send recordings in; signed results go back to carts and archives.

Serves contract annex 2, 3.1 (心电数据采集, 统一储存和管理): carts and archives of any make join by the standard alone
(PS3.4 annex K worklist, annex B storage).
"""
