"""SparkRTC Console: a web console in front of Huawei Cloud SparkRTC."""
