// Stands in for NVIDIA's management library: two cards of 150 W and 70.5 W.
extern "C" {
int nvmlInit_v2() {
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned* count) {
    *count = 2;
    return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    static int cards[2];
    *device = &cards[index];
    return 0;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
    static int calls = 0;
    (void)device;
    *milliwatts = calls++ % 2 == 0 ? 150'000 : 70'500;
    return 0;
}
}
